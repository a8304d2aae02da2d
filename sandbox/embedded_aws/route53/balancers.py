"""Load balancers, as Route 53 and its health checkers find them."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false
# pyright: reportArgumentType=false

import itertools
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from typing import Any

from moto.elbv2.models import elbv2_backends

from sandbox.embedded_aws.zonal_shifts import shifted_zones
from sandbox.route53 import rules

# Reserved for documentation: whoever connects to these reaches nobody.
# https://datatracker.ietf.org/doc/html/rfc5737, https://datatracker.ietf.org/doc/html/rfc3849
IPV4 = itertools.cycle(
    str(one) for net in ("198.51.100.0/24", "203.0.113.0/24") for one in IPv4Network(net).hosts()
)
IPV6 = (IPv6Address(int(IPv6Network("2001:db8::/32")[0]) + one) for one in itertools.count(1))
REDIRECTS, FIXED = "redirect", "fixed-response"
HEALTHY = "healthy"


def region_of(balancer: Any) -> str:
    return balancer.arn.split(":")[3]


def healthy(balancer: Any) -> bool:
    """What Elastic Load Balancing tells an alias that evaluates its target's health."""
    found = [_zones_of_targets(balancer, group) for group in _groups(balancer)]
    return bool(found) and all(
        rules.load_balancer_healthy(len(zones), sum(well for _, well in zones)) for zones in found
    )


def answers(balancer: Any, port: int) -> bool:
    """Whether a health checker that asks for any page gets a 2xx or 3xx. Targets whose own health
    checks fail, fail here too: the load balancer would ask them anyway, and get no better answer.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    for listener in balancer.listeners.values():
        if int(listener.port) == port:
            action = listener.default_actions[-1]
            if action.type == REDIRECTS:
                return True
            if action.type == FIXED:
                status = action.data["FixedResponseConfig"]["StatusCode"]
                return status.startswith(("2", "3"))
            groups = _forwarded(balancer, action)
            return any(well for group in groups for _, well in _zones_of_targets(balancer, group))
    return False


def addresses(balancer: Any, kind: str) -> list[str]:
    """One for each zone with a healthy target, or for every zone if there is none; a zonal shift
    takes its zone's away. kind: A or AAAA; without IPv6, a load balancer has none of the latter.

    https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.how-it-works.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    if kind == "AAAA" and not balancer.ip_address_type.startswith("dualstack"):
        return []
    given: dict[tuple[str, str], str] = balancer.__dict__.setdefault("addresses", {})
    shifted = shifted_zones(balancer.arn)
    ids = {
        one.name: one.zone_id
        for one in _backend(balancer).ec2_backend.describe_availability_zones()
    }
    zones = sorted(
        one.zone_name for one in balancer.availability_zones if ids[one.zone_name] not in shifted
    )
    well = {
        zone
        for group in _groups(balancer)
        for zone, is_well in _zones_of_targets(balancer, group)
        if is_well
    }
    for zone in zones:
        if (zone, kind) not in given:
            given[zone, kind] = next(IPV4) if kind == "A" else str(next(IPV6))
    return [given[zone, kind] for zone in zones if zone in well or not well.intersection(zones)]


def _groups(balancer: Any) -> list[Any]:
    """The target groups that its listeners forward to."""
    found = [
        group
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
        for group in _forwarded(balancer, action)
    ]
    return list({group.arn: group for group in found}.values())


def _forwarded(balancer: Any, action: Any) -> list[Any]:
    backend = _backend(balancer)
    return [backend.target_groups[arn] for arn in backend._get_target_group_arns_from(action.data)]


def _zones_of_targets(balancer: Any, group: Any) -> list[tuple[str | None, bool]]:
    """Each registered target's zone, and whether it is healthy."""
    ec2 = _backend(balancer).ec2_backend
    return [(_zone(ec2, one), _is_healthy(group, one, ec2)) for one in group.targets.values()]


def _zone(ec2: Any, target: dict[str, Any]) -> str | None:
    instance = ec2.get_instance_by_id(target["Id"])
    return instance.placement.zone if instance is not None else None


def _is_healthy(group: Any, target: dict[str, Any], ec2: Any) -> bool:
    return group.health_for(target, ec2).status == HEALTHY


def _backend(balancer: Any) -> Any:
    return elbv2_backends[balancer.arn.split(":")[4]][region_of(balancer)]
