"""Users: each resolves the domain, asks for its page again and again, and notes what came of it."""

from collections.abc import Mapping

import dns.asyncresolver
import dns.exception

from environments import Role
from operations.drill.clock import Clock
from operations.drill.http import NoAnswerError, get
from operations.drill.journal import Journal, Request, Served

# Seconds: how often each asks, and how long each waits for an answer.
EVERY = 1
PATIENCE = 2
OK = 200


class Pages:
    """Which region a page is of. addresses: of the load balancers, which tell where the pages are
    alike."""

    def __init__(self, pages: Mapping[Role, str], addresses: Mapping[Role, str]) -> None:
        self._pages: dict[Role, bytes] = {
            role: page.strip().encode() for role, page in pages.items()
        }
        self._addresses = addresses

    def served(self, status: int, body: bytes, address: str) -> tuple[Served, str]:
        """Which region served, and what came of the request."""
        if status != OK:
            return None, f"HTTP {status}"
        alike = len(set(self._pages.values())) == 1
        for role, page in self._pages.items():
            if page == body.strip() and (not alike or self._addresses[role] == address):
                return role, "served"
        return None, "a page of nobody's"


class User:
    """One of them. resolver: its own. port: of every load balancer."""

    def __init__(
        self,
        number: int,
        resolver: dns.asyncresolver.Resolver,
        *,
        domain: str,
        port: int,
        pages: Pages,
        journal: Journal,
    ) -> None:
        self._number = number
        self._resolver = resolver
        self._domain = domain
        self._port = port
        self._pages = pages
        self._journal = journal
        self._clock: Clock = journal.clock

    async def run(self, phase: float) -> None:
        """Asks until it is cancelled; at once again after an answer that took longer than that."""
        due = self._clock.now + phase
        while True:
            await self._clock.sleep(due - self._clock.now)
            began = self._clock.now
            served, outcome = await self._ask()
            self._journal.requests.append(
                Request(began, self._clock.now, self._number, served, outcome)
            )
            due = max(due + EVERY, self._clock.now)

    async def _ask(self) -> tuple[Served, str]:
        outcome = "no answer from DNS"
        try:
            async with self._clock.timeout(PATIENCE):
                found = await self._resolver.resolve(self._domain, "A")
                address = str(next(iter(found)))
                outcome = "timed out"
                answer = await get(
                    *(self._clock, address, self._port),
                    host=self._domain,
                    path="/",
                    connect=2 * PATIENCE,  # the limit for both is first
                    answer=2 * PATIENCE,
                )
        except (TimeoutError, dns.exception.DNSException):
            return None, outcome
        except NoAnswerError as error:
            return None, str(error)
        return self._pages.served(answer.status, answer.body, address)
