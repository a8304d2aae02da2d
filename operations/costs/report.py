"""A deployment's costs: each stack, what use adds, and the standby's share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from environments import Environment
from operations.costs.grid import Grid, number
from operations.costs.line import Line, by_item, total
from operations.costs.notes import left_out, of_prices
from operations.costs.prices import Prices
from operations.costs.resources import count
from operations.costs.standby import Shares, shares
from operations.costs.usage import REQUESTS_IN_CONNECTION, Traffic, usage
from stacks import synthesised

# How many resources of a stack have a row of their own.
TOP = 5


@dataclass(frozen=True)
class Report:
    """US dollars a month, while the primary serves."""

    environment: Environment
    traffic: Traffic
    prices: Prices
    fixed: Sequence[Line]
    """What the stacks cost without traffic, by resource."""
    used: Sequence[Line]
    """What use adds."""
    standby: Shares
    """The standby's share of `fixed`, the stacks dr and global, under each strategy."""

    @property
    def total(self) -> float:
        """US dollars a month, with the traffic."""
        return total(self.fixed) + total(self.used)


def report(environment: Environment, traffic: Traffic, prices: Prices) -> Report:
    """Computes the costs. Raises OperationError for anything without a price."""
    stacks = synthesised(environment)
    fixed, used = count(stacks, prices), usage(environment, stacks, traffic, prices)
    return Report(environment, traffic, prices, fixed, used, shares(environment, prices))


def by_stack(found: Report, *, top: int | None = TOP) -> Grid:
    """A row for each stack's dearest resources, for what the others cost together, and for the sum.
    top: None for all resources."""
    rows: list[tuple[str, ...]] = []
    for stack in found.environment.stacks:
        resources = sorted(_by_resource(found, stack), key=total, reverse=True)
        for lines in resources[:top]:
            rows.append((stack, lines[0].resource, _contents(lines), _usd(total(lines))))
        if others := resources[len(resources[:top]) :]:
            lines = [line for one in others for line in one]
            name = f"{len(others)} other{'s' if len(others) > 1 else ''}"
            rows.append((stack, name, _contents(lines), _usd(total(lines))))
        all_of_it = [line for one in resources for line in one]
        rows.append((stack, "all", "", _usd(total(all_of_it))))
    rows.append(("all", "", "without traffic", _usd(total(found.fixed))))
    return Grid(("stack", "resource", "what", "USD a month"), tuple(rows), numbers=3)


def by_use(found: Report) -> Grid:
    """A row for each estimate, with its formula."""
    rows = tuple(
        (
            line.what,
            f"{line.stack}, {line.region}",
            f"{number(line.quantity, 2)} {_plural(line.price.unit)}",
            line.formula,
            _usd(line.usd),
        )
        for line in found.used
    )
    sums = ("all", "", "", "", _usd(total(found.used)))
    headings = ("what use adds", "where", "quantity", "how it is estimated", "USD a month")
    return Grid(headings, (*rows, sums), numbers=4)


def conclusions(found: Report) -> Iterator[str]:
    """The sum, the standby's share of it, what the estimate rests on, and what it lacks."""
    traffic, chosen = found.traffic, found.environment.failover.strategy
    yield (
        f"{_usd(found.total)} USD a month: {_usd(total(found.fixed))} without traffic, and"
        f" {_usd(total(found.used))} for {number(traffic.requests, 0)} requests,"
        f" {number(traffic.gigabytes, 1)} GB to users, and the health checks."
    )
    shares = (
        f"{strategy}{' (chosen)' if strategy == chosen else ''} {_usd(usd)}"
        for strategy, usd in found.standby.items()
    )
    yield f"The standby's share, the stacks dr and global without traffic: {', '.join(shares)}."
    if traffic == Traffic():
        yield "State your traffic with --requests, --gigabytes and the other options (--help)."
    yield (
        f"Assumed: the primary serves; {REQUESTS_IN_CONNECTION} requests a connection, for which"
        " the domain is looked up once; traffic is even over the month."
    )
    yield from of_prices([*found.fixed, *found.used], found.prices)
    yield left_out(found.environment, found.prices)


def as_json(found: Report) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "environment": found.environment.name,
        "currency": "USD",
        "traffic": found.traffic,
        "total": found.total,
        "without_traffic": total(found.fixed),
        "stacks": {
            stack: {
                "total": total(line for line in found.fixed if line.stack == stack),
                "lines": [_line_as_json(line) for line in found.fixed if line.stack == stack],
            }
            for stack in found.environment.stacks
        },
        "use": {"total": total(found.used), "lines": [_line_as_json(line) for line in found.used]},
        "standby": {"strategy": found.environment.failover.strategy, "usd": found.standby},
        "left_out": left_out(found.environment, found.prices),
    }


def _line_as_json(line: Line) -> dict[str, Any]:
    price = line.price
    formula = {"formula": line.formula} if line.formula else {}
    return {
        "stack": line.stack,
        "resource": line.resource,
        "region": line.region,
        "what": line.what,
        "quantity": line.quantity,
        **formula,
        "usd": line.usd,
        "price": {
            "usd": price.usd,
            "unit": price.unit,
            "date": price.date.isoformat(),
            "source": price.source,
            "second_hand": price.second_hand,
            "of_another_region": price.borrowed,
        },
    }


def _by_resource(found: Report, stack: str) -> Iterator[list[Line]]:
    """A stack's lines, in a list for each resource that costs something."""
    lines = [line for line in found.fixed if line.stack == stack and line.quantity]
    for _, group in groupby(lines, key=lambda line: line.resource):
        yield list(group)


def _contents(lines: Sequence[Line]) -> str:
    dearest = sorted(by_item(lines), key=lambda line: line.usd, reverse=True)
    return ", ".join(f"{number(line.quantity, 2)} x {line.what}" for line in dearest)


def _plural(unit: str) -> str:
    """The unit of several."""
    return f"{unit}s" if unit.endswith("hour") else unit


def _usd(value: float) -> str:
    return f"{value:,.2f}"
