"""Asks the zone's own name servers, bypassing resolvers; and single resolvers, as users do.

A router's resolver may drop answers with reserved addresses, such as those that encode health
(protection against DNS rebinding, on by default in OpenWrt's dnsmasq), and any resolver's answer
may be out of date.

`FAILOVER_NAME_SERVERS` names others to ask instead of the zone's own, as addresses with or without
a port: those of an AWS on this machine, which `failover local env` prints. Without that variable,
nobody is asked for it: what is deployed there must not be mixed up with what the same names lead to
on the Internet.
"""

import ipaddress
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver

from functions.failover_control.endpoint import Lookup
from operations.target import SWITCHES, on_loopback
from terminal.errors import OperationError

# Seconds for one query, and for all attempts at it.
TIMEOUT, LIFETIME = 2, 5
OTHERS = "FAILOVER_NAME_SERVERS"
DNS_PORT = 53


@dataclass(frozen=True)
class Answer:
    """A name's IPv4 addresses. ttl: for how many seconds whoever answered lets others keep them; 0
    if that is not known."""

    addresses: frozenset[str]
    ttl: int = 0


Ask = Callable[[str], Answer]
"""Looks a name up. Raises OperationError if there is no answer."""


class NameServers:
    """A `Lookup`. zone: the hosted zone's name. May be used by several threads."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._resolver: dns.resolver.Resolver | None = None
        self._finding = threading.Lock()
        self._last = threading.local()

    @property
    def trouble(self) -> str:
        """Why this thread's last query had no answer; empty if it had one."""
        return getattr(self._last, "trouble", "")

    def __call__(self, name: str) -> set[str]:
        """The name's IPv4 addresses; empty if there is no answer."""
        self._last.trouble = ""
        try:
            return set(self.ask(name).addresses)
        except OperationError as error:
            self._last.trouble = str(error)
            return set()

    def ask(self, name: str) -> Answer:
        """The answer of one of them. Raises OperationError if there is none."""
        if here() and not _others():
            raise OperationError(
                f"not asked: AWS_ENDPOINT_URL leads to this machine, and {OTHERS} does not say who"
                f" answers for {self._zone} there: {SWITCHES} sets both"
            )
        try:
            with self._finding:
                if self._resolver is None:
                    self._resolver = _own_resolver(self._zone)
            return _answer(self._resolver, name)
        except dns.resolver.LifetimeTimeout:  # its own text repeats every attempt
            raise OperationError(
                f"no answer of {self._zone}'s name servers in {LIFETIME} s"
            ) from None
        except (dns.exception.DNSException, OSError) as error:
            raise OperationError(f"querying {self._zone}'s name servers failed: {error}") from None


def asking(lookup: Lookup) -> Ask:
    """The same lookup, with the reason where there is no answer."""
    if isinstance(lookup, NameServers):
        return lookup.ask

    def ask(name: str) -> Answer:
        found = lookup(name)
        if not found:
            raise OperationError(f"{name} has no answer")
        return Answer(frozenset(found))

    return ask


def resolver_at(address: str) -> Ask:
    """Asks one resolver. address: IPv4 or IPv6, with or without a port. Raises OperationError for
    anything else."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.timeout, resolver.lifetime = TIMEOUT, LIFETIME
    resolver.nameservers = [server_at(address)]

    def ask(name: str) -> Answer:
        try:
            return _answer(resolver, name)
        except dns.resolver.LifetimeTimeout:
            raise OperationError(f"no answer in {LIFETIME} s") from None
        except (dns.exception.DNSException, OSError) as error:
            raise OperationError(str(error)) from None

    return ask


def server_at(text: str) -> dns.nameserver.Nameserver:
    """A server by its address, such as 1.1.1.1, 127.0.0.1:5300, 2606:4700:4700::1111 or
    [::1]:5300. Raises OperationError for anything else."""
    try:
        bare = text.count(":") > 1 and not text.startswith("[")
        parts = urlsplit(f"//[{text}]" if bare else f"//{text}")
        host = str(ipaddress.ip_address(parts.hostname or ""))
        return dns.nameserver.Do53Nameserver(host, parts.port or DNS_PORT)
    except ValueError:
        raise OperationError(
            f"{text} is no name server's address, such as 1.1.1.1 or 127.0.0.1:5300"
        ) from None


def here() -> bool:
    """Whether AWS is on this machine: no resolver on the Internet knows of it."""
    return on_loopback(os.environ.get("AWS_ENDPOINT_URL", ""))


def usual_resolver() -> dns.resolver.Resolver:
    """This machine's own resolver, or whoever answers for an AWS on this machine. Raises
    OperationError if nobody does."""
    if not here():
        return dns.resolver.Resolver()
    if not _others():
        raise OperationError(f"not asked: {OTHERS} does not say who answers: {SWITCHES} sets it")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = _others()
    return resolver


def _answer(resolver: dns.resolver.Resolver, name: str) -> Answer:
    found = resolver.resolve(name, dns.rdatatype.A, search=False)
    return Answer(frozenset(str(one) for one in found), found.chaining_result.minimum_ttl)


def _own_resolver(zone: str) -> dns.resolver.Resolver:
    """A resolver that asks only the zone's name servers. Any resolver may tell who these are."""
    own = dns.resolver.Resolver(configure=False)
    own.timeout, own.lifetime = TIMEOUT, LIFETIME
    own.rotate = True
    own.nameservers = _others() or _of(zone)
    return own


def _others() -> list[dns.nameserver.Nameserver]:
    return [server_at(one) for one in os.environ.get(OTHERS, "").replace(",", " ").split()]


def _of(zone: str) -> list[str]:
    usual = dns.resolver.Resolver()
    usual.lifetime = LIFETIME
    return [
        str(address)
        for server in usual.resolve(zone, dns.rdatatype.NS, search=False)
        for address in _addresses(usual, str(server))
    ]


def _addresses(usual: dns.resolver.Resolver, server: str) -> list[str]:
    try:
        return [str(address) for address in usual.resolve(server, dns.rdatatype.A, search=False)]
    except dns.exception.DNSException:
        return []
