"""What the sums rest on, and what they leave out."""

from collections.abc import Iterable, Iterator

from environments import Environment
from operations.costs.line import Line
from operations.costs.prices import FILE_SHOWN, Prices


def of_prices(lines: Iterable[Line], prices: Prices) -> Iterator[str]:
    """How old the prices of these lines are, and which regions lack some."""
    priced = [line for line in lines if line.quantity]
    dates = sorted({line.price.date for line in priced})
    days = " to ".join(str(day) for day in dict.fromkeys((dates[0], dates[-1])))
    yield f"List prices as read on {days} ({FILE_SHOWN}), without taxes and free tiers."
    for region in sorted({line.region for line in priced}):
        own = [line for line in priced if line.region == region and not line.price.worldwide]
        if borrowed := _named(line for line in own if line.price.borrowed):
            all_of_them = all(line.price.borrowed for line in own)
            what = "all" if all_of_them else "; ".join(borrowed)
            yield f"{prices.region}'s prices, for want of {region}'s own: {what}."
    if second_hand := _named(line for line in priced if line.price.second_hand):
        yield f"Second-hand prices, from somebody's own table: {'; '.join(second_hand)}."


def left_out(environment: Environment, prices: Prices) -> str:
    """What no estimate of this environment includes."""
    excluded = list(prices.excluded.values())
    if environment.data.kind is not None:
        excluded += prices.excluded_of_databases.values()
    if environment.application.kind == "release":
        excluded += prices.excluded_of_releases.values()
    if environment.failover.routing_control is not None:
        cluster = prices.items.routing_control_cluster
        excluded.append(
            f"the routing control's cluster, which an organisation shares ({cluster.usd:,.2f})"
        )
    return f"Not included: {'; '.join(excluded)}."


def _named(lines: Iterable[Line]) -> list[str]:
    return sorted({line.what for line in lines})
