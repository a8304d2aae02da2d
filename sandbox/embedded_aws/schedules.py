"""EventBridge Scheduler's one-time schedules: those that are due call an API by their role.

Only what the project schedules is played: giving a load balancer its security groups.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend
from moto.scheduler.models import scheduler_backends

from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Decision, verdict
from sandbox.embedded_aws.permissions.principals import policies_of

SET_GROUPS = "arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:setSecurityGroups"
AT = "at(%Y-%m-%dT%H:%M:%S)"


def due_at(expression: str) -> datetime:
    """When a one-time schedule in UTC is due. Raises ValueError for any other expression."""
    return datetime.strptime(expression, AT).replace(tzinfo=UTC)


def advance_schedules() -> None:
    """Runs whatever is due in any region."""
    for account, region, group, schedule in list(_all()):
        if schedule.state == "ENABLED" and due_at(schedule.schedule_expression) <= datetime.now(
            UTC
        ):
            _run(account, region, schedule)
            schedule.state = "DISABLED"  # it ran: a one-time schedule is never due again
            if schedule.action_after_completion == "DELETE":
                group.delete_schedule(schedule.name)


def _all() -> Iterator[tuple[str, str, Any, Any]]:
    for account, regions in list(scheduler_backends.items()):
        for region, backend in list(regions.items()):
            for group in backend.schedule_groups.values():
                for schedule in list(group.schedules.values()):
                    yield account, region, group, schedule


def _run(account: str, region: str, schedule: Any) -> None:
    """Calls the API as the schedule's role; nothing happens if that may not."""
    given = json.loads(schedule.target["Input"])
    balancer = given["LoadBalancerArn"]
    role = schedule.target["RoleArn"].rpartition("/")[2]
    need = Need("elasticloadbalancing:SetSecurityGroups", balancer)
    try:
        allowed = verdict(policies_of(role, account), need, None)
    except Refusal:  # the role is gone
        return
    if allowed is Decision.ALLOWED:
        elbv2 = get_backend("elbv2")[account][region]
        elbv2.set_security_groups(balancer, given["SecurityGroups"])
