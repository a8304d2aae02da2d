"""What a drill on a real deployment does, in order; each scenario starts where the last ended."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from environments import Environment
from modules.recovery_time import recovery_time
from proof.drill.live.stage import LiveStage
from proof.drill.scenario import A_WHILE, CALM, Times
from terminal.errors import OperationError

# Seconds until a load balancer that was taken away is out of reach from here: what AWS changes in a
# network takes effect within seconds, but states no bound.
OUT_OF_REACH = 60


@dataclass(frozen=True)
class LiveScenario:
    """key: identifies the scenario to the verdicts. play: returns from when on it is judged."""

    key: str
    title: str
    play: Callable[[LiveStage, Times], Awaitable[float]]


async def calm(stage: LiveStage, _times: Times) -> float:
    """Judged from when the deployment serves, or should."""
    await stage.clock.until(stage.serves, stage.settle)
    began = stage.clock.now
    await stage.clock.sleep(CALM)
    return began


async def region_lost(stage: LiveStage, times: Times) -> float:
    """The primary is taken away; waits until DNS sees the switch set, as users would return to a
    primary that comes back sooner. Judged from when it is out of reach."""
    await stage.take_away()
    if not await stage.clock.until(stage.away, OUT_OF_REACH):
        raise OperationError(
            f"the primary is still in reach after {OUT_OF_REACH} s, and was given back: nothing is"
            " known of the failover"
        )
    began = stage.clock.now
    bound = recovery_time(stage.environment).total
    await stage.clock.until(lambda: stage.everybody_on("dr"), bound + A_WHILE)
    if stage.environment.failover.latches:
        await stage.clock.sleep(began + times.detection + times.latch - stage.clock.now)
    await stage.clock.sleep(A_WHILE)
    return began


async def region_back(stage: LiveStage, times: Times) -> float:
    """Waits for as long as users would need to come back, if they did."""
    began = stage.clock.now
    await stage.give_back()
    await stage.clock.sleep(times.detection + times.forget + A_WHILE)
    return began


async def failback(stage: LiveStage, times: Times) -> float:
    """The operator fails back."""
    began = stage.clock.now
    await stage.clear_switch()
    await stage.clock.until(lambda: stage.everybody_on("primary"), times.failback)
    await stage.clock.sleep(A_WHILE)
    return began


def scenarios(environment: Environment) -> Sequence[LiveScenario]:
    found = [
        LiveScenario("calm", "nothing happens", calm),
        LiveScenario("region lost", "the primary is out of users' reach", region_lost),
        LiveScenario("region back", "the primary is given back", region_back),
    ]
    if environment.failover.latches:
        found.append(LiveScenario("failback", "the operator fails back", failback))
    return found


def away_for(environment: Environment) -> float:
    """Seconds for which the primary is away at most, if everything goes as promised."""
    times = Times.of(environment)
    moved = max(recovery_time(environment).total, times.detection + times.latch)
    return OUT_OF_REACH + moved + 2 * A_WHILE
