"""What each database engine adds to a standby's cost, by strategy."""

from environments import Environment
from operations.costs.grid import Grid
from operations.costs.prices import Prices
from operations.costs.standby import NO_ENGINE, by_engine, matrix


def engines(environment: Environment, prices: Prices) -> Grid:
    """USD a month that the standby costs more than without a database, for each engine. Raises
    OperationError for a class without a price."""
    found = by_engine(environment, prices)
    without = found[NO_ENGINE]
    return matrix(
        (engine, {strategy: usd - without[strategy] for strategy, usd in shares.items()})
        for engine, shares in found.items()
        if engine != NO_ENGINE
    )
