"""What the failover control needs of the standby's region, in memory and by a clock of our own."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Metric = tuple[str, str, tuple[tuple[str, str], ...]]
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class ServiceGoneError(Exception):
    """The region, or the service in it, does not answer."""


class ClientError(Exception):
    """AWS's refusal, as botocore raises it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


class Exceptions:
    """boto3's `client.exceptions`."""

    ClientError = ClientError


@dataclass
class Clock:
    """Seconds since the simulation began."""

    seconds: float = 0

    def now(self) -> datetime:
        """The same as a time."""
        return EPOCH + timedelta(seconds=self.seconds)


@dataclass
class S3:
    """Objects by bucket/key, with the time of their writing."""

    clock: Clock
    available: Callable[[], bool]
    objects: dict[str, tuple[datetime, bytes]] = field(default_factory=dict[str, Any])
    exceptions: type[Exceptions] = Exceptions

    def _find(self, bucket: str, key: str) -> tuple[datetime, bytes]:
        self._require()
        try:
            return self.objects[f"{bucket}/{key}"]
        except KeyError:
            raise ClientError("NoSuchKey") from None

    def _require(self) -> None:
        if not self.available():
            raise ServiceGoneError("s3")

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        """As boto3's."""
        written, body = self._find(Bucket, Key)
        return {"LastModified": written, "Body": io.BytesIO(body)}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        """As boto3's."""
        return {"LastModified": self._find(Bucket, Key)[0]}

    def put_object(
        self,
        *,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Body: str | bytes = b"",  # noqa: N803
        IfNoneMatch: str | None = None,  # noqa: N803
    ) -> None:
        """As boto3's."""
        self._require()
        if IfNoneMatch and f"{Bucket}/{Key}" in self.objects:
            raise ClientError("PreconditionFailed")
        body = Body.encode() if isinstance(Body, str) else Body
        self.objects[f"{Bucket}/{Key}"] = (self.clock.now(), body)

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        """As boto3's."""
        self._require()
        self.objects.pop(f"{Bucket}/{Key}", None)


@dataclass
class CloudWatch:
    """Data of metrics, with their seconds: namespace, name and dimensions as an alarm has them."""

    clock: Clock
    available: Callable[[], bool]
    data: dict[Metric, list[tuple[float, float]]] = field(default_factory=dict[Metric, Any])

    def put_metric_data(self, *, Namespace: str, MetricData: list[Mapping[str, Any]]) -> None:  # noqa: N803
        """As boto3's."""
        if not self.available():
            raise ServiceGoneError("cloudwatch")
        for datum in MetricData:
            dimensions = sorted((one["Name"], one["Value"]) for one in datum["Dimensions"])
            metric = (Namespace, datum["MetricName"], tuple(dimensions))
            found = self.data.setdefault(metric, [])
            found.append((self.clock.seconds, float(datum["Value"])))

    def maximum(self, metric: Metric, period: float) -> float | None:
        """The highest value of the last whole period; None without data in it."""
        end = self.clock.seconds // period * period
        recent = self.data.get(metric, [])[-1000:]
        return max((value for at, value in recent if end - period <= at < end), default=None)


@dataclass
class AutoScaling:
    """One group: what is wanted, and how many instances serve.

    start: seconds until an instance that was asked for serves.
    """

    clock: Clock
    available: Callable[[], bool]
    start: float
    desired: int
    serving: int = 0
    _grows_at: float | None = None

    def __post_init__(self) -> None:
        self.serving = self.desired

    def describe_auto_scaling_groups(self, *, AutoScalingGroupNames: list[str]) -> dict[str, Any]:  # noqa: N803
        """As boto3's, without instances: which of them are guarded is not simulated."""
        if not self.available():
            raise ServiceGoneError("autoscaling")
        group: dict[str, Any] = {
            "DesiredCapacity": self.desired,
            "MinSize": 0,
            "MaxSize": 1000,
            "Instances": [],
        }
        return {"AutoScalingGroups": [group for _ in AutoScalingGroupNames]}

    def update_auto_scaling_group(
        self,
        *,
        AutoScalingGroupName: str,  # noqa: N803
        DesiredCapacity: int,  # noqa: N803
        MaxSize: int | None = None,  # noqa: N803
    ) -> None:
        """As boto3's."""
        del AutoScalingGroupName, MaxSize
        if not self.available():
            raise ServiceGoneError("autoscaling")
        if DesiredCapacity > self.desired:
            self._grows_at = self.clock.seconds + self.start
        self.desired = DesiredCapacity
        self.serving = min(self.serving, self.desired)

    def tick(self) -> None:
        """Lets the instances that were asked for serve, once they had their time."""
        if self._grows_at is not None and self.clock.seconds >= self._grows_at:
            self.serving, self._grows_at = self.desired, None
