"""Deployments to check against the rules: the examples, and variants of the mission."""

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from emitted import Deployment
from environments import ROLES, Environment
from environments.loading import check
from tests.applications import AMI, options
from tests.arc import ROUTING_CONTROL
from tests.conftest import EXAMPLE_NAMES, Synthesised
from tests.synthesis import EXAMPLES, Stacks, example

SUBNETS = {
    f"{kind}_subnets": [f"subnet-{n:08x}" for n in numbers]
    for kind, numbers in (("public", range(3)), ("private", range(3, 6)))
}
ALERTED: dict[str, Any] = {"alarms": {"emails": ["oncall@example.com"]}}
NO_PAGES: dict[str, Any] = {role: {"page": None} for role in ROLES}
# What each variant changes in mission.toml.
VARIANTS: dict[str, dict[str, Any]] = {
    # Alarms have a subscriber, so every rule holds, even those that only warn.
    "alerted": ALERTED,
    "trial": {
        "tls": False,
        "deletion_protection": False,
        "firewall": dict.fromkeys(("common", "rate", "ip_reputation"), "count"),
        "dns": {"query_logs": False},
        "data": {"engine": "aurora-mysql"},
        **ALERTED,
    },
    "cname": {
        "dns": {"record": "cname", "domain": "www.awspractice.space"},
        "alarms": {"webhooks": ["https://alerts.example.com/sns"]},
    },
    "automatic": {"failover": {"failback": "automatic"}},
    "routing_control": {"failover": {"routing_control": ROUTING_CONTROL}},
    "pilot_light": {
        "failover": {"strategy": "pilot_light"},
        "dr": {"capacity": {"min": 0, "desired": 0, "max": 6}},
        "data": {"engine": "aurora-postgresql", "final_snapshot": False},
    },
    # With automatic promotion, and with manual.
    "aurora": {"data": {"engine": "aurora-postgresql", "promotion": "automatic"}, **ALERTED},
    "replica": {"data": {"engine": "rds-mysql-replica"}, **ALERTED},
    # The primary is in the region of Route 53's metrics, so the alarms have a separate provider.
    "elsewhere": {
        "primary": {"region": "us-east-1", "zones": ["us-east-1a", "us-east-1b"]},
        "dr": {"region": "ap-south-1", "zones": ["ap-south-1a", "ap-south-1b"]},
        "state": {
            "primary": {"bucket": "elsewhere-primary", "region": "us-east-1"},
            "dr": {"bucket": "elsewhere-dr", "region": "ap-south-1"},
            "global": {"bucket": "elsewhere-global", "region": "eu-west-1"},
        },
    },
    # Users open two names, of a zone in another account.
    "page": {
        "application": options("page"),
        "dns": {
            "aliases": ["www.awspractice.space"],
            "role_arn": "arn:aws:iam::222233334444:role/failover-dns",
            "query_logs": False,
        },
        **ALERTED,
    },
    "release": {
        "application": {"kind": "release", **options("release")},
        "delivery": {"github": "octo-org/shop", "pipeline": "codepipeline"},
        **NO_PAGES,
        **ALERTED,
    },
    "tables": {
        "data": {
            "tables": [
                {"name": "ledger", "partition_key": "id", "own_keys": True},
                {"name": "sessions", "partition_key": "id", "point_in_time_recovery": False},
            ]
        },
        "state": {"tables": {"bucket": "awspractice-space-state-tables", "region": "us-west-2"}},
        **ALERTED,
    },
    "image": {
        "application": {"kind": "image", **options("image")},
        **{role: {"page": None, "ami": AMI} for role in ROLES},
        **ALERTED,
    },
    "adopted": {
        "primary": {"cidr": None, "existing_network": {"vpc_id": "vpc-00000001", **SUBNETS}},
        "data": {"engine": "rds-postgres-replica", "promotion": "automatic"},
    },
}


def variant(name: str) -> Environment:
    content = example("mission").model_dump(by_alias=True, exclude_none=True)
    for table, changes in VARIANTS[name].items():
        if isinstance(changes, dict):
            changed = {**content[table], **changes}
            content[table] = {key: value for key, value in changed.items() if value is not None}
        else:
            content[table] = changes
    return check(content, EXAMPLES / f"{name}.toml")


Deploy = Callable[[str], Deployment]


@pytest.fixture(scope="session")
def deployed(synthesised_by_name: Callable[[str], Synthesised]) -> Deploy:
    """An example or variant, synthesised once."""

    @cache
    def deploy(name: str) -> Deployment:
        if name in EXAMPLE_NAMES:
            found = synthesised_by_name(name)
        else:
            environment = variant(name)
            found = Synthesised(environment, Stacks(environment))
        stacks = {stack: emitted.json for stack, emitted in found.stacks.items()}
        return Deployment(found.environment, stacks)

    return deploy


def copied(deployment: Deployment) -> dict[str, Any]:
    """A copy of the stacks to modify."""
    return copy.deepcopy(dict(deployment.stacks))
