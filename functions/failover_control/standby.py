"""The standby's Auto Scaling group: awake at the primary's capacity, or at rest."""

from dataclasses import dataclass
from typing import Any

# At most so many for one SetInstanceProtection:
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
BATCH = 50


class StandbyMissingError(Exception):
    """The Auto Scaling group is not there."""


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
        whether anything was missing. Raises StandbyMissingError, or botocore's errors.
        """
        group = self._described()
        grows = group["DesiredCapacity"] < self.awake
        try:
            if grows:
                self.autoscaling.update_auto_scaling_group(
                    AutoScalingGroupName=self.group,
                    DesiredCapacity=self.awake,
                    # Too low only where somebody changed it by hand.
                    MaxSize=max(group["MaxSize"], self.awake),
                )
        finally:
            guards = self._guard(group, guarded=True)
        return guards or grows

    def lie_down(self) -> None:
        """Takes the guard away and leaves `rest` instances, or the group's minimum if more."""
        group = self._described()
        self._guard(group, guarded=False)
        self.autoscaling.update_auto_scaling_group(
            AutoScalingGroupName=self.group, DesiredCapacity=max(group["MinSize"], self.rest)
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
