"""The rules by subject: what checkov does not know about failover. Each function is one rule."""

from policy.rule import REGISTERED, Rule
from policy.rules import (
    alarms,
    buckets,
    certificates,
    database_access,
    database_failover,
    databases,
    firewalls,
    health_checks,
    hosted_zone,
    identity,
    instances,
    load_balancers,
    logs,
    records,
    regions,
    tables,
    tags_and_descriptions,
)

# In the order of the table in docs/rules.md.
SUBJECTS = (
    records,
    hosted_zone,
    health_checks,
    alarms,
    regions,
    load_balancers,
    firewalls,
    certificates,
    buckets,
    logs,
    identity,
    instances,
    databases,
    database_access,
    database_failover,
    tables,
    tags_and_descriptions,
)
RULES: tuple[Rule, ...] = tuple(
    rule for subject in SUBJECTS for rule in REGISTERED if rule.check.__module__ == subject.__name__
)

__all__ = ["RULES", "SUBJECTS"]
