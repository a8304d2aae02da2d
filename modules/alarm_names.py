"""Which alarms a deployment has, and their names. Modules create them, the dashboard shows them,
and docs/alarms.md explains each kind."""

from dataclasses import dataclass

from environments import Environment, Role
from modules.regions import GLOBAL_REGION


def alarm_name(prefix: str, kind: str) -> str:
    return f"{prefix}-{kind}"


def topic_name(prefix: str) -> str:
    """The topic that a region's alarms notify. prefix: the environment's regional one, or that of
    `global_prefix`."""
    return f"{prefix}-alerts"


def global_prefix(environment: Environment) -> str:
    """Starts the names of the key and the topic of the alarms on health checks, in us-east-1."""
    return f"{environment.name}-global"


def regional_kinds(*, min_size: int, tls: bool) -> list[str]:
    """The alarms on a region's web tier.

    Args:
        min_size: Minimum number of instances. At 0, as in a pilot light, there can never be too
            few, and the load balancer answers Route 53's probes with errors while it sleeps.
        tls: Whether users connect over HTTPS.
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


# What an application's own fault sets off. A blocked request or an old certificate is none.
ABOUT_THE_APPLICATION = (
    "unhealthy-hosts",
    "too-few-hosts",
    "load-balancer-errors",
    "target-errors",
    "slow-responses",
)


def about_the_application(environment: Environment, role: Role) -> list[str]:
    """The names of a region's alarms that speak against a release."""
    prefix, least = environment.regional_prefix(role), environment.regional(role).capacity.min
    return [
        alarm_name(prefix, kind)
        for kind in regional_kinds(min_size=least, tls=environment.tls)
        if kind in ABOUT_THE_APPLICATION
    ]


def delivery_kinds(environment: Environment) -> list[str]:
    """The alarms on a region's pipeline."""
    return [DELIVERY_KIND] if environment.delivery.pipeline else []


DATABASE_KINDS = ("database-lag", "database-cpu", "database-connections", "database-storage")


def database_kinds(environment: Environment) -> list[str]:
    """The alarms on a region's database."""
    return list(DATABASE_KINDS) if environment.data.kind else []


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
        *(["standby-read-only", "replication-broken"] if environment.data.kind else []),
        *(["promotion-failed"] if environment.data.promotes else []),
    ]


def readiness_kinds(environment: Environment) -> list[str]:
    """The alarms on what the standby's readiness checks publish, in the standby's region."""
    return ["standby-not-ready"] if environment.failover.controlled else []


def table_kinds(environment: Environment) -> list[str]:
    """The alarms on each table, in each region."""
    tables = environment.data.tables
    return ["table-lag", "table-throttles", "table-errors"] if tables else []


def table_prefix(environment: Environment, role: Role, table: str) -> str:
    """Starts the names of the alarms on a region's replica of the table that the file names so."""
    return f"{environment.regional_prefix(role)}-{table}"


WATCH_KIND = "standby-lost"
RELEASES_KIND = "releases-differ"
DELIVERY_KIND = "delivery-failed"


def watch_kinds(environment: Environment) -> list[str]:
    """The alarms on what the standby watch publishes, in the primary's region."""
    releases = environment.application.kind == "release"
    return [WATCH_KIND, *([RELEASES_KIND] if releases else [])]


def global_kinds(environment: Environment) -> list[str]:
    """The alarms on health checks.

    A sleeping pilot light is unhealthy by design; standby-cannot-serve covers one that fails to
    wake.
    """
    failover = environment.failover
    return [
        "primary-endpoint",
        *(["standby-endpoint"] if failover.strategy != "pilot_light" else []),
        *(["primary-out-of-service"] if failover.latches else []),
    ]


@dataclass(frozen=True)
class KnownAlarm:
    """An alarm of the deployment. kind: the heading in docs/alarms.md that explains it."""

    region: str
    prefix: str
    kind: str

    @property
    def name(self) -> str:
        return alarm_name(self.prefix, self.kind)


def regional_alarms(environment: Environment, role: Role) -> list[KnownAlarm]:
    """The alarms on a region's web tier, its database, its pipeline, and its tables."""
    region, least = environment.regional(role).region, environment.regional(role).capacity.min
    kinds = [
        *regional_kinds(min_size=least, tls=environment.tls),
        *database_kinds(environment),
        *delivery_kinds(environment),
    ]
    return [
        *(KnownAlarm(region, environment.regional_prefix(role), kind) for kind in kinds),
        *(
            KnownAlarm(region, table_prefix(environment, role, table.name), kind)
            for table in environment.data.tables
            for kind in table_kinds(environment)
        ),
    ]


def known_alarms(environment: Environment) -> list[KnownAlarm]:
    """Every alarm of the deployment."""
    own, primary, standby = environment.name, environment.primary.region, environment.dr.region
    return [
        *(KnownAlarm(GLOBAL_REGION, own, kind) for kind in global_kinds(environment)),
        *(KnownAlarm(standby, own, kind) for kind in control_kinds(environment)),
        *(KnownAlarm(standby, own, kind) for kind in readiness_kinds(environment)),
        *(KnownAlarm(primary, own, kind) for kind in watch_kinds(environment)),
        *regional_alarms(environment, "primary"),
        *regional_alarms(environment, "dr"),
    ]


def regional_names(environment: Environment, role: Role) -> list[str]:
    """The names of the alarms on a region's web tier, its database, its pipeline, and its
    tables."""
    return [one.name for one in regional_alarms(environment, role)]


def all_alarms(environment: Environment) -> list[tuple[str, str]]:
    """Every alarm of the deployment, as (region, name)."""
    return [(one.region, one.name) for one in known_alarms(environment)]
