"""How long users are without the application when the primary region fails: the worst case."""

from dataclasses import dataclass

from environments import Environment
from functions.failover_control.agreed import LONGEST_GAP
from functions.failover_control.agreed import TTL as HEALTH_TTL
from modules.timing import PROBE_INTERVAL, PROBES_TO_RECOVER

# Seconds. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
# A checker waits 4 s for the connection, then 2 s for the answer.
CHECKER_CONNECT_TIMEOUT = 4
CHECKER_RESPONSE_TIMEOUT = 2
# Until Route 53's name servers answer by the new status. AWS states no bound: an estimate.
PROPAGATION = 10
# An alias of a load balancer, which cannot be set.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
ALIAS_TTL = 60
# From an instance's start until Apache answers, with the packages of Amazon Linux: an estimate.
INSTANCE_START = 180
# And until its load balancer sends it users.
BOOT = INSTANCE_START + PROBE_INTERVAL * PROBES_TO_RECOVER


@dataclass(frozen=True)
class RecoveryTime:
    """The terms of the worst case, each in seconds."""

    detection: int
    """Until enough probes in a row have begun: interval x failure threshold."""
    timeouts: int
    """Until each of them has timed out: a checker's interval begins anew with the response."""
    propagation: int
    """Until Route 53 answers by the new status."""
    activation: int
    """Until a pilot light serves and Route 53 knows it; 0 where an instance runs already."""
    ttl: int
    """Until resolvers have forgotten the primary."""

    @property
    def total(self) -> int:
        """Seconds from the failure to the last user on the standby."""
        return sum((self.detection, self.timeouts, self.propagation, self.activation, self.ttl))

    def __str__(self) -> str:
        activation = f" + {self.activation} s activation (estimate)" if self.activation else ""
        return (
            f"{self.total} s = {self.detection} s detection + {self.timeouts} s probes' timeouts"
            f" + {self.propagation} s propagation (estimate){activation} + {self.ttl} s DNS TTL"
        )


def worst_case(
    *, interval: int, failure_threshold: int, ttl: int, sleeps: bool = False
) -> RecoveryTime:
    """What follows from the health check's settings and the failover record's TTL.

    Args:
        interval: Seconds between two probes.
        failure_threshold: Probes in a row.
        ttl: Seconds.
        sleeps: Whether no instance of the standby runs until it is needed.
    """
    detection = interval * failure_threshold
    return RecoveryTime(
        detection=detection,
        # "The number of seconds between the time that each Route 53 health checker gets a response
        # from your endpoint and the time that it sends the next health check request."
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
        timeouts=failure_threshold * (CHECKER_CONNECT_TIMEOUT + CHECKER_RESPONSE_TIMEOUT),
        propagation=PROPAGATION,
        activation=_activation(detection) if sleeps else 0,
        ttl=ttl,
    )


def _activation(detection: int) -> int:
    """The control's next look, a start, the load balancer's probes, the standby's health check,
    which takes as many probes to become healthy as to fail, and Route 53's propagation of it."""
    look = LONGEST_GAP + HEALTH_TTL
    return look + BOOT + detection + PROPAGATION


def recovery_time(environment: Environment) -> RecoveryTime:
    """The worst case that follows from the environment's settings."""
    check = environment.health_check
    return worst_case(
        interval=check.interval,
        failure_threshold=check.failure_threshold,
        ttl=environment.dns.failover_ttl or ALIAS_TTL,
        sleeps=environment.failover.strategy == "pilot_light",
    )
