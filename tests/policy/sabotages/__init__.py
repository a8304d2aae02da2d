"""Stacks that violate one rule each: that rule turns red, and no other."""

from tests.policy.sabotages import (
    database_access,
    databases,
    dns,
    edge,
    holdings,
    releases,
    watching,
    words,
)
from tests.policy.sabotages.rule_sabotage import RuleSabotage

SABOTAGES: tuple[RuleSabotage, ...] = (
    *dns.SABOTAGES,
    *watching.SABOTAGES,
    *edge.SABOTAGES,
    *holdings.SABOTAGES,
    *releases.SABOTAGES,
    *databases.SABOTAGES,
    *database_access.SABOTAGES,
    *words.SABOTAGES,
)

__all__ = ["SABOTAGES", "RuleSabotage"]
