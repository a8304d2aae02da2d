"""The regions' load balancers on this machine: their addresses, ports and certificate authority."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from environments import ROLES, Role
from proof.drill.balancer import Balancer
from proof.drill.journal import Journal
from proof.drill.listener import common_port
from proof.drill.reading import EmittedRegion
from proof.drill.tls import Authority
from terminal.errors import OperationError

# Each region's load balancer has its own address; Linux has all of 127.0.0.0/8 on loopback.
ADDRESSES: dict[Role, str] = {"primary": "127.0.1.1", "dr": "127.0.2.1"}
# The values of AAAA records. Nothing connects to them: a machine may not have IPv6, even on
# loopback.
# https://datatracker.ietf.org/doc/html/rfc3849
IPV6_ADDRESSES: dict[Role, str] = {"primary": "2001:db8:1::1", "dr": "2001:db8:2::1"}


class Loopback:
    """All load balancers. ports: the loopback port for each of the listeners' ports in AWS."""

    def __init__(
        self, regions: Mapping[Role, EmittedRegion], journal: Journal, folder: Path
    ) -> None:
        self.authority = Authority()
        self.ports = _ports({one.port for region in regions.values() for one in region.entrances})
        self.balancers: dict[Role, Balancer] = {
            role: self._balancer(regions[role], journal, folder) for role in ROLES
        }

    def _balancer(self, region: EmittedRegion, journal: Journal, folder: Path) -> Balancer:
        balancer = Balancer(
            journal.clock,
            region.balancer,
            region.matcher,
            entrances=region.entrances,
            address=ADDRESSES[region.role],
            ports=self.ports,
            certify=partial(self.authority.server, folder=folder),
            keep_alive=region.keep_alive,
        )
        balancer.changed = lambda: journal.state(
            f"{region.region}'s targets",
            f"{balancer.healthy} of {balancer.registered} healthy",
            silently=True,
        )
        return balancer


def _ports(wanted: set[int]) -> dict[int, int]:
    """One port for each, free on all of the addresses."""
    addresses = list(ADDRESSES.values())
    found: dict[int, int] = {}
    try:
        for port in sorted(wanted):
            free = common_port(addresses)
            while free in found.values():
                free = common_port(addresses)
            found[port] = free
    except OSError as error:
        raise OperationError(
            f"the drill needs {' and '.join(addresses)} on loopback, which Linux has and"
            f" other systems need an alias for: {error}"
        ) from None
    return found
