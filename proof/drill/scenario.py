"""What a scenario is, and how long things take in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from environments import Environment
from functions.failover_control.agreed import BETWEEN_LOOKS
from functions.failover_control.agreed import TTL as HEALTH_TTL
from modules.recovery_time import (
    ALIAS_TTL,
    CHECKER_TIMEOUT,
    PROPAGATION,
)
from modules.timing import SWITCH_INTERVAL, SWITCH_THRESHOLD
from proof.drill.stage import Stage
from proof.drill.users import ANSWER_TIMEOUT
from proof.route53.configuration import ModelLoadBalancer

SWITCH = SWITCH_THRESHOLD * (SWITCH_INTERVAL + CHECKER_TIMEOUT) + PROPAGATION
# Seconds.
A_WHILE = 15
CALM = 30
FLAPS = 3


@dataclass(frozen=True)
class Times:
    """Durations in seconds, derived from an environment's settings."""

    detection: int
    """Until Route 53's name servers know that an endpoint fails, or serves again."""
    switch: int
    """Until they know that the switch was set or cleared."""
    latch: int
    """From when they know that the primary fails until they know that the switch is set: two of the
    control's looks, and a third if a run ends between them."""
    forget: int
    """Until resolvers' cached answers expire."""
    target: int
    """Until the primary's load balancer stops using a target that died."""
    flap: int
    """Half a period of a flapping primary: long enough for its failure to be noticed."""

    @property
    def failback(self) -> int:
        """Until everybody is back on the primary after the switch is cleared."""
        return self.switch + self.forget + ANSWER_TIMEOUT

    @property
    def agree(self) -> int:
        """Until name servers know the outcome after one of the switch's places is back: the control
        looks, and sets or clears the switch there."""
        return BETWEEN_LOOKS + self.switch

    @classmethod
    def of(cls, environment: Environment, target: int = 0) -> "Times":
        """An environment's times. target: see above; 0 where no instance dies."""
        check = environment.health_check
        return cls(
            detection=check.failure_threshold * (check.interval + CHECKER_TIMEOUT) + PROPAGATION,
            switch=SWITCH,
            latch=3 * BETWEEN_LOOKS + HEALTH_TTL + SWITCH,
            forget=environment.dns.failover_ttl or ALIAS_TTL,
            target=target,
            flap=check.failure_threshold * check.interval + 10,
        )


def out_of_service(balancer: ModelLoadBalancer) -> int:
    """Seconds until a load balancer stops using a target that has just died."""
    return balancer.unhealthy_threshold * (balancer.interval + balancer.timeout)


@dataclass(frozen=True)
class Scenario:
    """key: identifies the scenario to the verdicts."""

    key: str
    title: str
    play: Callable[[Stage, Times], Awaitable[None]]
