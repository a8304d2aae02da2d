"""What Route 53 thinks of the primary's endpoint, asked of DNS: no API, no region.

A pair of failover records of its own follows the endpoint's health check alone: one address while
it is healthy, another while it is not. Route 53's metrics would say the same, but only in us-east-1
and minutes later.
"""

import socket
from collections.abc import Callable
from enum import Enum

from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.failover_control.bounded import TooSlowError, within

# Seconds: a resolver that does not answer is asked again and again.
LOOKUP_SECONDS = 3


class Health(Enum):
    """A health check's status."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"
    """DNS gave no answer, or another one: nothing is concluded from it."""


Lookup = Callable[[str], set[str]]


def health(name: str, lookup: Lookup) -> Health:
    """The status that the records of this name show."""
    addresses = lookup(name)
    if addresses == {HEALTHY_ADDRESS}:
        return Health.HEALTHY
    if addresses == {UNHEALTHY_ADDRESS}:
        return Health.UNHEALTHY
    return Health.UNKNOWN


def addresses_of(name: str) -> set[str]:
    """The name's IPv4 addresses by the machine's resolver; none where it has no answer in time."""

    try:
        found = within(
            LOOKUP_SECONDS,
            lambda: socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM),
            what="DNS",
        )
    except (OSError, TooSlowError):
        return set()
    return {str(address[0]) for *_, address in found}
