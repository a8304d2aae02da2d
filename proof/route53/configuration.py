"""What Route 53 has to go by: records, health checks, and what is behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Alias:
    """target: a record's name in the zone, or a load balancer's address."""

    target: str
    evaluate_target_health: bool


@dataclass(frozen=True)
class Record:
    """A record of the zone. Failover records of one name and type are told apart by their role.

    address: its address in Terraform. after: the addresses that it says it depends on: Terraform
    creates those first, and destroys them last.
    """

    name: str
    type: str
    role: Literal["PRIMARY", "SECONDARY"] | None
    health_check: str | None
    alias: Alias | None
    values: tuple[str, ...]
    ttl: int | None
    address: str = ""
    after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EndpointCheck:
    """HTTP, HTTPS, either with string matching, or TCP; interval in seconds."""

    type: str
    fqdn: str
    port: int
    path: str
    interval: int
    threshold: int
    search_string: str | None
    inverted: bool
    disabled: bool


@dataclass(frozen=True)
class CalculatedCheck:
    """Healthy with at least so many healthy children."""

    children: tuple[str, ...]
    threshold: int
    inverted: bool
    disabled: bool


@dataclass(frozen=True)
class RoutingControlCheck:
    """Healthy while a routing control of ARC's is On."""

    arn: str
    inverted: bool
    disabled: bool


Check = EndpointCheck | CalculatedCheck | RoutingControlCheck


@dataclass(frozen=True)
class ModelListener:
    """What answers on a port: the targets or, with `redirects`, the load balancer itself with that
    status. tls_policy: of HTTPS, which versions of TLS are spoken."""

    protocol: Literal["HTTP", "HTTPS"]
    redirects: int | None = None
    tls_policy: str | None = None


@dataclass(frozen=True)
class Ingress:
    """Ports to which security groups let the whole internet: by IPv4, as to an A record, or by
    IPv6."""

    type: Literal["A", "AAAA"]
    first: int
    last: int


@dataclass(frozen=True)
class FirewallRule:
    """A rule that a firewall asks about each request.

    checkers: whether it is about addresses that have all of the checkers'; of any other, what it
    makes of a checker is not known. path: the only one that it is about, or None.
    """

    name: str
    action: str
    checkers: bool
    path: str | None = None


@dataclass(frozen=True)
class ModelLoadBalancer:
    """A region's load balancer, and how it probes its targets; interval and timeout in seconds.

    ipv6: whether it has IPv6 addresses. firewall: the rules in front of it, in the order in which
    they are asked; whom none of them decides about is let in.
    """

    address: str
    region: str
    path: str
    interval: int
    timeout: int
    unhealthy_threshold: int
    healthy_threshold: int
    listeners: Mapping[int, ModelListener] = field(default_factory=dict[int, ModelListener])
    """By port."""
    ingress: frozenset[Ingress] = frozenset()
    ipv6: bool = False
    firewall: tuple[FirewallRule, ...] = ()

    def lets_in(self, type: str, port: int) -> bool:
        """Whether anybody may connect to a port of the addresses of one type."""
        return any(one.type == type and one.first <= port <= one.last for one in self.ingress)


@dataclass(frozen=True)
class Configuration:
    """All of it, of one deployment."""

    records: tuple[Record, ...]
    checks: Mapping[str, Check]
    balancers: Mapping[str, ModelLoadBalancer]
    """By address."""
    readable: frozenset[str]
    """The S3 objects that health checkers may read: bucket/key."""
    buckets: Mapping[str, str] = field(default_factory=dict[str, str])
    """Each S3 bucket's region."""
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many instances each region's Auto Scaling group is made with."""
