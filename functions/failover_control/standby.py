"""The standby's Auto Scaling group: awake at the primary's capacity, or at rest."""

from dataclasses import dataclass
from typing import Any

# At most so many for one SetInstanceProtection:
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
BATCH = 50


class StandbyMissingError(Exception):
    """The Auto Scaling group is not there."""


class StandbyTooSmallError(Exception):
    """The Auto Scaling group may not grow to what is needed."""


@dataclass(frozen=True)
class Standby:
    """One Auto Scaling group, of which this changes the desired capacity and the instances'
    scale-in protection alone: what Terraform leaves to others.

    autoscaling: a boto3 client. rest: instances while the primary serves; awake: while it fails.
    """

    autoscaling: Any
    group: str
    rest: int
    awake: int

    def wake(self) -> bool:
        """Brings the group to at least `awake` instances, and guards those against scaling in.

        May be repeated, and has to be: an instance can be guarded once it is in service. Returns
        whether anything was missing. Raises StandbyMissingError, or botocore's errors; and
        StandbyTooSmallError where somebody lowered the group's maximum by hand, once the group is
        as large as that allows. To raise it is left to people: UpdateAutoScalingGroup asks more
        permissions of whoever calls it on a group with a launch template.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
        """
        group = self._described()
        size = min(self.awake, group["MaxSize"])
        grows = group["DesiredCapacity"] < size
        try:
            if grows:
                self._resize(size)
        finally:
            guards = self._guard(group, guarded=True)
        if size < self.awake:
            raise StandbyTooSmallError(
                f"{self.group} may have {size} instances at most, and {self.awake} are needed:"
                " raise its maximum"
            )
        return guards or grows

    def lie_down(self) -> None:
        """Takes the guard away and leaves `rest` instances, or the group's minimum if more."""
        group = self._described()
        self._guard(group, guarded=False)
        self._resize(max(group["MinSize"], self.rest))

    def _resize(self, size: int) -> None:
        """At once: no cooldown of what scaling did before is waited for."""
        self.autoscaling.set_desired_capacity(
            AutoScalingGroupName=self.group, DesiredCapacity=size, HonorCooldown=False
        )

    def _guard(self, group: dict[str, Any], *, guarded: bool) -> bool:
        others = [
            instance["InstanceId"]
            for instance in group["Instances"]
            if instance["LifecycleState"] == "InService"
            and instance["ProtectedFromScaleIn"] != guarded
        ]
        for start in range(0, len(others), BATCH):
            self.autoscaling.set_instance_protection(
                AutoScalingGroupName=self.group,
                InstanceIds=others[start : start + BATCH],
                ProtectedFromScaleIn=guarded,
            )
        return bool(others)

    def _described(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.autoscaling.describe_auto_scaling_groups(
            AutoScalingGroupNames=[self.group]
        )["AutoScalingGroups"]
        if not found:
            raise StandbyMissingError(f"there is no Auto Scaling group {self.group}")
        return found[0]
