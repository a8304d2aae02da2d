"""When a load balancer considers a target healthy."""

from dataclasses import dataclass
from typing import Literal

from proof.drill.clock import Clock
from proof.drill.http import NoAnswerError, get
from proof.route53.configuration import ModelLoadBalancer

State = Literal["initial", "healthy", "unhealthy"]


@dataclass
class Target:
    """One instance, by its port on loopback.

    A new target is healthy after one successful probe. After that, its state changes after as many
    consecutive probes as the target group requires.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """

    port: int
    settings: ModelLoadBalancer
    state: State = "initial"
    against: int = 0
    """Consecutive probes that contradict the state."""
    open: int = 0
    """Requests that it has not answered yet."""

    def learn(self, *, success: bool) -> None:
        if success == (self.state == "healthy"):
            self.against = 0
            return
        self.against += 1
        if success and self.against >= self._needed_to_recover:
            self.state, self.against = "healthy", 0
        elif not success and self.state == "healthy" and self.against >= self._needed_to_fail:
            self.state, self.against = "unhealthy", 0

    @property
    def _needed_to_recover(self) -> int:
        return 1 if self.state == "initial" else self.settings.healthy_threshold

    @property
    def _needed_to_fail(self) -> int:
        return self.settings.unhealthy_threshold


def matches(status: int, matcher: str) -> bool:
    """Whether a matcher such as 200, 200,202 or 200-299 includes this status."""
    for part in matcher.split(","):
        first, _, last = part.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


async def healthy(
    clock: Clock, address: str, port: int, *, settings: ModelLoadBalancer, matcher: str
) -> bool:
    """Probes once; the whole probe must finish within the target group's timeout."""
    seconds = settings.timeout
    try:
        async with clock.timeout(seconds):
            answer = await get(
                clock,
                address,
                port,
                host=address,
                path=settings.path,
                connect=2 * seconds,  # the outer timeout comes first
                answer=2 * seconds,
            )
    except (NoAnswerError, TimeoutError):
        return False
    return matches(answer.status, matcher)
