"""How Route 53 judges health, and chooses between failover records.

Each rule is one function that cites its AWS page.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

R = TypeVar("R")

PRIMARY, SECONDARY = "PRIMARY", "SECONDARY"
ROLES = frozenset({PRIMARY, SECONDARY})


def reported(*, healthy: bool, inverted: bool, disabled: bool) -> bool:
    """The status a check reports: a disabled one counts as healthy, and an inverted one reports the
    opposite. One that is both therefore reports unhealthy.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    return (healthy or disabled) != inverted


def calculated(children: Collection[bool], threshold: int) -> bool:
    """Whether a calculated check is healthy: with at least `threshold` healthy children, so always
    if that is 0, and never if it exceeds their number.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    return sum(children) >= threshold


def chosen(by_role: Mapping[str, R], healthy: Callable[[R], bool]) -> R:
    """Of failover records, by their role: the primary while it is healthy, otherwise the secondary
    if healthy; the primary if neither is.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
    """
    for role in (PRIMARY, SECONDARY):
        if role in by_role and healthy(by_role[role]):
            return by_role[role]
    return by_role[PRIMARY] if PRIMARY in by_role else by_role[SECONDARY]


def load_balancer_healthy(registered: int, healthy: int) -> bool:
    """Whether an alias that evaluates its target's health finds a load balancer healthy: not when a
    target group of it has no healthy target, or no targets at all.

    Route 53 learns this from Elastic Load Balancing, not from outside: an unreachable region may
    look healthy.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html
    """
    return registered > 0 and healthy > 0
