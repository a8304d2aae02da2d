"""What is emitted for a strategy and a way of failback, each once."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from environments import Environment
from environments.loading import check
from operations.route53 import Configuration, configuration
from tests.synthesis import EXAMPLES, synthesise
from tests.test_strategies import FAILBACKS, PLACES, STRATEGIES, changed

# A VPC of somebody else's, without IPv6.
IPV4_ALONE = {
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnets": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "private_subnets": ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
    "load_balancer_security_groups": ["sg-0123456789abcdef0"],
}
# Strategy, failback, how the domain names the regions and, at times, what else differs: users come
# by plain HTTP, or the standby's network is another's, and has no IPv6.
VARIANTS: tuple[tuple[str, ...], ...] = (
    *((strategy, failback, "alias") for strategy in STRATEGIES for failback in FAILBACKS),
    ("hot", "manual", "cname"),
    ("hot", "automatic", "cname"),
    ("hot", "manual", "alias", "http"),
    ("pilot_light", "automatic", "alias", "http"),
    ("warm", "manual", "alias", "ipv4"),
    ("warm", "manual", "cname", "ipv4"),
)


@dataclass(frozen=True)
class Deployed:
    """An environment and the JSON of its stacks."""

    environment: Environment
    stacks: dict[str, Any]

    @property
    def configuration(self) -> Configuration:
        return configuration(self.stacks)

    def copied(self) -> dict[str, Any]:
        """Stacks that may be changed."""
        return copy.deepcopy(self.stacks)


Deploy = Callable[..., Deployed]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    @cache
    def deploy(strategy: str, failback: str, record: str, other: str = "") -> Deployed:
        environment = _otherwise(changed(strategy, failback, PLACES[0], record), other)
        stacks = synthesise(environment, tmp_path_factory.mktemp("deployed"))
        return Deployed(environment, {name: stack.json for name, stack in stacks.items()})

    return deploy


def _otherwise(environment: Environment, other: str) -> Environment:
    content = json.loads(environment.model_dump_json(by_alias=True, exclude_none=True))
    if other == "http":
        content["tls"] = False
    elif other == "ipv4":
        del content["dr"]["cidr"]
        content["dr"]["existing_network"] = IPV4_ALONE
    return check(content, EXAMPLES / "changed.toml")
