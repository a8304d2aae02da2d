"""What each database engine adds to a standby's cost, by strategy."""

from environments import Environment, Strategy
from environments.data import KINDS
from operations.strategies.costs import count
from operations.strategies.prices import Prices
from operations.strategies.table import Grid
from operations.strategies.variants import STRATEGIES, standby_stacks, variant


def engines(environment: Environment, prices: Prices) -> Grid:
    """USD a month that the standby costs more than without a database, for each engine. Raises
    OperationError for a class without a price."""
    rows = (
        (engine, *(f"{_more(environment, prices, engine, one):,.2f}" for one in STRATEGIES))
        for engine in KINDS
    )
    return Grid(("engine", *STRATEGIES), tuple(rows), numbers=1)


def _more(environment: Environment, prices: Prices, engine: str, strategy: Strategy) -> float:
    with_it, without = (
        sum(line.usd for line in count(standby_stacks(changed).values(), prices))
        for changed in (
            variant(_running(environment, engine), strategy),
            variant(_running(environment, "none"), strategy),
        )
    )
    return with_it - without


def _running(environment: Environment, engine: str) -> Environment:
    return environment.model_copy(
        update={"data": environment.data.model_copy(update={"engine": engine})}
    )
