"""From where a drill looks at a real deployment: this machine, by several resolvers."""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dns.asyncresolver

from environments import Environment
from functions.failover_control.endpoint import Lookup
from operations.switch.name_servers import NameServers
from proof.drill.users import PORTS, Web

# Anycast resolvers that anybody may ask.
PUBLIC_RESOLVERS = ("1.1.1.1", "8.8.8.8", "9.9.9.9")
# Seconds for one query: users' requests time out before.
QUERY_TIMEOUT = 2.0


@dataclass(frozen=True)
class Vantage:
    """How users reach the deployment, and how the drill asks the zone's own name servers.

    resolvers: one for each user, by what it is called.
    """

    web: Web
    resolvers: Sequence[tuple[str, Callable[[], dns.asyncresolver.Resolver]]]
    lookup: Lookup


def this_machine(environment: Environment, resolvers: Sequence[str]) -> Vantage:
    """This machine, by its own resolver and the ones at these addresses."""
    return Vantage(
        Web({port: port for port in PORTS.values()}, ssl.create_default_context()),
        [
            ("this machine's resolver", dns.asyncresolver.Resolver),
            *((address, lambda address=address: _resolver(address)) for address in resolvers),
        ],
        NameServers(environment.dns.zone),
    )


def _resolver(address: str) -> dns.asyncresolver.Resolver:
    """A resolver that asks this one each time: its cache is what a user has."""
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [address]
    resolver.timeout = resolver.lifetime = QUERY_TIMEOUT
    return resolver
