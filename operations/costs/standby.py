"""The standby's share of the costs, by strategy and database engine."""

from collections.abc import Iterable, Mapping

from environments import Environment, Strategy
from environments.data import KINDS
from operations.costs.grid import Grid
from operations.costs.line import total
from operations.costs.prices import Prices
from operations.costs.resources import count
from operations.costs.variants import STRATEGIES, running, standby_stacks, variant

NO_ENGINE = "none"

Shares = Mapping[Strategy, float]
"""USD a month of the stacks dr and global, without traffic."""


def shares(environment: Environment, prices: Prices) -> Shares:
    """The standby's share under each strategy. Raises OperationError for anything without a
    price."""
    return {
        strategy: total(count(standby_stacks(variant(environment, strategy)), prices))
        for strategy in STRATEGIES
    }


def by_engine(environment: Environment, prices: Prices) -> Mapping[str, Shares]:
    """The same without a database and with each engine, whichever the environment has."""
    return {engine: shares(running(environment, engine), prices) for engine in (NO_ENGINE, *KINDS)}


def matrix(rows: Iterable[tuple[str, Shares]]) -> Grid:
    """A row for each engine, and a column for each strategy."""
    texts = ((engine, *(f"{usd:,.2f}" for usd in one.values())) for engine, one in rows)
    return Grid(("engine", *STRATEGIES), tuple(texts), numbers=1)
