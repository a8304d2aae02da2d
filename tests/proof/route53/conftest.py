"""The emitted stacks of each strategy and failback, synthesised once."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from environments import Environment
from environments.loading import check
from proof.route53 import Configuration, configuration_of
from tests.synthesis import EXAMPLES, Stacks
from tests.variants import FAILBACKS, STRATEGIES, changed

# A VPC not created by us, without IPv6.
IPV4_ALONE = {
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "private_subnets": ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
    "load_balancer_security_groups": ["sg-0123456789abcdef0"],
}
# Primary, standby, and the region of the global stack's state and of the switch's second place.
PLACE = ("ap-south-1", "us-east-1", "us-west-2")
ARC = "arn:aws:route53-recovery-control::111122223333"
ROUTING_CONTROL = {
    "arn": f"{ARC}:controlpanel/{32 * '0'}/routingcontrol/{16 * '1'}",
    "endpoints": {
        region: f"https://0123abcd.route53-recovery-cluster.{region}.amazonaws.com/v1"
        for region in ("us-west-2", "eu-west-1", "ap-northeast-1")
    },
}
# Strategy, failback, how the domain points to the regions and, for some, what else differs: users
# connect by plain HTTP; the standby uses an existing network without IPv6; the global stack's state
# is in the standby's region, so the switch has one place, and users open three names; or the switch
# is a routing control.
VARIANTS: tuple[tuple[str, ...], ...] = (
    *((strategy, failback, "alias") for strategy in STRATEGIES for failback in FAILBACKS),
    ("hot", "manual", "cname"),
    ("hot", "automatic", "cname"),
    ("hot", "manual", "alias", "http"),
    ("pilot_light", "automatic", "alias", "http"),
    ("warm", "manual", "alias", "ipv4"),
    ("warm", "manual", "cname", "ipv4"),
    ("hot", "manual", "alias", "one place"),
    ("warm", "manual", "cname", "one place"),
    ("hot", "manual", "alias", "routing control"),
)


@dataclass(frozen=True)
class Deployed:
    """An environment and the JSON of its stacks."""

    environment: Environment
    stacks: dict[str, Any]

    @property
    def configuration(self) -> Configuration:
        return configuration_of(self.stacks)

    def copied(self) -> dict[str, Any]:
        """A copy of the stacks to modify."""
        return copy.deepcopy(self.stacks)


Deploy = Callable[..., Deployed]


@pytest.fixture(scope="session")
def deployed() -> Deploy:
    @cache
    def deploy(strategy: str, failback: str, record: str, other: str = "") -> Deployed:
        environment = _otherwise(changed(strategy, failback, PLACE, record), other)
        stacks = Stacks(environment)
        return Deployed(environment, {name: stack.json for name, stack in stacks.items()})

    return deploy


def _with_data(environment: Environment, engine: str, promotion: str) -> Environment:
    content = json.loads(environment.model_dump_json(by_alias=True, exclude_none=True))
    content["data"] = {"engine": engine, "promotion": promotion}
    paths = {"health_check_path": "/health", "live_path": "/live"}
    content["application"] = {"setup": "#!/bin/sh\n", **paths}
    return check(content, EXAMPLES / "changed.toml")


@pytest.fixture(scope="session")
def with_data() -> Deploy:
    """A deployment with a database, and manual failback as that wants. Load balancers ask another
    page than Route 53."""

    @cache
    def deploy(strategy: str, engine: str, promotion: str, record: str = "alias") -> Deployed:
        environment = changed(strategy, "manual", PLACE, record)
        environment = _with_data(environment, engine, promotion)
        stacks = Stacks(environment)
        return Deployed(environment, {name: stack.json for name, stack in stacks.items()})

    return deploy


def _otherwise(environment: Environment, other: str) -> Environment:
    content = json.loads(environment.model_dump_json(by_alias=True, exclude_none=True))
    if other == "http":
        content["tls"] = False
    elif other == "ipv4":
        del content["dr"]["cidr"]
        content["dr"]["existing_network"] = IPV4_ALONE
    elif other == "one place":
        content["state"]["global"]["region"] = content["dr"]["region"]
        content["dns"]["aliases"] = ["shop.awspractice.space", "help.shop.awspractice.space"]
    elif other == "routing control":
        content["failover"]["routing_control"] = ROUTING_CONTROL
    return check(content, EXAMPLES / "changed.toml")
