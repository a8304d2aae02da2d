"""Small configurations for the model's own tests: load balancers, checks and records."""

from typing import Any

from proof.route53.configuration import (
    Alias,
    CalculatedCheck,
    Check,
    Configuration,
    EndpointCheck,
    Ingress,
    ModelListener,
    ModelLoadBalancer,
    Record,
    RoutingControlCheck,
)
from proof.route53.world import RegionState, World

REGION, OTHER = "eu-west-1", "us-west-2"
ANYBODY = frozenset({Ingress("A", 80, 80), Ingress("AAAA", 80, 80)})


def balancer(
    address: str = "one/aws_lb.lb", region: str = REGION, **settings: Any
) -> ModelLoadBalancer:
    """A load balancer that forwards plain HTTP to its targets, over IPv4 and IPv6."""
    usual: dict[str, Any] = {
        "path": "/",
        "interval": 5,
        "timeout": 4,
        "unhealthy_threshold": 2,
        "healthy_threshold": 2,
        "listeners": {80: ModelListener("HTTP")},
        "ingress": ANYBODY,
        "ipv6": True,
    }
    return ModelLoadBalancer(address=address, region=region, **(usual | settings))


BALANCER = balancer()
OTHER_BALANCER = balancer("other/aws_lb.lb", OTHER)
BUCKET, KEY = "a-bucket", "a-bucket/failed-over"
CONTROL = "arn:aws:route53-recovery-control::111122223333:controlpanel/a/routingcontrol/b"


def record(name: str, target: str | None = None, *, asks: bool = True, **other: Any) -> Record:
    """An alias record that evaluates its target's health or, without a target, another kind of
    record."""
    settings: dict[str, Any] = {
        "type": "A",
        "role": None,
        "health_check": None,
        "values": (),
        "ttl": None,
    }
    alias = None if target is None else Alias(target, asks)
    return Record(name=name, alias=alias, **(settings | other))


def endpoint(**settings: Any) -> EndpointCheck:
    """A check of REGION's name."""
    usual: dict[str, Any] = {
        "type": "HTTP",
        "fqdn": "one.example.com",
        "port": 80,
        "path": "/",
        "interval": 10,
        "threshold": 3,
        "search_string": None,
        "checkers": 16,
        "inverted": False,
        "disabled": False,
    }
    return EndpointCheck(**(usual | settings))


def of_object(**settings: Any) -> EndpointCheck:
    """A check of an S3 object."""
    host = f"{BUCKET}.s3.{REGION}.amazonaws.com"
    return endpoint(
        **({"type": "HTTPS", "fqdn": host, "port": 443, "path": "/failed-over"} | settings)
    )


def calculated(*children: str, threshold: int, **flags: bool) -> CalculatedCheck:
    return CalculatedCheck(children, threshold, **({"inverted": False, "disabled": False} | flags))


def routing_control(**flags: bool) -> RoutingControlCheck:
    return RoutingControlCheck(CONTROL, **({"inverted": False, "disabled": False} | flags))


def setup(
    *records: Record,
    checks: dict[str, Check] | None = None,
    readable: frozenset[str] = frozenset({KEY}),
    balancer: ModelLoadBalancer = BALANCER,
) -> Configuration:
    """Both regions' names and load balancers, the first replaceable, and these records and
    checks."""
    regional = (
        record("one.example.com", BALANCER.address),
        record("other.example.com", OTHER_BALANCER.address),
    )
    return Configuration(
        records=(*regional, *records),
        checks=checks or {},
        balancers={one.address: one for one in (balancer, OTHER_BALANCER)},
        readable=readable,
        buckets={BUCKET: REGION},
    )


def world(
    one: RegionState | None = None, other: RegionState | None = None, **settings: Any
) -> World:
    """Both regions, healthy unless stated otherwise."""
    return World({REGION: one or RegionState(), OTHER: other or RegionState()}, **settings)
