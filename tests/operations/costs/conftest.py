"""The price file, and one report."""

from functools import cache

import pytest

from operations.costs.documentation import found_for
from operations.costs.prices import Prices, load_prices
from operations.costs.report import Report
from tests.synthesis import example


@pytest.fixture(scope="session")
def prices() -> Prices:
    return load_prices()


@cache
def mission_report() -> Report:
    return found_for(example("mission"))


@pytest.fixture
def mission_costs() -> Report:
    """The mission's costs, with docs/costs.md's traffic."""
    return mission_report()
