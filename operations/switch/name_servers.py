"""What the zone's own name servers answer, asked without a resolver between.

A router's resolver may drop answers of reserved addresses, such as those that tell of health
(protection against DNS rebinding, the default of OpenWrt's dnsmasq), and any may be late.
"""

import dns.exception
import dns.rdatatype
import dns.resolver

# Seconds for one question, and for all tries of it.
TIMEOUT, LIFETIME = 2, 5


class NameServers:
    """A `Lookup`. zone: the hosted zone's name."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._resolver: dns.resolver.Resolver | None = None
        self.trouble = ""
        """Why the last question has no answer; empty where it has one."""

    def __call__(self, name: str) -> set[str]:
        """The name's IPv4 addresses; none where there is no answer."""
        self.trouble = ""
        try:
            if self._resolver is None:
                self._resolver = _own_resolver(self._zone)
            found = self._resolver.resolve(name, dns.rdatatype.A, search=False)
        except (dns.exception.DNSException, OSError) as error:
            self.trouble = f"{self._zone}'s name servers were asked: {error}"
            return set()
        return {str(address) for address in found}


def _own_resolver(zone: str) -> dns.resolver.Resolver:
    """One that asks the zone's name servers and nobody else. Who they are, any resolver may say."""
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
