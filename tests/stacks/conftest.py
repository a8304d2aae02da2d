"""Stacks with a database."""

import pytest

from tests.conftest import Synthesised
from tests.databases import ENGINES, with_database
from tests.synthesis import Stacks


@pytest.fixture(scope="module", params=ENGINES)
def deployed(request: pytest.FixtureRequest) -> Synthesised:
    """Each engine with the defaults and a hot standby."""
    environment = with_database(request.param)
    return Synthesised(environment, Stacks(environment))
