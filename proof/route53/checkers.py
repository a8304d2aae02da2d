"""Route 53's health checkers: each forms its own opinion, and together they decide the status."""

from dataclasses import dataclass, field

from proof.route53.configuration import EndpointCheck
from proof.route53.health import endpoint_status


@dataclass
class Checker:
    """One checker's opinion of one endpoint.

    It flips, in either direction, after `threshold` consecutive probes to the contrary.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """

    threshold: int
    healthy: bool = True
    against: int = 0
    """Consecutive probes that contradict the opinion."""

    def learn(self, *, success: bool) -> None:
        """Records one probe's outcome."""
        self.against = 0 if success == self.healthy else self.against + 1
        if self.against == self.threshold:
            self.healthy, self.against = success, 0


@dataclass
class Fleet:
    """All checkers of one endpoint."""

    check: EndpointCheck
    checkers: list[Checker] = field(default_factory=list[Checker])

    def __post_init__(self) -> None:
        self.checkers = [Checker(self.check.threshold) for _ in range(self.check.checkers)]

    @property
    def healthy(self) -> bool:
        """The status that Route 53 derives from their opinions."""
        return endpoint_status(sum(one.healthy for one in self.checkers), len(self.checkers))
