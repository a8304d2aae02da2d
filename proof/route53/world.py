"""The state of the world at one moment, as a health checker would find it."""

from collections.abc import Mapping
from dataclasses import dataclass

UNAVAILABLE = 503


@dataclass(frozen=True)
class RegionState:
    """One region, with or without one of our load balancers.

    network: whether it is reachable from outside; without, its APIs are unreachable too.
    s3, cloudwatch: whether these services answer. s3_writes: whether S3 accepts writes.
    registered, healthy: targets of its load balancer.
    connecting: seconds to establish a connection.
    status, latency, body: the application's response, and the seconds until it starts.
    body_latency: seconds from the status line to the end of the body.
    database: whether its database runs. writes: whether that takes writes. needs_writer: whether
    the application fails unless it does, except on its live_path, which has none to do with it.
    """

    network: bool = True
    s3: bool = True
    s3_writes: bool = True
    cloudwatch: bool = True
    registered: int = 2
    healthy: int = 2
    status: int = 200
    latency: float = 0.1
    body: str = ""
    connecting: float = 0
    body_latency: float = 0
    database: bool = True
    writes: bool = True
    needs_writer: bool = False
    live_path: str | None = None

    @property
    def can_write(self) -> bool:
        """Whether an application there can write."""
        return self.database and self.writes

    @property
    def page(self) -> int:
        """The status of the application's health page."""
        return UNAVAILABLE if self.needs_writer and not self.can_write else self.status

    def answer(self, path: str) -> int:
        """The status of the application's answer to a health check of this path."""
        return self.status if path == self.live_path else self.page


@dataclass(frozen=True)
class World:
    """All regions, the existing S3 objects (bucket/key), and the ARNs of the routing controls that
    are Off."""

    regions: Mapping[str, RegionState]
    objects: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
