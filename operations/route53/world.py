"""The state of the world at one moment: what a health checker would find."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MetricKey = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Region, namespace, name and dimensions."""


@dataclass(frozen=True)
class RegionState:
    """One region.

    network: whether anybody outside reaches it; without, its APIs are gone as well.
    s3, cloudwatch: whether these services answer.
    registered, healthy: targets of its load balancer.
    connecting: seconds until a connection is there.
    status, latency, body: what the application answers, so many seconds after that.
    body_latency: seconds from its first line to the end of the body.
    """

    network: bool = True
    s3: bool = True
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
    """All regions, the S3 objects that are there (bucket/key), and the latest data of metrics.

    metrics: the statistic's value of the alarm's last period; a metric that is absent has no data.
    """

    regions: Mapping[str, RegionState]
    objects: frozenset[str] = frozenset()
    metrics: Mapping[MetricKey, float] = field(default_factory=dict[MetricKey, float])
