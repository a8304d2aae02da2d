"""The input to Route 53's decisions: records, health checks and the load balancers behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Alias:
    """target: the name of a record in the zone, or a load balancer's address."""

    target: str
    evaluate_target_health: bool


@dataclass(frozen=True)
class Record:
    """A record of the zone. Failover records with the same name and type differ in their role.

    address: its Terraform address. after: the addresses in its depends_on, which Terraform creates
    first and destroys last.
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
    checkers: int
    """How many checkers probe it."""
    inverted: bool
    disabled: bool


@dataclass(frozen=True)
class CalculatedCheck:
    """Healthy while at least `threshold` children are."""

    children: tuple[str, ...]
    threshold: int
    inverted: bool
    disabled: bool


@dataclass(frozen=True)
class RoutingControlCheck:
    """Healthy while an ARC routing control is On."""

    arn: str
    inverted: bool
    disabled: bool


Check = EndpointCheck | CalculatedCheck | RoutingControlCheck


@dataclass(frozen=True)
class ModelListener:
    """What answers on a port: the targets or, if `redirects` is set, the load balancer itself with
    that status. tls_policy: for HTTPS, which sets the TLS versions."""

    protocol: Literal["HTTP", "HTTPS"]
    redirects: int | None = None
    tls_policy: str | None = None


@dataclass(frozen=True)
class Ingress:
    """Ports that security groups open to the whole internet, over IPv4 (as for an A record) or
    IPv6."""

    type: Literal["A", "AAAA"]
    first: int
    last: int


@dataclass(frozen=True)
class FirewallRule:
    """A firewall rule that is evaluated for each request.

    checkers: whether the rule matches an address set that covers all checkers; for any other rule,
    its effect on a checker is unknown. path: the only path that it matches, or None.
    """

    name: str
    action: str
    checkers: bool
    path: str | None = None


@dataclass(frozen=True)
class ModelLoadBalancer:
    """A region's load balancer and its target health checks; interval and timeout in seconds.

    ipv6: whether it has IPv6 addresses. firewall: its rules in evaluation order; the default is to
    allow.
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
        """Whether anyone can connect to a port over this address type."""
        return any(one.type == type and one.first <= port <= one.last for one in self.ingress)


@dataclass(frozen=True)
class Configuration:
    """The configuration of one deployment."""

    records: tuple[Record, ...]
    checks: Mapping[str, Check]
    balancers: Mapping[str, ModelLoadBalancer]
    """By address."""
    readable: frozenset[str]
    """The S3 objects that health checkers may read, as bucket/key."""
    buckets: Mapping[str, str] = field(default_factory=dict[str, str])
    """The region of each S3 bucket."""
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    """The initial size of each region's Auto Scaling group."""
