"""Users: each resolves the domain, requests its page over and over, and records the outcome."""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import dns.asyncresolver
import dns.exception

from environments import Role
from proof.drill.clock import Clock
from proof.drill.http import NoAnswerError, Response, get
from proof.drill.journal import Journal, Request, Served

# Seconds: how often each user asks, and how long each waits for an answer.
EVERY = 1
ANSWER_TIMEOUT = 2
OK = 200
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
NO_DNS = "no answer from DNS"


class Pages:
    """Tells which region served.

    pages: what each region serves; None where the application is the user's own, and any page of
    its is right. addresses: those of the load balancers, which decide where pages are identical or
    unknown; they may change meanwhile.
    """

    def __init__(
        self, pages: Mapping[Role, str] | None, addresses: Mapping[Role, Collection[str]]
    ) -> None:
        self._pages: dict[Role, bytes] = {
            role: page.strip().encode() for role, page in (pages or {}).items()
        }
        self._addresses = addresses

    def served(self, status: int, body: bytes, address: str) -> tuple[Served, str]:
        """The region that served, and the request's outcome."""
        if status != OK:
            return None, f"HTTP {status}"
        pages = self._pages or dict.fromkeys(self._addresses, body.strip())
        alike = len(set(pages.values())) == 1
        for role, page in pages.items():
            if page == body.strip() and (not alike or address in self._addresses[role]):
                return role, "served"
        return None, "an unexpected page"


@dataclass(frozen=True)
class Web:
    """The web as users see it. ports: on loopback, by the port in the URL; the same at every load
    balancer. tls: the authority users trust."""

    ports: Mapping[int, int]
    tls: ssl.SSLContext


@dataclass
class _Trip:
    """One request including redirects. url: where it is now. outcome: what a timeout at this point
    means."""

    url: str
    redirects: int = 0
    outcome: str = ""

    @property
    def secure(self) -> bool:
        return urlsplit(self.url).scheme == "https"


class User:
    """One user. resolver: this user's own. url: where each request starts. requests: where they are
    recorded, if not among those that are judged. every: seconds between two of them."""

    def __init__(
        self,
        number: int,
        resolver: dns.asyncresolver.Resolver,
        *,
        url: str,
        web: Web,
        pages: Pages,
        journal: Journal,
        requests: list[Request] | None = None,
        every: float = EVERY,
    ) -> None:
        self._number = number
        self._resolver = resolver
        self._url = url
        self._web = web
        self._pages = pages
        self._requests = journal.requests if requests is None else requests
        self._every = every
        self._clock: Clock = journal.clock

    async def run(self, phase: float) -> None:
        """Asks until cancelled; immediately again after an answer that took longer than the
        interval."""
        due = self._clock.now + phase
        while True:
            await self._clock.sleep(due - self._clock.now)
            began, trip = self._clock.now, _Trip(self._url)
            served, outcome = await self._ask(trip)
            self._requests.append(
                Request(
                    began,
                    self._clock.now,
                    self._number,
                    served,
                    outcome,
                    redirects=trip.redirects,
                    secure=trip.secure,
                )
            )
            due = max(due + self._every, self._clock.now)

    async def _ask(self, trip: _Trip) -> tuple[Served, str]:
        try:
            async with self._clock.timeout(ANSWER_TIMEOUT):
                address, answer = await self._step(trip)
                while answer.status in REDIRECTS and answer.location is not None:
                    trip.url = urljoin(trip.url, answer.location)
                    trip.redirects += 1
                    if trip.redirects > MOST_REDIRECTS:
                        return None, "too many redirects"
                    address, answer = await self._step(trip)
        except (TimeoutError, dns.exception.DNSException):
            return None, trip.outcome
        except NoAnswerError as error:
            return None, str(error)
        return self._pages.served(answer.status, answer.body, address)

    async def _step(self, trip: _Trip) -> tuple[str, Response]:
        """Sends one request, and returns it with the address that answered."""
        url = urlsplit(trip.url)
        host, port = url.hostname or "", url.port or PORTS.get(url.scheme, 0)
        path = f"{url.path}?{url.query}" if url.query else url.path
        trip.outcome = NO_DNS
        address = await self._resolve(host)
        trip.outcome = "timed out"
        if port not in self._web.ports:
            raise NoAnswerError(f"nobody listens on port {port}")
        return await self._get(address, port, host, path, secure=trip.secure)

    async def _get(
        self, address: str, port: int, host: str, path: str, *, secure: bool
    ) -> tuple[str, Response]:
        return address, await get(
            *(self._clock, address, self._web.ports[port]),
            host=host,
            path=path,
            connect=2 * ANSWER_TIMEOUT,  # the outer timeout comes first
            answer=2 * ANSWER_TIMEOUT,
            tls=self._web.tls if secure else None,
        )

    async def _resolve(self, host: str) -> str:
        """Resolves as getaddrinfo does: asks for both address types, and waits for both. There may
        be no AAAA record; and as not every machine has IPv6 on loopback, the A record is used."""
        found, _ = await asyncio.gather(
            self._resolver.resolve(host, "A"),
            self._resolver.resolve(host, "AAAA", raise_on_no_answer=False),
        )
        return str(next(iter(found)))
