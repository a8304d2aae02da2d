"""Generates the tables and the picture of docs/costs.md; `make snapshot` writes them there."""

from collections.abc import Iterator
from pathlib import Path

from environments import Environment
from operations.costs.grid import Grid, number
from operations.costs.picture import picture
from operations.costs.prices import Price, Prices, load_prices
from operations.costs.report import Report, by_stack, by_use, conclusions, report
from operations.costs.resources import COUNTERS
from operations.costs.standby import by_engine, matrix
from operations.costs.usage import Traffic

FILE = Path(__file__).parent.parent.parent / "docs" / "costs.md"
PICTURE = FILE.with_suffix(".svg")
# The traffic that the page shows, as its command states it.
TRAFFIC = Traffic(requests=10_000_000, gigabytes=500)


def found_for(environment: Environment) -> Report:
    """The costs that the page shows."""
    return report(environment, TRAFFIC, load_prices())


def documented(text: str, found: Report) -> str:
    """The page `text`, with the tables between its markers regenerated, except for the engines'."""
    tables = {
        "stacks": by_stack(found).markdown(),
        "use": by_use(found).markdown(),
        "sums": "".join(f"- {line}\n" for line in conclusions(found)),
        "types": _types(found.prices).markdown(),
        "prices": _prices(found.prices).markdown(),
    }
    for name, table in tables.items():
        text = _between(text, name, table)
    return text


def with_engines(text: str, environment: Environment) -> str:
    """The page `text`, with the table of engines regenerated, which takes a while."""
    return _between(
        text, "engines", matrix(by_engine(environment, load_prices()).items()).markdown()
    )


def write(environment: Environment) -> None:
    """Rewrites the page's generated parts and its picture."""
    found = found_for(environment)
    FILE.write_text(with_engines(documented(FILE.read_text(), found), environment))
    PICTURE.write_text(picture(found))


def _between(text: str, name: str, table: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}{table}{end}{rest.partition(end)[2]}"


def _types(prices: Prices) -> Grid:
    """Every resource type that is known: priced, or free with the reason."""
    rows = (
        *((kind, "by what it runs") for kind in COUNTERS),
        *((kind, f"by use: {what}") for kind, what in prices.used.items()),
        *((kind, f"free: {reason}") for kind, reason in prices.free.items()),
    )
    named = tuple((f"`{kind}`", how) for kind, how in sorted(rows))
    return Grid(("resource type", "paid for"), named, numbers=2)


def _prices(prices: Prices) -> Grid:
    headings = ("price", "region", "USD", "per", "read on", "source")
    rows = tuple(row for name, price in prices.named() for row in _rows(name, price, prices.region))
    return Grid(headings, rows, numbers=len(headings))


def _rows(name: str, price: Price, region: str) -> Iterator[tuple[str, ...]]:
    """A price's row for each region that has one of its own."""
    where = "all" if price.worldwide else region
    for place, amount in ((where, price), *price.regions.items()):
        source = f"second hand: {amount.source}" if amount.second_hand else amount.source
        usd = number(amount.usd, 10, least=2)
        yield f"`{name}`", place, usd, price.unit, str(amount.date), source
