"""Stacks that violate one rule each: that rule turns red, and no other."""

from tests.policy.sabotages import (
    database_access,
    databases,
    dns,
    edge,
    holdings,
    releases,
    tables,
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
    *tables.SABOTAGES,
    *words.SABOTAGES,
)

__all__ = ["SABOTAGES", "RuleSabotage"]
