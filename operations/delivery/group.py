"""A region's instances: which run, since when, and their replacement by an instance refresh."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.notes import code_of
from operations.aws import Connect, client, refused
from operations.delivery.bucket import Current
from terminal.errors import OperationError

# https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-status.html
UNDER_WAY = ("Pending", "InProgress", "Baking", "RollbackInProgress", "Cancelling")
# Of a filter, and fewer than an answer has.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
MOST_VALUES = 200
# Instances on their way out, and those that somebody has set aside.
NOT_SERVING = ("Terminat", "Detach", "Standby", "EnteringStandby")
# Launch before terminating, a tenth of the group at a time, as in the group's own settings.
MAX_HEALTHY = 110
PREFERENCES = {
    "MinHealthyPercentage": 100,
    "MaxHealthyPercentage": MAX_HEALTHY,
    "SkipMatching": False,
    # Also replaces instances that a failover has protected against scale-in.
    "ScaleInProtectedInstances": "Refresh",
    # Otherwise one that somebody has set aside would hold it up.
    "StandbyInstances": "Ignore",
}
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AlarmSpecification.html
MOST_ALARMS = 10


@dataclass(frozen=True)
class Instance:
    """One instance of the group."""

    id: str
    launched: datetime
    """By EC2's clock, to the second."""
    healthy: bool
    """Whether the load balancer sends it users."""
    why: str
    """Why it does not, in the load balancer's words; empty for one that is healthy."""
    up_to_date: bool = True
    """Whether it was launched from the group's present template version."""


def runs(current: Current | None, instance: Instance) -> bool:
    """Whether an instance runs the current release. It asks for it seconds after its launch; before
    the first one, it waits for that, unless it is of a template that has no releases."""
    if current is None:
        return False
    if current.pointer.previous is None:
        return instance.up_to_date
    return instance.launched >= current.since


@dataclass(frozen=True)
class Members:
    """A group's instances."""

    desired: int
    instances: list[Instance]


@dataclass(frozen=True)
class Refresh:
    """An instance refresh."""

    id: str
    status: str
    started: datetime | None
    reason: str
    """Why it is in its status; may be empty."""

    @property
    def under_way(self) -> bool:
        return self.status in UNDER_WAY


class Group:
    """A region's Auto Scaling group. Every call raises OperationError where AWS refuses or does not
    answer."""

    def __init__(self, name: str, region: str, connect: Connect = client) -> None:
        self.name = name
        self.region = region
        self._autoscaling = connect("autoscaling", region)
        self._ec2 = connect("ec2", region)
        self._balancing = connect("elbv2", region)

    def members(self) -> Members:
        """All instances that are not terminating, and how many there should be."""
        with self._refused("instances cannot be read"):
            group = self._group()
            version = _version(group)
            members = {
                one["InstanceId"]: _version(one) == version
                for one in group["Instances"]
                if not one["LifecycleState"].startswith(NOT_SERVING)
            }
            health = self._health(group["TargetGroupARNs"])
            launched = self._launch_times(list(members))
        instances = [
            Instance(
                one,
                launched[one],
                *health.get(one, (False, "not registered yet")),
                up_to_date=up_to_date,
            )
            for one, up_to_date in members.items()
            if one in launched
        ]
        return Members(group["DesiredCapacity"], instances)

    def latest_refresh(self) -> Refresh | None:
        """The newest instance refresh, whoever started it."""
        with self._refused("instance refreshes cannot be read"):
            found = self._autoscaling.describe_instance_refreshes(
                AutoScalingGroupName=self.name, MaxRecords=1
            )["InstanceRefreshes"]
        if not found:
            return None
        newest = found[0]
        return Refresh(
            newest["InstanceRefreshId"],
            newest["Status"],
            newest.get("StartTime"),
            newest.get("StatusReason", ""),
        )

    def start_refresh(self, alarms: Sequence[str]) -> None:
        """Starts to replace all instances. An alarm that goes off makes it fail by itself, even if
        nobody watches."""
        preferences: dict[str, Any] = dict(PREFERENCES)
        if alarms:
            preferences["AlarmSpecification"] = {"Alarms": list(alarms[:MOST_ALARMS])}
        with (
            self._refused("an instance refresh cannot be started"),
            _unless("InstanceRefreshInProgress"),  # somebody has just started one
        ):
            self._autoscaling.start_instance_refresh(
                AutoScalingGroupName=self.name, Strategy="Rolling", Preferences=preferences
            )

    def cancel_refresh(self) -> None:
        """Ends a refresh that is under way; it is `Cancelling` for a while."""
        with (
            self._refused("the instance refresh cannot be cancelled"),
            _unless("ActiveInstanceRefreshNotFound"),  # it has just ended by itself
        ):
            self._autoscaling.cancel_instance_refresh(AutoScalingGroupName=self.name)

    def _group(self) -> dict[str, Any]:
        found = self._autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])
        groups: list[dict[str, Any]] = found["AutoScalingGroups"]
        if not groups:
            raise OperationError(
                f"{self.region}: there is no Auto Scaling group {self.name}; deploy the stack first"
            )
        return groups[0]

    def _health(self, target_groups: Sequence[str]) -> dict[str, tuple[bool, str]]:
        """Of each registered instance, whether it is healthy, or why not."""
        found: dict[str, tuple[bool, str]] = {}
        for arn in target_groups:
            described = self._balancing.describe_target_health(TargetGroupArn=arn)
            for one in described["TargetHealthDescriptions"]:
                health = one["TargetHealth"]
                healthy = health["State"] == "healthy"
                why = "" if healthy else health.get("Description") or health["State"]
                found[one["Target"]["Id"]] = healthy, why
        return found

    def _launch_times(self, instances: Sequence[str]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for first in range(0, len(instances), MOST_VALUES):
            some = list(instances[first : first + MOST_VALUES])
            # By a filter, which an instance that has just gone does not make fail.
            answer = self._ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": some}])
            for reservation in answer["Reservations"]:
                found |= {one["InstanceId"]: one["LaunchTime"] for one in reservation["Instances"]}
        return found

    def _refused(self, what: str) -> Any:
        return refused(f"{self.region}: {what}")


def _version(of: dict[str, Any]) -> str | None:
    """The launch template version of a group or an instance, by number."""
    version: str | None = of.get("LaunchTemplate", {}).get("Version")
    return version


@contextmanager
def _unless(code: str) -> Generator[None]:
    """Lets an error with this code pass: the next look at the region sees why."""
    try:
        yield
    except ClientError as error:
        if code_of(error) != code:
            raise
