"""The settled status of every health check, once its checkers have seen enough."""

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
from sandbox.route53 import rules

Statuses = Mapping[str, bool]
"""Whether each check is healthy, by its Terraform address."""

# An endpoint is healthy if more than this share of its checkers says so.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
HEALTHY_PERCENT = 18


def statuses(configuration: Configuration, world: World) -> dict[str, bool]:
    """Every check's status once the world has stayed the same long enough."""
    raw: dict[str, bool] = {}
    for address, check in configuration.checks.items():
        if isinstance(check, EndpointCheck):
            raw[address] = probe(check, configuration, world).success
        elif isinstance(check, RoutingControlCheck):
            raw[address] = routing_control_status(check, world)
    return combined(configuration, raw)


def combined(configuration: Configuration, raw: Mapping[str, bool]) -> dict[str, bool]:
    """Every check's status, from the raw results of endpoints and routing controls: applies the
    inverted and disabled flags, and computes calculated checks."""
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
            healthy = rules.calculated([found[child] for child in check.children], check.threshold)
            found[address] = reported(check, healthy=healthy)
    return found


def endpoint_status(healthy_checkers: int, checkers: int) -> bool:
    """An endpoint is healthy while more than 18 % of the checkers consider it so.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    return 100 * healthy_checkers > HEALTHY_PERCENT * checkers


def routing_control_status(check: RoutingControlCheck, world: World) -> bool:
    """Healthy while the control is On. Route 53 gets its state from ARC, without probing.

    https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.create-health-check.html
    """
    return check.arn not in world.off


def reported(check: Check, *, healthy: bool) -> bool:
    """The status a check reports."""
    return rules.reported(healthy=healthy, inverted=check.inverted, disabled=check.disabled)
