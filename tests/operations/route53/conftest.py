"""What is emitted for a strategy and a way of failback, each once."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from environments import Environment
from operations.route53 import Configuration, configuration
from tests.synthesis import synthesise
from tests.test_strategies import FAILBACKS, PLACES, STRATEGIES, changed

# Strategy, failback, and how the domain names the regions.
VARIANTS = (
    *((strategy, failback, "alias") for strategy in STRATEGIES for failback in FAILBACKS),
    ("hot", "manual", "cname"),
    ("hot", "automatic", "cname"),
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


Deploy = Callable[[str, str, str], Deployed]


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    @cache
    def deploy(strategy: str, failback: str, record: str) -> Deployed:
        environment = changed(strategy, failback, PLACES[0], record)
        stacks = synthesise(environment, tmp_path_factory.mktemp("deployed"))
        return Deployed(environment, {name: stack.json for name, stack in stacks.items()})

    return deploy
