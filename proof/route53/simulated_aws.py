"""An in-memory AWS with its own clock, limited to what the failover control uses."""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class ServiceGoneError(BotoCoreError):
    """The region, or the service in it, does not answer."""

    fmt = "{service} does not answer"


def refusal(code: str, operation: str) -> ClientError:
    """An AWS error as botocore raises it."""
    return ClientError({"Error": {"Code": code}}, operation)


class Exceptions:
    """boto3's `client.exceptions`."""

    ClientError = ClientError


@dataclass
class SimulatedClock:
    """Seconds since the simulation began."""

    seconds: float = 0

    def now(self) -> datetime:
        """The current simulated time."""
        return EPOCH + timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Stored:
    """An object in S3, with its write time."""

    written: datetime
    body: bytes
    metadata: Mapping[str, str]

    @property
    def head(self) -> dict[str, Any]:
        """Its metadata as S3 reports it: times in whole seconds, and an ETag that depends only on
        the bytes, not on who wrote them or when.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
        """
        etag = hashlib.md5(self.body, usedforsecurity=False).hexdigest()
        return {
            "LastModified": self.written.replace(microsecond=0),
            "ETag": f'"{etag}"',
            "Metadata": dict(self.metadata),
        }


@dataclass
class S3:
    """One region's objects, by bucket/key.

    available: whether it answers. writable: whether it accepts writes. before: called with the name
    of each operation before it is carried out.
    """

    clock: SimulatedClock
    available: Callable[[], bool]
    writable: Callable[[], bool] = lambda: True
    objects: dict[str, Stored] = field(default_factory=dict[str, Stored])
    before: Callable[[str], None] = lambda _: None
    exceptions: type[Exceptions] = Exceptions

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._answers("GetObject")
        found = self._find(Bucket, Key, "GetObject")
        return {**found.head, "Body": io.BytesIO(found.body)}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self._answers("HeadObject")
        return self._find(Bucket, Key, "HeadObject").head

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Body: str | bytes = b"",  # noqa: N803
        Metadata: Mapping[str, str] | None = None,  # noqa: N803
        IfNoneMatch: str | None = None,  # noqa: N803
        IfMatch: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        """Supports conditional writes.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        self._takes("PutObject")
        if IfNoneMatch and f"{Bucket}/{Key}" in self.objects:
            raise refusal("PreconditionFailed", "PutObject")
        if IfMatch:
            self._must_match(Bucket, Key, IfMatch, "PutObject")
        body = Body.encode() if isinstance(Body, str) else Body
        stored = self.objects[f"{Bucket}/{Key}"] = Stored(self.clock.now(), body, Metadata or {})
        return {"ETag": stored.head["ETag"]}

    def delete_object(self, *, Bucket: str, Key: str, IfMatch: str | None = None) -> None:  # noqa: N803
        """Supports conditional deletes.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
        """
        self._takes("DeleteObject")
        if IfMatch:
            self._must_match(Bucket, Key, IfMatch, "DeleteObject")
        self.objects.pop(f"{Bucket}/{Key}", None)

    def _answers(self, operation: str) -> None:
        self.before(operation)
        if not self.available():
            raise ServiceGoneError(service="s3")

    def _takes(self, operation: str) -> None:
        self._answers(operation)
        if not self.writable():
            raise refusal("AccessDenied", operation)

    def _find(self, bucket: str, key: str, operation: str) -> Stored:
        try:
            return self.objects[f"{bucket}/{key}"]
        except KeyError:
            code = "404" if operation == "HeadObject" else "NoSuchKey"
            raise refusal(code, operation) from None

    def _must_match(self, bucket: str, key: str, etag: str, operation: str) -> None:
        if self._find(bucket, key, operation).head["ETag"] != etag:
            raise refusal("PreconditionFailed", operation)


@dataclass
class CloudWatch:
    """Accepts metrics; nothing in the simulation acts on them."""

    available: Callable[[], bool]

    def put_metric_data(
        self,
        *,
        Namespace: str,  # noqa: ARG002, N803
        MetricData: list[Mapping[str, Any]],  # noqa: ARG002, N803
    ) -> None:
        if not self.available():
            raise ServiceGoneError(service="cloudwatch")


@dataclass
class Cluster:
    """An ARC cluster with one routing control. available: whether an endpoint's region answers."""

    available: Callable[[str], bool]
    off: set[str] = field(default_factory=set[str])

    def endpoint(self, region: str, _: str) -> "ClusterEndpoint":
        """A client of one endpoint."""
        return ClusterEndpoint(self, region)


@dataclass(frozen=True)
class ClusterEndpoint:
    """One region's endpoint of a cluster."""

    cluster: Cluster
    region: str

    def get_routing_control_state(self, *, RoutingControlArn: str) -> dict[str, Any]:  # noqa: N803
        self._answers()
        state = "Off" if RoutingControlArn in self.cluster.off else "On"
        return {"RoutingControlState": state}

    def update_routing_control_state(
        self,
        *,
        RoutingControlArn: str,  # noqa: N803
        RoutingControlState: str,  # noqa: N803
    ) -> dict[str, Any]:
        """As boto3's."""
        self._answers()
        if RoutingControlState == "Off":
            self.cluster.off.add(RoutingControlArn)
        else:
            self.cluster.off.discard(RoutingControlArn)
        return {}

    def _answers(self) -> None:
        if not self.cluster.available(self.region):
            raise ServiceGoneError(service="arc")


@dataclass
class AutoScaling:
    """One group: its desired capacity, and how many instances serve.

    start: seconds from requesting an instance until it serves.
    """

    clock: SimulatedClock
    available: Callable[[], bool]
    start: float
    desired: int
    serving: int = 0
    _grows_at: float | None = None

    def __post_init__(self) -> None:
        self.serving = self.desired

    def describe_auto_scaling_groups(self, *, AutoScalingGroupNames: list[str]) -> dict[str, Any]:  # noqa: N803
        """Without instances, as their scale-in protection is not simulated."""
        if not self.available():
            raise ServiceGoneError(service="autoscaling")
        group: dict[str, Any] = {
            "DesiredCapacity": self.desired,
            "MinSize": 0,
            "MaxSize": 1000,
            "Instances": [],
        }
        return {"AutoScalingGroups": [group for _ in AutoScalingGroupNames]}

    def set_desired_capacity(
        self,
        *,
        AutoScalingGroupName: str,  # noqa: ARG002, N803
        DesiredCapacity: int,  # noqa: N803
        HonorCooldown: bool,  # noqa: ARG002, N803
    ) -> None:
        """The simulation has no cooldowns."""
        if not self.available():
            raise ServiceGoneError(service="autoscaling")
        if DesiredCapacity > self.desired:
            self._grows_at = self.clock.seconds + self.start
        self.desired = DesiredCapacity
        self.serving = min(self.serving, self.desired)

    def tick(self) -> None:
        """Puts requested instances into service once they have had time to start."""
        if self._grows_at is not None and self.clock.seconds >= self._grows_at:
            self.serving, self._grows_at = self.desired, None
