"""Which alarms a deployment has, and what they are called: the modules make these, the dashboard
shows them, docs/alarms.md explains each kind."""

from environments import Environment, Role
from modules.regions import GLOBAL_METRICS_REGION


def alarm_name(prefix: str, kind: str) -> str:
    """The name of an alarm."""
    return f"{prefix}-{kind}"


def regional_kinds(*, min_size: int, tls: bool) -> list[str]:
    """The alarms on a region's web tier.

    Args:
        min_size: The least of its instances; with none, as in a pilot light, there are never too
            few, and the load balancer refuses Route 53's probes as long as it sleeps.
        tls: Whether users come by HTTPS.
    """
    return [
        "unhealthy-hosts",
        *(["too-few-hosts"] if min_size else []),
        *(["load-balancer-errors"] if min_size else []),
        "target-errors",
        "slow-responses",
        "firewall-blocks",
        *(["certificate-expiry"] if tls else []),
    ]


def control_kinds(environment: Environment) -> list[str]:
    """The alarms on the failover control, in the standby's region."""
    failover = environment.failover
    if not failover.controlled:
        return []
    return [
        *(["failover-switch"] if failover.latches else []),
        "standby-cannot-serve",
        "control-silent",
        "control-errors",
        "control-throttles",
        "control-dead-letters",
    ]


WATCH_KIND = "standby-lost"


def global_kinds(environment: Environment) -> list[str]:
    """The alarms on health checks. A pilot light's is unhealthy by design while it sleeps; whether
    it wakes when it is needed, standby-cannot-serve tells."""
    failover = environment.failover
    return [
        "primary-endpoint",
        *(["standby-endpoint"] if failover.strategy != "pilot_light" else []),
        *(["primary-out-of-service"] if failover.latches else []),
    ]


def regional_names(environment: Environment, role: Role) -> list[str]:
    """The names of the alarms on a region's web tier."""
    kinds = regional_kinds(min_size=environment.regional(role).capacity.min, tls=environment.tls)
    return [alarm_name(environment.regional_prefix(role), kind) for kind in kinds]


def all_alarms(environment: Environment) -> list[tuple[str, str]]:
    """Every alarm of the deployment: its region, and its name there."""
    own = environment.name
    return [
        *((GLOBAL_METRICS_REGION, alarm_name(own, kind)) for kind in global_kinds(environment)),
        *((environment.dr.region, alarm_name(own, kind)) for kind in control_kinds(environment)),
        (environment.primary.region, alarm_name(own, WATCH_KIND)),
        *((environment.primary.region, name) for name in regional_names(environment, "primary")),
        *((environment.dr.region, name) for name in regional_names(environment, "dr")),
    ]
