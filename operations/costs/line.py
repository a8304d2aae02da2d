"""What costs money: a quantity of something, in a region."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from emitted import Json
from operations.costs.prices import Price, Prices
from terminal.errors import OperationError

# The price file gives what is paid by the hour for a month of as many.
HOURS = 730
MINUTES = HOURS * 60
SECONDS = MINUTES * 60

Resources = Mapping[str, Mapping[str, Json]]
"""A stack's resources, by type and name."""


@dataclass(frozen=True)
class Line:
    """A quantity of one item."""

    what: str
    quantity: float
    price: Price
    runs: bool = False
    """Whether the item tells the strategies apart."""
    stack: str = ""
    resource: str = ""
    """The address of the resource in its stack."""
    region: str = ""
    formula: str = ""
    """How the quantity follows from the traffic; empty for what runs without any."""

    @property
    def usd(self) -> float:
        """Cost per month."""
        return self.quantity * self.price.usd


Counter = Callable[[Json, Resources, Prices], Iterator[Line]]
"""The lines of one resource, in a stack with these resources, at its region's prices."""


def total(lines: Iterable[Line]) -> float:
    """US dollars a month."""
    return sum(line.usd for line in lines)


def by_item(lines: Iterable[Line]) -> list[Line]:
    """One line for each item, whatever its resources. An item that costs different amounts in
    different regions has a line for each, which names the region."""
    found: dict[tuple[str, float], Line] = {}
    for line in lines:
        key = line.what, line.price.usd
        before = found[key].quantity if key in found else 0
        found[key] = replace(found.get(key, line), quantity=before + line.quantity)
    dear = [what for what, _ in found]
    return [
        replace(line, what=f"{line.what} in {line.region}") if dear.count(line.what) > 1 else line
        for line in found.values()
    ]


def unpriced(what: str) -> OperationError:
    """The error for a variant of a known resource type that nobody has counted."""
    return OperationError(f"{what} has no price: count it in operations/costs/")
