"""The three strategies side by side, as a table for the terminal or in Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from environments import Environment, Strategy
from modules.recovery_time import recovery_time
from operations.costs.grid import Grid, number
from operations.costs.line import Line, by_item, total
from operations.costs.notes import of_prices
from operations.costs.prices import Prices, load_prices
from operations.costs.resources import count
from operations.costs.variants import STRATEGIES, standby_stacks, variant

HEADINGS = ("strategy", "running in the standby", "RTO: outage at most", "USD a month")


@dataclass(frozen=True)
class Option:
    """One strategy. recovery: the worst case, with its arithmetic. lines: the monthly costs, by
    resource."""

    strategy: Strategy
    chosen: bool
    recovery: str
    lines: Sequence[Line]

    @property
    def usd(self) -> float:
        """Cost per month."""
        return total(self.lines)

    @property
    def items(self) -> Sequence[Line]:
        """The monthly costs, by item."""
        return by_item(self.lines)

    @property
    def running(self) -> str:
        """What runs under this strategy that others may do without."""
        return ", ".join(_counted(line) for line in self.items if line.runs)


def options(environment: Environment, prices: Prices) -> list[Option]:
    """Each strategy for this environment. Raises OperationError for anything without a price."""
    return [
        Option(
            strategy,
            chosen=strategy == environment.failover.strategy,
            recovery=str(recovery_time(changed)),
            lines=count(standby_stacks(changed), prices),
        )
        for strategy in STRATEGIES
        for changed in [variant(environment, strategy)]
    ]


def summary(found: Sequence[Option]) -> Grid:
    """One row for each strategy."""
    rows = tuple(
        (
            f"{option.strategy} (chosen)" if option.chosen else option.strategy,
            option.running,
            option.recovery,
            f"{option.usd:,.2f}",
        )
        for option in found
    )
    return Grid(HEADINGS, rows, numbers=len(HEADINGS) - 1)


def breakdown(found: Sequence[Option]) -> Grid:
    """One row for each priced item: its unit price, then quantity and cost by strategy."""
    prices = {line.what: line.price for option in found for line in option.items if line.quantity}
    costs = [{line.what: line for line in option.items} for option in found]
    rows = tuple(
        (
            what,
            f"{number(price.usd, 10, least=2)} per {price.unit}",
            *(_product(cost.get(what)) for cost in costs),
        )
        for what, price in prices.items()
    )
    sums = ("all", "", *(f"{option.usd:,.2f}" for option in found))
    headings = ("item", "USD", *(option.strategy for option in found))
    return Grid(headings, (*rows, sums), numbers=2)


def notes(environment: Environment, found: Sequence[Option], prices: Prices) -> Iterator[str]:
    """What the sums include, and what they leave out."""
    yield (
        f"The monthly cost of {environment.name}'s standby, the stacks dr and global, without"
        " traffic. `./failover costs` adds that and the other stacks, and names what neither"
        " includes (docs/costs.md)."
    )
    yield from of_prices((line for option in found for line in option.lines), prices)


def markdown(environment: Environment, *, with_breakdown: bool = False) -> str:
    """An environment's strategies as GitHub Markdown, followed by what the sums include."""
    prices = load_prices()
    found = options(environment, prices)
    grids = (summary(found), breakdown(found)) if with_breakdown else (summary(found),)
    parts = [grid.markdown() for grid in grids]
    return "\n".join([*parts, "\n".join(notes(environment, found, prices)) + "\n"])


def _counted(line: Line) -> str:
    return f"{number(line.quantity, 0)} x {line.what}" if line.quantity else f"no {line.what}"


def _product(line: Line | None) -> str:
    if line is None or not line.quantity:
        return "0.00"
    return f"{number(line.quantity, 4)} x = {line.usd:,.2f}"
