"""How long users are without the application when the primary region fails: the worst case."""

from dataclasses import dataclass

# Seconds. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
# A checker waits 4 s for the connection, then 2 s for the answer: so late may the last probe fail.
CHECKER_CONNECT_TIMEOUT = 4
CHECKER_RESPONSE_TIMEOUT = 2
# Until Route 53's name servers answer by the new status. AWS states no bound: an estimate.
PROPAGATION = 10
# An alias of a load balancer, which cannot be set.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
ALIAS_TTL = 60


@dataclass(frozen=True)
class RecoveryTime:
    """The terms of the worst case, each in seconds."""

    detection: int
    """Until enough probes in a row have begun: interval x failure threshold."""
    last_probe: int
    """Until the last of them has timed out."""
    propagation: int
    """Until Route 53 answers with the standby."""
    ttl: int
    """Until resolvers have forgotten the primary."""

    @property
    def total(self) -> int:
        """Seconds from the failure to the last user on the standby."""
        return self.detection + self.last_probe + self.propagation + self.ttl

    def __str__(self) -> str:
        return (
            f"{self.total} s = {self.detection} s detection + {self.last_probe} s last probe's"
            f" timeout + {self.propagation} s propagation (estimate) + {self.ttl} s DNS TTL"
        )


def worst_case(*, interval: int, failure_threshold: int, ttl: int) -> RecoveryTime:
    """What follows from the health check's settings and the failover record's TTL (seconds)."""
    return RecoveryTime(
        detection=interval * failure_threshold,
        last_probe=CHECKER_CONNECT_TIMEOUT + CHECKER_RESPONSE_TIMEOUT,
        propagation=PROPAGATION,
        ttl=ttl,
    )
