"""The status of every health check, once its checkers have seen enough of the world."""

from collections.abc import Callable, Mapping

from operations.route53.configuration import (
    Alarm,
    CalculatedCheck,
    Check,
    Configuration,
    EndpointCheck,
    MetricCheck,
)
from operations.route53.errors import UnknownToTheModelError
from operations.route53.probes import probe
from operations.route53.world import World

Statuses = Mapping[str, bool]
"""Whether each check is healthy, by its address in Terraform."""

# More than this share of the checkers makes an endpoint healthy.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
HEALTHY_PERCENT = 18
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def statuses(
    configuration: Configuration, world: World, *, last: Statuses | None = None
) -> dict[str, bool]:
    """Every check's status in a world that has stayed as it is for long.

    last: the statuses before, for checks without data; those of new checks where there is none.
    """
    raw: dict[str, bool] = {}
    for address, check in configuration.checks.items():
        if isinstance(check, EndpointCheck):
            raw[address] = probe(check, configuration, world).success
        elif isinstance(check, MetricCheck):
            raw[address] = metric_status(check, configuration, world, _before(address, check, last))
    return combined(configuration, raw)


def combined(configuration: Configuration, raw: Mapping[str, bool]) -> dict[str, bool]:
    """All checks' statuses, from what endpoints and metrics say: flags applied, and calculated."""
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


def metric_status(
    check: MetricCheck, configuration: Configuration, world: World, last: bool
) -> bool:
    """Follows the data of the alarm's metric, not the alarm's state; without data, as it is set.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    alarm = alarm_of(check, configuration)
    region = world.regions[alarm.region]
    key = (alarm.region, alarm.namespace, alarm.metric, alarm.dimensions)
    value = world.metrics.get(key) if region.network and region.cloudwatch else None
    if value is None:
        return {"Healthy": True, "Unhealthy": False, "LastKnownStatus": last}[check.without_data]
    return not COMPARISONS[alarm.comparison](value, alarm.threshold)


def alarm_of(check: MetricCheck, configuration: Configuration) -> Alarm:
    """The alarm that a check follows, in the check's own region of it."""
    for alarm in configuration.alarms:
        if (alarm.name, alarm.region) == (check.alarm, check.region):
            return alarm
    raise UnknownToTheModelError(f"there is no alarm {check.alarm} in {check.region}")


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


def _before(address: str, check: MetricCheck, last: Statuses | None) -> bool:
    """What a metric check found before, its flags undone."""
    if last is None or address not in last:
        return True
    return last[address] != check.inverted
