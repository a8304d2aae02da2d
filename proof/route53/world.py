"""The state of the world at one moment: what a health checker would find."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RegionState:
    """One region, with or without a load balancer of ours.

    network: whether anybody outside reaches it; without, its APIs are gone as well.
    s3, cloudwatch: whether these services answer. s3_writes: whether S3 takes writes, or refuses.
    registered, healthy: targets of its load balancer.
    connecting: seconds until a connection is there.
    status, latency, body: what the application answers, so many seconds after that.
    body_latency: seconds from its first line to the end of the body.
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


@dataclass(frozen=True)
class World:
    """All regions, the S3 objects that are there (bucket/key), and the routing controls, by ARN,
    that are Off."""

    regions: Mapping[str, RegionState]
    objects: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
