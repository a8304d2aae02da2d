"""The three strategies side by side, as a table for the terminal or in Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from environments import Environment, Strategy
from modules.recovery_time import recovery_time
from operations.strategies.costs import Line, count
from operations.strategies.prices import FILE_SHOWN, Price, Prices, load_prices
from operations.strategies.variants import STRATEGIES, standby_stacks, variant

HEADINGS = ("strategy", "running in the standby", "RTO: outage at most", "USD a month")


@dataclass(frozen=True)
class Option:
    """One strategy. recovery: the worst case, with its arithmetic. lines: the monthly costs."""

    strategy: Strategy
    chosen: bool
    recovery: str
    lines: Sequence[Line]

    @property
    def usd(self) -> float:
        """Cost per month."""
        return sum(line.usd for line in self.lines)

    @property
    def running(self) -> str:
        """What runs under this strategy that others may do without."""
        return ", ".join(_counted(line) for line in self.lines if line.runs)


@dataclass(frozen=True)
class Grid:
    """A table's text, independent of output format. Columns from `numbers` on are right-aligned."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int

    def rich(self) -> Table:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for column, heading in enumerate(self.headings):
            justify = "right" if column >= self.numbers else "left"
            table.add_column(heading, justify=justify, overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        left = min(self.numbers, len(self.headings))
        rule = ["---"] * left + ["---:"] * (len(self.headings) - left)
        rows = (self.headings, rule, *self.rows)
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def options(environment: Environment, prices: Prices) -> list[Option]:
    """Each strategy for this environment. Raises OperationError for anything without a price."""
    return [
        Option(
            strategy,
            chosen=strategy == environment.failover.strategy,
            recovery=str(recovery_time(changed)),
            lines=count(standby_stacks(changed).values(), prices),
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
    prices = {line.what: line.price for option in found for line in option.lines if line.quantity}
    costs = [{line.what: line for line in option.lines} for option in found]
    rows = tuple(
        (
            what,
            f"{_number(price.usd, 10, least=2)} per {price.unit}",
            *(_product(cost.get(what)) for cost in costs),
        )
        for what, price in prices.items()
    )
    sums = ("all", "", *(f"{option.usd:,.2f}" for option in found))
    headings = ("item", "USD", *(option.strategy for option in found))
    return Grid(headings, (*rows, sums), numbers=2)


def notes(environment: Environment, prices: Prices) -> Iterator[str]:
    """What the sums include, and what they leave out."""
    dates = sorted({price.date for price in _all(prices)})
    days = " to ".join(str(day) for day in dict.fromkeys((dates[0], dates[-1])))
    yield (
        f"The monthly cost of {environment.name}'s standby, the stacks dr and global, at"
        f" {prices.region}'s list prices as read on {days} ({FILE_SHOWN}),"
        " without free tiers."
    )
    if environment.dr.region != prices.region:
        yield f"Prices in {environment.dr.region} differ somewhat."
    if environment.failover.routing_control is not None:
        cluster = prices.items.routing_control_cluster
        yield (
            f"Not included, because an organisation shares it: the routing control's cluster,"
            f" {cluster.usd:,.2f} a {cluster.unit}."
        )
    excluded = list(prices.excluded.values())
    if environment.data.kind is not None:
        excluded += prices.excluded_of_databases.values()
    if environment.data.tables:
        excluded += prices.excluded_of_tables.values()
    yield f"Not included, because they depend on use: {'; '.join(excluded)}."


def markdown(environment: Environment, *, with_breakdown: bool = False) -> str:
    """An environment's strategies as GitHub Markdown, followed by what the sums include."""
    prices = load_prices()
    found = options(environment, prices)
    grids = (summary(found), breakdown(found)) if with_breakdown else (summary(found),)
    parts = [grid.markdown() for grid in grids]
    return "\n".join([*parts, "\n".join(notes(environment, prices)) + "\n"])


def _all(prices: Prices) -> Iterator[Price]:
    yield from (price for _, price in prices.items)
    for table in (
        prices.instances,
        prices.aurora,
        prices.databases,
        prices.volumes,
        prices.functions,
    ):
        yield from table.values()


def _counted(line: Line) -> str:
    return f"{_number(line.quantity, 0)} x {line.what}" if line.quantity else f"no {line.what}"


def _product(line: Line | None) -> str:
    if line is None or not line.quantity:
        return "0.00"
    return f"{_number(line.quantity, 4)} x = {line.usd:,.2f}"


def _number(value: float, places: int, *, least: int = 0) -> str:
    """Formats with at most `places` decimals, dropping trailing zeros down to `least` decimals."""
    whole, _, rest = f"{value:,.{places}f}".partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    return f"{whole}.{rest}" if rest else whole
