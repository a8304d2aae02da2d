"""The standby as its region describes it: what several checks ask about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from functions.standby_readiness.settings import StandbySettings

SERVES = "InService"


class AbsentError(Exception):
    """Something that the standby consists of does not exist."""


@dataclass(frozen=True)
class Standby:
    """client: makes a boto3 client for a service in the standby's region.

    The properties raise botocore's errors, and AbsentError for what does not exist.
    """

    settings: StandbySettings
    client: Callable[[str], Any]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @cached_property
    def account(self) -> str:
        """The account's number."""
        number: str = self.client("sts").get_caller_identity()["Account"]
        return number

    @cached_property
    def group(self) -> dict[str, Any]:
        """The Auto Scaling group."""
        name = self.settings.group
        return group_of(self.client("autoscaling"), name)

    @cached_property
    def template(self) -> dict[str, Any]:
        """The version of the launch template from which the group starts instances."""
        return template_of(self.client("ec2"), self.group)

    @cached_property
    def balancer(self) -> dict[str, Any]:
        """The load balancer."""
        return balancer_of(self.client("elbv2"), self.settings.load_balancer)

    @cached_property
    def target_group(self) -> str:
        """ARN of the target group."""
        name = self.settings.target_group
        found = self.client("elbv2").describe_target_groups(Names=[name])["TargetGroups"]
        arn: str = found[0]["TargetGroupArn"]
        return arn

    @cached_property
    def listener(self) -> dict[str, Any]:
        """The listener of the port that users connect to."""
        arn, port = self.balancer["LoadBalancerArn"], self.settings.port
        found = self.client("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"]
        for one in found:
            if one["Port"] == port:
                return one
        raise AbsentError(f"{self.settings.load_balancer} has no listener on port {port}")


def group_of(autoscaling: Any, name: str) -> dict[str, Any]:
    """An Auto Scaling group. Raises AbsentError."""
    found = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    groups: list[dict[str, Any]] = found["AutoScalingGroups"]
    if not groups:
        raise AbsentError(f"there is no Auto Scaling group {name}")
    return groups[0]


def template_of(ec2: Any, group: dict[str, Any]) -> dict[str, Any]:
    """What a group starts instances from."""
    template = group["LaunchTemplate"]
    (version,) = ec2.describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=[template["Version"]]
    )["LaunchTemplateVersions"]
    data: dict[str, Any] = version["LaunchTemplateData"]
    return data


def balancer_of(elbv2: Any, name: str) -> dict[str, Any]:
    """A load balancer; the service's own error says that there is none."""
    found: list[dict[str, Any]] = elbv2.describe_load_balancers(Names=[name])["LoadBalancers"]
    return found[0]
