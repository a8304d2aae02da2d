"""Counts what costs money in the stacks' JSON, and rejects any resource without a known price."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from emitted import Json, of_type, region_of, regions_of
from operations.costs import databases, network, servers, watching
from operations.costs.line import Counter, Line, Resources
from operations.costs.prices import FILE_SHOWN, Prices
from terminal.errors import OperationError

COUNTERS: dict[str, Counter] = {
    **databases.COUNTERS,
    **network.COUNTERS,
    **servers.COUNTERS,
    **watching.COUNTERS,
}
"""By resource type, what counts its cost."""


def count(stacks: Mapping[str, Json], prices: Prices) -> list[Line]:
    """The stacks' cost per month without traffic: for each resource, a line for each item. A
    resource is paid for in its provider's region.

    Raises OperationError for a resource type that is neither priced nor known to be free, and for a
    variant without a price.
    """
    return [line for name, stack in stacks.items() for line in _of_stack(name, stack, prices)]


def _of_stack(name: str, stack: Json, prices: Prices) -> Iterator[Line]:
    regions = regions_of(stack)
    local = {region: prices.at(region) for region in regions.values()}
    resources: Resources = stack.get("resource", {})
    for kind in resources:
        counter = _counter(kind, prices)
        for address, body in of_type(resources, kind):
            region = region_of(body, regions)
            for line in counter(body, resources, local[region]):
                yield replace(line, stack=name, resource=address, region=region)


def _counter(kind: str, prices: Prices) -> Counter:
    if kind in COUNTERS:
        return COUNTERS[kind]
    if kind in prices.free or kind in prices.used:
        return _nothing
    where = f"add it to [free] or [used] in {FILE_SHOWN}, or count it in operations/costs/"
    raise OperationError(f"nobody knows what {kind} costs: {where}")


def _nothing(_body: Json, _resources: Resources, _prices: Prices) -> Iterator[Line]:
    yield from ()
