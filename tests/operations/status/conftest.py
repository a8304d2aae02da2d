"""A calm day, for a test to disturb."""

import pytest

from tests.operations.status.fakes import World, world_of
from tests.synthesis import example


@pytest.fixture
def world() -> World:
    """The mission, which has neither releases nor a database."""
    return world_of(example("mission"))
