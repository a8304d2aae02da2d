"""Resolvers that cache answers for their TTL, by the drill's clock."""

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.resolver

from functions.failover_control.endpoint import Lookup
from proof.drill.clock import Clock

LOOPBACK = "127.0.0.1"
Key = tuple[dns.name.Name, dns.rdatatype.RdataType, dns.rdataclass.RdataClass]
# Real seconds that one query may take.
QUESTION_TIMEOUT = 1.0


class ClockCache:
    """A cache of answers, each kept for its TTL.

    age: the share of its TTL that the first answer of each type has already spent in an upstream
    cache, so that users' caches do not all expire at once. excess: seconds for which it keeps each
    answer after its TTL.
    """

    def __init__(self, clock: Clock, *, age: float = 0, excess: float = 0) -> None:
        self._clock = clock
        self._age = age
        self._excess = excess
        self._answers: dict[Key, tuple[float, dns.resolver.Answer]] = {}

    def get(self, key: Key) -> dns.resolver.Answer | None:
        expires, answer = self._answers.get(key, (0, None))
        return answer if expires > self._clock.now else None

    def put(self, key: Key, value: dns.resolver.Answer) -> None:
        ttl = value.chaining_result.minimum_ttl + self._excess
        if all(known[1] != key[1] for known in self._answers):
            ttl *= 1 - self._age
        self._answers[key] = (self._clock.now + ttl, value)


def user_resolver(
    port: int, clock: Clock, *, age: float, excess: float = 0
) -> dns.asyncresolver.Resolver:
    """A resolver for one user. age, excess: as in ClockCache."""
    resolver = dns.asyncresolver.Resolver(configure=False)
    _prepare(resolver, port, ClockCache(clock, age=age, excess=excess))
    return resolver


def lookup(port: int, clock: Clock) -> Lookup:
    """The control function's lookup, with its own resolver."""
    resolver = dns.resolver.Resolver(configure=False)
    _prepare(resolver, port, ClockCache(clock))

    def ask(name: str) -> set[str]:
        try:
            return {str(one) for one in resolver.resolve(name, "A")}
        except dns.exception.DNSException:
            return set()

    return ask


def _prepare(resolver: dns.resolver.BaseResolver, port: int, cache: ClockCache) -> None:
    resolver.nameservers = [LOOPBACK]
    resolver.port = port
    resolver.cache = cache
    resolver.lifetime = resolver.timeout = QUESTION_TIMEOUT
