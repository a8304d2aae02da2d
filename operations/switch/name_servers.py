"""Asks the zone's own name servers, bypassing resolvers.

A router's resolver may drop answers with reserved addresses, such as those that encode health
(protection against DNS rebinding, on by default in OpenWrt's dnsmasq), and any resolver's answer
may be out of date.
"""

import dns.exception
import dns.rdatatype
import dns.resolver

# Seconds for one query, and for all attempts at it.
TIMEOUT, LIFETIME = 2, 5


class NameServers:
    """A `Lookup`. zone: the hosted zone's name."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._resolver: dns.resolver.Resolver | None = None
        self.trouble = ""
        """Why the last query had no answer; empty if it had one."""

    def __call__(self, name: str) -> set[str]:
        """The name's IPv4 addresses; empty if there is no answer."""
        self.trouble = ""
        try:
            if self._resolver is None:
                self._resolver = _own_resolver(self._zone)
            found = self._resolver.resolve(name, dns.rdatatype.A, search=False)
        except (dns.exception.DNSException, OSError) as error:
            self.trouble = f"querying {self._zone}'s name servers failed: {error}"
            return set()
        return {str(address) for address in found}


def _own_resolver(zone: str) -> dns.resolver.Resolver:
    """A resolver that asks only the zone's name servers. Any resolver may tell who these are."""
    usual = dns.resolver.Resolver()
    usual.lifetime = LIFETIME
    own = dns.resolver.Resolver(configure=False)
    own.timeout, own.lifetime = TIMEOUT, LIFETIME
    own.rotate = True
    own.nameservers = [
        str(address)
        for server in usual.resolve(zone, dns.rdatatype.NS, search=False)
        for address in _addresses(usual, str(server))
    ]
    return own


def _addresses(usual: dns.resolver.Resolver, server: str) -> list[str]:
    try:
        return [str(address) for address in usual.resolve(server, dns.rdatatype.A, search=False)]
    except dns.exception.DNSException:
        return []
