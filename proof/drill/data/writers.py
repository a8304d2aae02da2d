"""Users who write, over and over, and remember what they were told."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import dns.asyncresolver
import dns.exception

from environments import Role
from proof.drill.clock import Clock
from proof.drill.http import NoAnswerError, Response, get
from proof.drill.loopback import ADDRESSES
from proof.drill.postgres.ledger import Write
from proof.drill.users import ANSWER_TIMEOUT, EVERY, NO_DNS, PORTS, Web

PATH = "/entries"
NEW, THERE = 201, 200
# How many users write where DNS leads them.
WRITERS = 3

Lookup = Callable[[str], Awaitable[str]]
"""The address of a name's load balancer. Raises DNSException."""


@dataclass
class Written:
    """All attempts, in the order in which they ended, and what came of each."""

    writes: list[Write] = field(default_factory=list[Write])
    outcomes: list[str] = field(default_factory=list[str])

    def add(self, write: Write, outcome: str) -> None:
        self.writes.append(write)
        self.outcomes.append(outcome)

    def between(self, began: float, ended: float) -> list[tuple[Write, str]]:
        """Those that ended in a time."""
        pairs = zip(self.writes, self.outcomes, strict=True)
        return [pair for pair in pairs if began <= pair[0].ended < ended]


def failures(pairs: list[tuple[Write, str]]) -> Counter[str]:
    """By outcome."""
    return Counter(outcome for write, outcome in pairs if write.role is None)


class Writer:
    """Writes entries of its own, each until that is acknowledged.

    name: in its entries' identifiers. url: of the site. lookup: finds the load balancer.
    roles: by the load balancers' addresses. written: gets the attempts.
    """

    def __init__(
        self,
        name: str,
        lookup: Lookup,
        *,
        url: str,
        web: Web,
        roles: Mapping[str, Role],
        clock: Clock,
        written: Written,
    ) -> None:
        self._name = name
        self._lookup = lookup
        self._url = urlsplit(urljoin(url, PATH))
        self._web = web
        self._roles = roles
        self._clock = clock
        self._written = written

    async def run(self, phase: float, every: float = EVERY) -> None:
        """Writes until cancelled."""
        due, number = self._clock.now + phase, 0
        while True:
            await self._clock.sleep(due - self._clock.now)
            number += await self._write(f"{self._name}-{number}")
            due = max(due + every, self._clock.now)

    async def _write(self, key: str) -> bool:
        """Whether it is acknowledged."""
        began = self._clock.now
        role, outcome, created = await self._ask(key)
        self._written.add(Write(key, began, self._clock.now, role, created), outcome)
        return role is not None

    async def _ask(self, key: str) -> tuple[Role | None, str, bool]:
        outcome = NO_DNS
        try:
            async with self._clock.timeout(ANSWER_TIMEOUT):
                address = await self._lookup(self._url.hostname or "")
                outcome = "timed out"
                answer = await self._post(address, key)
        except (TimeoutError, dns.exception.DNSException):
            return None, outcome, False
        except NoAnswerError as error:
            return None, str(error), False
        if answer.status not in (NEW, THERE):
            return None, f"HTTP {answer.status}", False
        return self._roles[address], "written", answer.status == NEW

    async def _post(self, address: str, key: str) -> Response:
        secure = self._url.scheme == "https"
        port = self._url.port or PORTS[self._url.scheme]
        return await get(
            *(self._clock, address, self._web.ports[port]),
            host=self._url.hostname or "",
            path=self._url.path,
            connect=2 * ANSWER_TIMEOUT,  # the outer timeout comes first
            answer=2 * ANSWER_TIMEOUT,
            tls=self._web.tls if secure else None,
            body=json.dumps({"id": key}).encode(),
        )


class Ledger(Protocol):
    """Gets the attempts of both kinds of users."""

    written: Written
    stubborn: Written


def writing_crowd(
    to: Ledger,
    url: str,
    web: Web,
    resolver: Callable[[], dns.asyncresolver.Resolver],
    clock: Clock,
) -> list[Coroutine[Any, Any, None]]:
    """All who write, ready to start."""
    roles = {address: role for role, address in ADDRESSES.items()}
    common: dict[str, Any] = {"url": url, "web": web, "roles": roles, "clock": clock}
    writers = [
        Writer(f"user-{number}", by_dns(resolver()), written=to.written, **common).run(
            EVERY * number / WRITERS
        )
        for number in range(WRITERS)
    ]
    never = Writer("stubborn", stubborn(ADDRESSES["primary"]), written=to.stubborn, **common)
    return [*writers, never.run(EVERY / 2, every=2 * EVERY)]


def by_dns(resolver: dns.asyncresolver.Resolver) -> Lookup:
    """As any user finds the site."""

    async def lookup(name: str) -> str:
        found = await resolver.resolve(name, "A")
        return str(next(iter(found)))

    return lookup


def stubborn(address: str) -> Lookup:
    """As who never asks DNS again."""

    async def lookup(_: str) -> str:
        await asyncio.sleep(0)
        return address

    return lookup
