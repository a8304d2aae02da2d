"""The failover switch: which region is in service, as objects in the standby's region.

The switch is set while the object `failed-over` is there. Route 53 reads it in two ways, and takes
the primary out of service where either says "set": it asks S3 for the object, which needs no
heartbeat but S3; and it follows the metric, which needs a heartbeat but survives S3.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

SET_KEY = "failed-over"
# Its time of writing is when the switch was last cleared.
CLEARED_KEY = "cleared"

METRIC_NAMESPACE = "Failover"
METRIC_NAME = "SwitchSet"
METRIC_DIMENSION = "Deployment"

# S3's refusal of a conditional write where the object is there. ConditionalRequestConflict is an
# error: a clear may be what it conflicts with.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
TAKEN = "PreconditionFailed"
MISSING = {"NoSuchKey", "404"}


@dataclass(frozen=True)
class Setting:
    """Who set the switch, when and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Unnoted:
    """The switch is set, and who did it, when and why is not known."""

    because: str


class FailoverSwitch(Protocol):
    """What keeps a failed primary out of service, wherever its position is kept.

    Every method raises botocore's ClientError or BotoCoreError where AWS refuses or is gone.
    """

    def setting(self) -> Setting | Unnoted | None:
        """How the switch was set, or None while the primary is in service."""
        ...

    def set(self, *, by: str, reason: str) -> bool:
        """Takes the primary out of service. False where it already is: the first reason stays."""
        ...

    def clear(self, *, by: str, reason: str) -> None:
        """Puts the primary back in service."""
        ...

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared; None if it never was."""
        ...

    def publish(self, *, is_set: bool) -> None:
        """Repeats the switch's position to whoever follows it."""
        ...


class Switch:
    """The switch of one deployment, held by S3 and CloudWatch.

    s3, cloudwatch: boto3 clients of the standby's region.
    bucket: where the switch is kept. deployment: the metric's dimension.
    Every method raises botocore's ClientError or BotoCoreError where AWS refuses or is gone.
    """

    def __init__(self, s3: Any, cloudwatch: Any, *, bucket: str, deployment: str) -> None:
        self._s3 = s3
        self._cloudwatch = cloudwatch
        self._bucket = bucket
        self._deployment = deployment
        self._published: bool | None = None

    def setting(self) -> Setting | None:
        """How the switch was set, or None while the primary is in service."""
        return noted(self._s3, self._bucket)

    def set(self, *, by: str, reason: str) -> bool:
        """Takes the primary out of service. False where it already is: the first reason stays."""
        body = note(by, reason)
        try:
            self._s3.put_object(Bucket=self._bucket, Key=SET_KEY, Body=body, IfNoneMatch="*")
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != TAKEN:
                raise
            return False
        finally:
            self.publish(is_set=True)
        return True

    def clear(self, *, by: str, reason: str) -> None:
        """Puts the primary back in service."""
        self._s3.put_object(Bucket=self._bucket, Key=CLEARED_KEY, Body=note(by, reason))
        self._s3.delete_object(Bucket=self._bucket, Key=SET_KEY)
        self.publish(is_set=False)

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared; None if it never was."""
        return written_at(self._s3, self._bucket, CLEARED_KEY)

    def publish(self, *, is_set: bool) -> None:
        """Repeats the switch's position as a metric, once for this object: a run is the heartbeat.

        An alarm takes the highest value of a minute, so that of a race the "set" remains.
        """
        if is_set == self._published:
            return
        self._cloudwatch.put_metric_data(
            Namespace=METRIC_NAMESPACE,
            MetricData=[
                {
                    "MetricName": METRIC_NAME,
                    "Dimensions": [{"Name": METRIC_DIMENSION, "Value": self._deployment}],
                    "Value": float(is_set),
                }
            ],
        )
        self._published = is_set


def note(by: str, reason: str) -> str:
    """What an object says of who moved the switch, and why."""
    return json.dumps({"by": by, "reason": reason})


def noted(s3: Any, bucket: str) -> Setting | None:
    """What the object that sets the switch says; None where there is none."""
    try:
        found = s3.get_object(Bucket=bucket, Key=SET_KEY)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise
    said = _fields(found["Body"].read())
    return Setting(found["LastModified"], said.get("by", "unknown"), said.get("reason", ""))


def written_at(s3: Any, bucket: str, key: str) -> datetime | None:
    """When the object was written, by S3's clock; None where there is none."""
    try:
        found: datetime = s3.head_object(Bucket=bucket, Key=key)["LastModified"]
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            return None
        raise
    return found


def _fields(body: bytes) -> dict[str, str]:
    """What the object says. Anybody may set the switch with an empty one."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    fields = cast("dict[str, Any]", said)
    return {name: str(fields[name]) for name in ("by", "reason") if name in fields}
