"""The standby's Auto Scaling group: awake at the primary's capacity, or at rest."""

from dataclasses import dataclass
from typing import Any

# SetInstanceProtection's limit:
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
BATCH = 50


class StandbyMissingError(Exception):
    """The Auto Scaling group does not exist."""


class StandbyTooSmallError(Exception):
    """The Auto Scaling group's maximum is less than what is needed."""


@dataclass(frozen=True)
class Standby:
    """One Auto Scaling group. Only its desired capacity and its instances' scale-in protection are
    changed, neither of which Terraform manages.

    autoscaling: a boto3 client. rest: instances while the primary serves; awake: while it fails.
    """

    autoscaling: Any
    group: str
    rest: int
    awake: int

    def wake(self) -> bool:
        """Brings the group to at least `awake` instances, and protects those against scale-in.

        It may be repeated, and has to be: an instance can only be protected once it is in service.
        Returns whether anything was missing. Raises StandbyMissingError, or botocore's errors; and
        StandbyTooSmallError if somebody lowered the group's maximum by hand, after growing the
        group to that. Raising the maximum is left to people: UpdateAutoScalingGroup needs further
        permissions for a group with a launch template.
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
        """Removes the protection and leaves `rest` instances, or the group's minimum if that is
        more."""
        group = self._described()
        self._guard(group, guarded=False)
        self._resize(max(group["MinSize"], self.rest))

    def _resize(self, size: int) -> None:
        """Resizes at once, without waiting for the cooldown of earlier scaling."""
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
