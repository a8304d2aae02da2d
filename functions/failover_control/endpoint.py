"""An endpoint's health according to Route 53, looked up in DNS: no API, no region.

A separate pair of failover records follows only the endpoint's health check: one address while it
is healthy, another while it is not. Route 53's metrics would say the same, but only in us-east-1
and minutes later.
"""

import socket
from collections.abc import Callable
from enum import Enum

from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.failover_control.bounded import TooSlowError, within

# Seconds: the system keeps retrying a resolver that does not answer.
LOOKUP_SECONDS = 3


class Health(Enum):
    """A health check's status."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"
    """DNS gave no answer, or an unexpected one. Nothing follows from that."""


Lookup = Callable[[str], set[str]]


def health(name: str, lookup: Lookup) -> Health:
    """The status that the records of this name publish."""
    addresses = lookup(name)
    if addresses == {HEALTHY_ADDRESS}:
        return Health.HEALTHY
    if addresses == {UNHEALTHY_ADDRESS}:
        return Health.UNHEALTHY
    return Health.UNKNOWN


def addresses_of(name: str) -> set[str]:
    """The name's IPv4 addresses from the system's resolver; empty if there is no answer in time."""

    try:
        found = within(
            LOOKUP_SECONDS,
            lambda: socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM),
            what="DNS",
        )
    except (OSError, TooSlowError):
        return set()
    return {str(address[0]) for *_, address in found}
