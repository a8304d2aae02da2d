"""Fixes how moto's Auto Scaling groups launch instances."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.moto_api._internal import mock_random

from sandbox.embedded_aws.moto_fixes.quotas import vcpus_left, vcpus_of

# Keeps two concurrent requests from both launching the missing instances.
one_at_a_time = threading.RLock()


def spread_over_subnets() -> None:
    """moto launches all of a group's instances in its first subnet; AWS picks the subnet with the
    fewest:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#arch-AutoScalingMultiAZ

    If EC2 refuses an instance, AWS tries the other subnets. If all of them fail, the call still
    succeeds, and a scaling activity of the group reports the failure.
    """
    start = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def start_spread(
        self: FakeAutoScalingGroup, count_needed: int, propagated_tags: dict[str, str]
    ) -> None:
        subnets = self.vpc_zone_identifier
        if not subnets:
            return start(self, count_needed, propagated_tags)
        try:
            for _ in range(count_needed):
                if not _start_one(self, subnets.split(","), propagated_tags):
                    break
        finally:
            self.vpc_zone_identifier = subnets
        return None

    def _start_one(group: FakeAutoScalingGroup, subnets: list[str], tags: dict[str, str]) -> bool:
        used = Counter(state.instance.subnet_id for state in group.active_instances())
        for subnet in sorted(subnets, key=lambda subnet: used[subnet]):
            group.vpc_zone_identifier = subnet
            try:
                start(group, 1, tags)
            except EC2ClientError as error:
                _note(group, "Failed", f"{error.message} Launching EC2 instance failed.")
                if error.code == "VcpuLimitExceeded":  # a quota of the whole region
                    return False
            else:
                _note(group, "Successful", None)
                return True
        return False

    FakeAutoScalingGroup.replace_autoscaling_group_instances = start_spread


def groups_tell_what_failed() -> None:
    """moto has no scaling activities, where AWS reports the outcome of each launch:
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html"""

    def describe(self: AutoScalingResponse) -> ActionResult:
        groups, name = (
            self.autoscaling_backend.autoscaling_groups,
            self._get_param("AutoScalingGroupName"),
        )
        asked = [groups[name]] if name in groups else [] if name else list(groups.values())
        return ActionResult(
            {"Activities": [activity for group in asked for activity in _activities(group)]}
        )

    AutoScalingResponse.describe_scaling_activities = describe


def groups_try_again() -> None:
    """moto never retries a group that is short of instances; AWS keeps trying. Here, a group
    retries when it is described and EC2 has capacity."""
    describe_groups = AutoScalingResponse.describe_auto_scaling_groups

    def describe(self: AutoScalingResponse) -> ActionResult:
        with one_at_a_time:
            for group in list(self.autoscaling_backend.autoscaling_groups.values()):
                missing = (group.desired_capacity or 0) - len(group.active_instances())
                if missing > 0 and vcpus_left(group.ec2_backend) >= vcpus_of(group.instance_type):
                    group.set_desired_capacity(group.desired_capacity)
        return describe_groups(self)

    AutoScalingResponse.describe_auto_scaling_groups = describe


def _activities(group: FakeAutoScalingGroup) -> Iterator[dict[str, Any]]:
    """Latest first, as AWS lists them."""
    yield from reversed(group.__dict__.get("launches", []))


def _note(group: FakeAutoScalingGroup, status: str, message: str | None) -> None:
    now = utcnow()
    group.__dict__.setdefault("launches", []).append(
        {
            "ActivityId": str(mock_random.uuid4()),
            "AutoScalingGroupName": group.name,
            "Description": "Launching a new EC2 instance"
            + (f".  Status Reason: {message}" if message else ""),
            "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} an instance was started in response to a "
            "difference between desired and actual capacity.",
            "StartTime": now,
            "EndTime": now,
            "StatusCode": status,
            **({"StatusMessage": message} if message else {}),
            "Progress": 100,
            "Details": "{}",
        }
    )
