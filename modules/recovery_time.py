"""The longest that users are without the application when the primary region fails."""

from dataclasses import dataclass

from environments import Application, Environment
from functions.failover_control.agreed import LONGEST_GAP
from functions.failover_control.agreed import TTL as HEALTH_TTL
from modules.timing import PROBE_INTERVAL, PROBES_TO_RECOVER

# Seconds.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
# A checker waits 4 s for the connection, then 2 s for the response.
CHECKER_CONNECT_TIMEOUT = 4
CHECKER_RESPONSE_TIMEOUT = 2
CHECKER_TIMEOUT = CHECKER_CONNECT_TIMEOUT + CHECKER_RESPONSE_TIMEOUT
# Until Route 53's name servers answer according to the new status. An estimate: AWS states no
# bound.
PROPAGATION = 10
# Until a new instance of an Aurora cluster serves. An estimate: AWS states no bound.
NEW_INSTANCE = 900
# The TTL of an alias to a load balancer, which cannot be changed.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
ALIAS_TTL = 60


def until_served(application: Application) -> int:
    """Seconds from an instance's launch until its load balancer sends it users."""
    return application.boot + PROBE_INTERVAL * PROBES_TO_RECOVER


def until_awake(environment: Environment) -> int:
    """Seconds from when a pilot light is woken until its load balancer sends it users: a headless
    database gets its instance meanwhile, and without it the application cannot even read."""
    application, kind = environment.application, environment.data.kind
    start = until_served(application)
    if kind is None or not kind.aurora:
        return start
    return start - application.boot + max(application.boot, NEW_INSTANCE)


@dataclass(frozen=True)
class RecoveryTime:
    """The terms of the worst case, each in seconds."""

    detection: int
    """Until enough probes in a row have started: interval x failure threshold."""
    timeouts: int
    """Until each of those has timed out: a checker starts its next interval only after the
    response."""
    propagation: int
    """Until Route 53 answers according to the new status."""
    activation: int
    """Until a pilot light serves and Route 53 knows it; 0 if an instance is already running."""
    ttl: int
    """Until resolvers' cached answers expire."""

    @property
    def total(self) -> int:
        """Seconds from the failure until the last user is on the standby."""
        return sum((self.detection, self.timeouts, self.propagation, self.activation, self.ttl))

    def __str__(self) -> str:
        activation = f" + {self.activation} s activation (estimate)" if self.activation else ""
        return (
            f"{self.total} s = {self.detection} s detection + {self.timeouts} s probes' timeouts"
            f" + {self.propagation} s propagation (estimate){activation} + {self.ttl} s DNS TTL"
        )


def worst_case(
    *, interval: int, failure_threshold: int, ttl: int, boot: int | None = None
) -> RecoveryTime:
    """The worst case for a health check's settings and a failover record's TTL.

    Args:
        interval: Seconds between two probes.
        failure_threshold: Failed probes in a row.
        ttl: Seconds.
        boot: Seconds from an instance's launch until it gets users, for a standby that runs no
            instances until it is needed; None for another.
    """
    detection = interval * failure_threshold
    return RecoveryTime(
        detection=detection,
        # "The number of seconds between the time that each Route 53 health checker gets a response
        # from your endpoint and the time that it sends the next health check request."
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
        timeouts=failure_threshold * CHECKER_TIMEOUT,
        propagation=PROPAGATION,
        activation=0 if boot is None else _activation(detection, boot),
        ttl=ttl,
    )


def _activation(detection: int, boot: int) -> int:
    """The control's next look, an instance start, the load balancer's probes, the standby's health
    check, which takes as many probes to recover as to fail, and Route 53's propagation of it."""
    look = LONGEST_GAP + HEALTH_TTL
    return look + boot + detection + PROPAGATION


def recovery_time(environment: Environment) -> RecoveryTime:
    """The worst case for an environment."""
    check = environment.health_check
    sleeps = environment.failover.strategy == "pilot_light"
    return worst_case(
        interval=check.interval,
        failure_threshold=check.failure_threshold,
        ttl=environment.dns.failover_ttl or ALIAS_TTL,
        boot=until_awake(environment) if sleeps else None,
    )
