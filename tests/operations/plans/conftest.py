"""Deployments in memory, of each kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from environments import Environment
from tests.arc import ROUTING_CONTROL
from tests.databases import with_database
from tests.operations.data.conftest import operator_of
from tests.operations.plans.world import World
from tests.synthesis import example
from tests.variants import PLACES, changed


def environment_of(kind: str) -> Environment:
    """The mission with a database, another strategy, or another switch."""
    match kind:
        case "no database":
            return example("mission")
        case "pilot light":
            return changed("pilot_light", "manual", PLACES[0])
        case "automatic":
            return changed("hot", "automatic", PLACES[0])
        case "routing control":
            return changed("hot", "manual", PLACES[0], routing_control=ROUTING_CONTROL)
        case engine:
            return with_database(engine)


@pytest.fixture
def world_of(tmp_path: Path) -> Callable[[str], World]:
    return lambda kind: World(environment_of(kind), tmp_path)


__all__ = ["operator_of"]
