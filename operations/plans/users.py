"""What users see while a plan runs: somebody opens the domain once a second."""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from environments import ROLES, Environment
from functions.failover_control.endpoint import Lookup
from modules.ports import HTTP, HTTPS
from modules.recovery_time import ALIAS_TTL
from operations.switch.name_servers import here

# Seconds: between two requests, and for a connection or an answer.
EVERY = 1.0
TIMEOUT = 4.0
# The first status that says that the server failed.
SERVER_ERROR = 500
NO_NAME = "DNS does not answer"
NO_PAGE = "an AWS on this machine has no pages to open"
UNSEEN = (NO_NAME, NO_PAGE)
ELSEWHERE = "an address of neither region"


@dataclass(frozen=True)
class Seen:
    """What users saw, in seconds. served: by region. longest: without an answer, in one piece.
    errors: how long users had each."""

    seconds: float = 0.0
    served: dict[str, float] = field(default_factory=dict[str, float])
    longest: float = 0.0
    errors: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def unserved(self) -> float:
        """Seconds without an answer."""
        return sum(self.errors.values())

    @property
    def seen_any(self) -> bool:
        """Whether there was anything to see: not where DNS never answers whoever watches, and not
        where there is no page."""
        return bool(self.served) or bool(self.errors.keys() - set(UNSEEN))

    @property
    def blind(self) -> str:
        """Why there was nothing to see."""
        return NO_PAGE if NO_PAGE in self.errors else NO_NAME

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(
            self.seconds + other.seconds,
            _sum(self.served, other.served),
            max(self.longest, other.longest),
            _sum(self.errors, other.errors),
        )


def _sum(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in [*one, *other]}


Ask = Callable[[str, str, str], None]
"""Opens a page: scheme, domain, address. Raises OSError or HTTPException."""


class NoPageError(OSError):
    """There is nothing to open."""


class Users:
    """A user whose resolver keeps answers as long as the record's TTL says, in a thread.

    lookup: asks Route 53's name servers. ask: by default, a real request.
    """

    def __init__(
        self,
        environment: Environment,
        lookup: Lookup,
        ask: Ask | None = None,
        *,
        every: float = EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment, self._lookup = environment, lookup
        self._ask, self._every, self._clock = ask or open_page, every, clock
        self._ttl = environment.dns.failover_ttl or ALIAS_TTL
        self._answer: tuple[str, str] | None = None
        self._expires = 0.0
        self._silent = 0.0
        self._last = ""
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._seen = Seen()
        self._thread = threading.Thread(target=self._run, name="users", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(self._every)

    def until_served_by(self, region: str) -> None:
        """Waits until the region answers this user too: for a TTL, and a few requests, at most."""
        end = self._clock() + self._ttl + 3 * TIMEOUT
        while self._last not in (region, *UNSEEN) and self._clock() < end:
            self._stop.wait(self._every)

    @property
    def seen(self) -> Seen:
        """What was seen so far."""
        with self._lock:
            return self._seen

    def _run(self) -> None:
        while not self._stop.is_set():
            began = self._clock()
            region, error = self.look()
            self._stop.wait(max(0.0, self._every - (self._clock() - began)))
            self.note(region, error, self._clock() - began)

    def look(self) -> tuple[str, str]:
        """The region that answered, or what went wrong; the other one is empty."""
        if self._answer is None or self._clock() >= self._expires:
            self._answer, self._expires = self._resolved(), self._clock() + self._ttl
        if self._answer is None:
            return "", NO_NAME
        region, address = self._answer
        try:
            self._ask(self._environment.scheme, self._environment.dns.domain, address)
        except NoPageError:
            return "", NO_PAGE
        except (OSError, http.client.HTTPException) as error:
            return "", f"{region}: {str(error) or type(error).__name__}"
        return region, ""

    def note(self, region: str, error: str, seconds: float) -> None:
        """Adds so many seconds in which a region answered, or did not."""
        self._last = region or error
        self._silent = 0.0 if region else self._silent + seconds
        served, errors = ({region: seconds}, {}) if region else ({}, {error: seconds})
        with self._lock:
            self._seen += Seen(seconds, served, self._silent, errors)

    def _resolved(self) -> tuple[str, str] | None:
        """A region, and one of its addresses."""
        answered = sorted(self._lookup(self._environment.dns.domain))
        if not answered:
            return None
        for role in ROLES:
            if answered[0] in self._lookup(self._environment.regional_name(role)):
                return self._environment.regional(role).region, answered[0]
        return ELSEWHERE, answered[0]


def open_page(scheme: str, domain: str, address: str) -> None:
    """Opens the domain's page at this address, as a browser does that has just resolved it. Raises
    OSError, or HTTPException for a status that says that the server failed; NoPageError of an AWS
    on this machine, whose addresses lead nowhere."""
    if here():
        raise NoPageError
    with _connection(scheme, domain, address) as connection:
        connection.request("GET", "/", headers={"Host": domain})
        status = connection.getresponse().status
    if status >= SERVER_ERROR:
        raise http.client.HTTPException(f"status {status}")


@contextmanager
def _connection(scheme: str, domain: str, address: str) -> Generator[http.client.HTTPConnection]:
    connection = (
        _Https(domain, address)
        if scheme == "https"
        else http.client.HTTPConnection(address, HTTP, timeout=TIMEOUT)
    )
    try:
        yield connection
    finally:
        connection.close()


class _Https(http.client.HTTPSConnection):
    """Connects to an address, and expects the domain's certificate there."""

    def __init__(self, domain: str, address: str) -> None:
        super().__init__(address, HTTPS, timeout=TIMEOUT)
        self._domain, self._tls = domain, ssl.create_default_context()

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._domain)
