"""The status of every health check, once its checkers have seen enough of the world."""

from collections.abc import Mapping

from proof.route53.configuration import (
    CalculatedCheck,
    Check,
    Configuration,
    EndpointCheck,
    RoutingControlCheck,
)
from proof.route53.errors import UnknownToTheModelError
from proof.route53.probes import probe
from proof.route53.world import World

Statuses = Mapping[str, bool]
"""Whether each check is healthy, by its address in Terraform."""

# More than this share of the checkers makes an endpoint healthy.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
HEALTHY_PERCENT = 18


def statuses(configuration: Configuration, world: World) -> dict[str, bool]:
    """Every check's status in a world that has stayed as it is for long."""
    raw: dict[str, bool] = {}
    for address, check in configuration.checks.items():
        if isinstance(check, EndpointCheck):
            raw[address] = probe(check, configuration, world).success
        elif isinstance(check, RoutingControlCheck):
            raw[address] = routing_control_status(check, world)
    return combined(configuration, raw)


def combined(configuration: Configuration, raw: Mapping[str, bool]) -> dict[str, bool]:
    """All checks' statuses, from what endpoints and routing controls say: flags applied, and those
    that are calculated."""
    found = {
        address: reported(configuration.checks[address], healthy=healthy)
        for address, healthy in raw.items()
    }
    for address, check in configuration.checks.items():
        if isinstance(check, CalculatedCheck):
            nested = [
                child
                for child in check.children
                if isinstance(configuration.checks[child], CalculatedCheck)
            ]
            if nested:
                raise UnknownToTheModelError(f"{address} has calculated children: AWS allows none")
            healthy = calculated_status(check, [found[child] for child in check.children])
            found[address] = reported(check, healthy=healthy)
    return found


def endpoint_status(healthy_checkers: int, checkers: int) -> bool:
    """An endpoint is healthy while more than 18 % of the checkers find it so.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    return 100 * healthy_checkers > HEALTHY_PERCENT * checkers


def calculated_status(check: CalculatedCheck, children: list[bool]) -> bool:
    """Healthy with at least as many healthy children as the threshold: always with 0, never with
    more than there are.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    return sum(children) >= check.threshold


def routing_control_status(check: RoutingControlCheck, world: World) -> bool:
    """Healthy while the control is On. Route 53 has its state from ARC, and probes nobody.

    https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.create-health-check.html
    """
    return check.arn not in world.off


def new_status(check: Check) -> bool:
    """A new check is healthy until there are enough data; an inverted one is not.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    return reported(check, healthy=True)


def reported(check: Check, *, healthy: bool) -> bool:
    """What a check says, in the end: a disabled one is taken as healthy, an inverted one says the
    opposite; of one that is both, the opposite of healthy.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    return (healthy or check.disabled) != check.inverted
