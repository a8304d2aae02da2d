"""The instances of an Auto Scaling group, as an instance refresh sees them."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.ec2.exceptions import EC2ClientError
from moto.elbv2.models import elbv2_backends

# Not healthy yet, or no more. A target that is `unused` is checked by nobody:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states
NOT_HEALTHY = {"initial", "unhealthy", "draining"}


def health_of(group: FakeAutoScalingGroup, instance: str) -> str | None:
    """The target state that keeps an instance from being healthy; None if it is healthy.

    Target groups count only if the group uses ELB health checks:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
    """
    if "ELB" not in group.health_check_type.split(","):
        return None
    balancing = elbv2_backends[group.account_id][group.region]
    for arn in group.target_group_arns:
        targets = balancing.target_groups.get(arn)
        if targets is not None:
            state = targets.health_for({"Id": instance}, group.ec2_backend).status
            if state in NOT_HEALTHY:
                return state
    return None


def terminate(group: FakeAutoScalingGroup, members: Iterable[Any]) -> None:
    """Terminates members of a group, which does not replace them."""
    ending = list(members)
    for state in ending:
        group.instance_states.remove(state)
        group.ec2_backend.terminate_instances([state.instance.id])


def launch(group: FakeAutoScalingGroup, count: int) -> bool:
    """Launches instances from the group's template. Returns whether EC2 started any."""
    before = len(group.instance_states)
    with suppress(EC2ClientError):  # such as a quota; a scaling activity tells of it
        group.replace_autoscaling_group_instances(count, group.get_propagated_tags())
    return len(group.instance_states) > before
