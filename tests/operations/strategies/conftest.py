"""The examples' strategies, synthesised once."""

from functools import cache

import pytest

from operations.costs.prices import Prices, load_prices
from operations.strategies.table import Option, options
from tests.synthesis import example


@cache
def found(name: str) -> list[Option]:
    return options(example(name), load_prices())


@pytest.fixture(scope="session")
def prices() -> Prices:
    return load_prices()


@pytest.fixture
def mission_options() -> list[Option]:
    return found("mission")


@pytest.fixture
def staging_options() -> list[Option]:
    return found("staging")
