"""Load balancers, firewalls, ways out of a network, and DNS."""

from collections.abc import Iterator

from emitted import Json
from operations.costs.line import Counter, Line, Resources, unpriced
from operations.costs.prices import Prices

FAST_INTERVAL = 10


def _load_balancer(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body["load_balancer_type"] != "application":
        raise unpriced(f"a load balancer of type {body['load_balancer_type']}")
    yield Line("load balancer", 1, prices.items.load_balancer, runs=True)
    if not body.get("internal"):
        yield Line("public IPv4 address", len(body["subnets"]), prices.items.public_ipv4)


def _endpoint(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """A gateway endpoint is free; an interface endpoint costs money in each of its zones."""
    kind = body["vpc_endpoint_type"]
    if kind == "Interface":
        zones = len(body["subnet_ids"])
        yield Line(
            "interface endpoint in a zone", zones, prices.items.interface_endpoint, runs=True
        )
    elif kind != "Gateway":
        raise unpriced(f"a VPC endpoint of type {kind}")


def _nat_gateway(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("NAT gateway", 1, prices.items.nat_gateway, runs=True)


def _address(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("public IPv4 address", 1, prices.items.public_ipv4)


def _web_acl(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("web ACL", 1, prices.items.web_acl)
    yield Line("web ACL rule", len(body["rule"]), prices.items.web_acl_rule)


def _health_check(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """Calculated and routing control checks are assumed to cost as much as endpoint checks (see the
    price's source)."""
    kind: str = body["type"]
    features = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        body.get("request_interval") == FAST_INTERVAL,
        bool(body.get("measure_latency")),
    )
    yield Line("health check", 1, prices.items.health_check)
    yield Line("health check feature", sum(features), prices.items.health_check_feature)


def _zone(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("hosted zone", 1, prices.items.hosted_zone)


COUNTERS: dict[str, Counter] = {
    "aws_eip": _address,
    "aws_lb": _load_balancer,
    "aws_nat_gateway": _nat_gateway,
    "aws_route53_health_check": _health_check,
    "aws_route53_zone": _zone,
    "aws_vpc_endpoint": _endpoint,
    "aws_wafv2_web_acl": _web_acl,
}
