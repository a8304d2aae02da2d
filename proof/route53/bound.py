"""How soon Route 53 moves users, derived from the emitted settings: an independent check of the
output `worst_case_recovery_seconds`, which is computed from the environment."""

from environments import Environment
from functions.failover_control.agreed import LONGEST_GAP
from modules.recovery_time import (
    CHECKER_CONNECT_TIMEOUT,
    CHECKER_RESPONSE_TIMEOUT,
    PROPAGATION,
)
from proof.route53.answers import Zone
from proof.route53.configuration import (
    CalculatedCheck,
    Configuration,
    EndpointCheck,
    Record,
)
from proof.route53.errors import UnknownToTheModelError
from proof.route53.probes import S3_HOST, balancer_behind
from proof.route53.world import RegionState, World


def recovery_bound(configuration: Configuration, environment: Environment) -> int | None:
    """Seconds until no user of any name, of either address type, is sent to a failed primary; None
    if no health check moves some of them."""
    names = environment.dns.names
    failing = [
        _soonest(_of_region(_obeyed(configuration, record), configuration, region))
        for region in [environment.primary.region]
        for name in names
        for record in _records(configuration, name, "PRIMARY")
    ]
    ttl = max(_ttl(configuration, environment, name) for name in names)
    late = PROPAGATION + _activation(configuration, environment) + ttl
    found = [seconds for seconds in failing if seconds is not None]
    return max(found) + late if len(found) == len(failing) else None


def switch_bound(configuration: Configuration, environment: Environment) -> int | None:
    """Seconds until the switch's object moves all users off the primary, whichever of its places
    holds it, excluding the TTL; None if it does not."""
    moving = [
        _soonest([check for check in checks if check.fqdn == host])
        for name in environment.dns.names
        for record in _records(configuration, name, "PRIMARY")
        for checks in [_obeyed(configuration, record)]
        for host in [
            f"{place.bucket}.s3.{place.region}.amazonaws.com" for place in environment.switch_places
        ]
    ]
    found = [seconds for seconds in moving if seconds is not None]
    return max(found) + PROPAGATION if found and len(found) == len(moving) else None


def completion_bound(configuration: Configuration, environment: Environment) -> int | None:
    """Upper bound, in seconds, on how long name servers keep sending users away because of an
    object that a clear could not reach, once its place is readable again: the control has to find
    and delete it, and checkers have to notice. The TTL comes on top."""
    noticed = switch_bound(configuration, environment)
    return None if noticed is None else LONGEST_GAP + noticed


def _soonest(checks: list[EndpointCheck]) -> int | None:
    """Seconds until the first of several checks fails; any one of them suffices."""
    return min(map(_seconds_to_fail, checks), default=None)


def _seconds_to_fail(check: EndpointCheck) -> int:
    """A checker's interval restarts with each response or timeout.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    timeout = CHECKER_CONNECT_TIMEOUT + CHECKER_RESPONSE_TIMEOUT
    return check.threshold * (check.interval + timeout)


def _activation(configuration: Configuration, environment: Environment) -> int:
    """For a standby scaled to zero: a look by the control at a name that may be cached, an instance
    start, the load balancer's probes, the standby's health check, and propagation."""
    region = environment.dr.region
    if configuration.sizes[region] > 0:
        return 0
    look = LONGEST_GAP + _ttl(configuration, environment, environment.health_name("primary"))
    (balancer,) = (one for one in configuration.balancers.values() if one.region == region)
    probes = balancer.interval * balancer.healthy_threshold
    checks = [
        check
        for name in environment.dns.names
        for secondary in _records(configuration, name, "SECONDARY")
        for check in _of_region(_obeyed(configuration, secondary), configuration, region)
    ]
    noticed = max((check.interval * check.threshold for check in checks), default=0)
    return look + environment.application.boot + probes + noticed + PROPAGATION


def _records(configuration: Configuration, name: str, role: str) -> list[Record]:
    """One of each type."""
    found = [one for one in configuration.records if (one.name, one.role) == (name, role)]
    if not found:
        raise UnknownToTheModelError(f"there is no {role} record of {name}")
    return found


def _obeyed(configuration: Configuration, record: Record) -> list[EndpointCheck]:
    """The endpoint checks that each, on their own, make a record unhealthy."""
    if record.health_check is None:
        return []
    check = configuration.checks[record.health_check]
    if not isinstance(check, CalculatedCheck):
        found = [check]
    elif check.threshold == len(check.children):
        found = [configuration.checks[child] for child in check.children]
    else:
        found = []
    return [one for one in found if isinstance(one, EndpointCheck) and not one.disabled]


def _of_region(
    checks: list[EndpointCheck], configuration: Configuration, region: str
) -> list[EndpointCheck]:
    """The checks that probe a region's load balancer."""
    behind = {
        check.fqdn: balancer_behind(check.fqdn, configuration)
        for check in checks
        if not S3_HOST.fullmatch(check.fqdn)
    }
    addresses = {one.address for one in configuration.balancers.values() if one.region == region}
    return [check for check in checks if behind.get(check.fqdn) in addresses]


def _ttl(configuration: Configuration, environment: Environment, name: str) -> int:
    """How long a resolver caches the answer when everything is healthy."""
    regions = {environment.primary.region: RegionState(), environment.dr.region: RegionState()}
    calm = dict.fromkeys(configuration.checks, True)
    answer = Zone(configuration, World(regions), calm).answer(name)
    if answer is None:
        raise UnknownToTheModelError(f"{name} has no answer")
    return answer.ttl
