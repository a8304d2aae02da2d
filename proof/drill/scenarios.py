"""The drill's scenarios, in order; each starts where the previous one ended."""

import asyncio
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
from proof.drill.deliveries import Deliveries
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
    def of(cls, environment: Environment, balancer: ModelLoadBalancer) -> "Times":
        """Times for an environment and its primary's load balancer."""
        check = environment.health_check
        return cls(
            detection=check.failure_threshold * (check.interval + CHECKER_TIMEOUT) + PROPAGATION,
            switch=SWITCH,
            latch=3 * BETWEEN_LOOKS + HEALTH_TTL + SWITCH,
            forget=environment.dns.failover_ttl or ALIAS_TTL,
            target=out_of_service(balancer),
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


async def calm(stage: Stage, _times: Times) -> None:
    await stage.clock.sleep(CALM)


def deliveries_of(stage: Stage) -> Deliveries:
    assert stage.deliveries is not None  # noqa: S101 - only where instances run releases
    return stage.deliveries


async def release(stage: Stage, _times: Times) -> None:
    """A new release is delivered to both regions at once."""
    deliveries = deliveries_of(stage)
    await deliveries.start()
    await deliveries.finished()
    await stage.clock.sleep(A_WHILE)


async def release_begins(stage: Stage, _times: Times) -> None:
    """Ends when the first of the primary's instances is replaced."""
    deliveries = deliveries_of(stage)
    await deliveries.start()
    await stage.clock.until(
        lambda: deliveries.half_way("primary") or not deliveries.under_way,
        stage.environment.application.grace,
    )


async def lost_in_a_release(stage: Stage, times: Times) -> None:
    """The primary's region is lost while its instances are replaced; the standby's go on."""
    began = stage.clock.now
    await stage.lose("primary")
    await _until_moved(stage, times, began)
    await deliveries_of(stage).finished()
    await stage.clock.sleep(A_WHILE)


async def release_again(stage: Stage, times: Times) -> None:
    """Delivering again finds the region as it was left, and brings it level. Waits for as long as
    users would need to come back, if they did."""
    began = stage.clock.now
    deliveries = deliveries_of(stage)
    await stage.restore("primary")
    await deliveries.start(new=False)
    await deliveries.finished()
    await stage.clock.until(
        lambda: deliveries.level("primary"), stage.environment.application.grace
    )
    since = began if stage.environment.failover.latches else stage.clock.now
    back = since + times.detection + times.forget
    await stage.clock.sleep(max(back - stage.clock.now, 0) + A_WHILE)


async def instance_dies(stage: Stage, _times: Times) -> None:
    """One of the primary's instances dies."""
    await stage.kill_instance("primary")
    await stage.clock.sleep(A_WHILE)


async def zone_lost(stage: Stage, _times: Times) -> None:
    """One of the primary's zones is lost with all its instances."""
    await stage.lose_zone("primary")
    await stage.clock.sleep(A_WHILE)


async def primary_lost(stage: Stage, times: Times) -> None:
    """The primary's whole region is lost, including its APIs."""
    began = stage.clock.now
    await stage.lose("primary")
    await _until_moved(stage, times, began)
    await stage.clock.sleep(A_WHILE)


async def application_fails(stage: Stage, times: Times) -> None:
    """Every instance is up but answers HTTP 500, or a release hangs; later they serve again, and
    Route 53 notices."""
    began = stage.clock.now
    stage.fail("primary", fails=True)
    await _until_moved(stage, times, began)
    stage.fail("primary", fails=False)
    await stage.clock.sleep(times.detection + A_WHILE)


async def _until_moved(stage: Stage, times: Times, began: float) -> None:
    """Waits until DNS sees the switch set: a primary that recovers sooner is a different
    scenario."""
    await stage.clock.until(lambda: stage.everybody_on("dr"), stage.emitted.bound + A_WHILE)
    if stage.environment.failover.latches:
        await stage.clock.sleep(began + times.detection + times.latch - stage.clock.now)


async def primary_back(stage: Stage, times: Times) -> None:
    """Waits for as long as users would need to come back, if they did."""
    await stage.restore("primary")
    await stage.clock.sleep(times.detection + times.forget + A_WHILE)


async def failback(stage: Stage, times: Times) -> None:
    """The operator fails back."""
    await stage.clear_switch()
    await stage.clock.until(lambda: stage.everybody_on("primary"), times.failback)
    await stage.clock.sleep(A_WHILE)


async def failback_after_release(stage: Stage, times: Times) -> None:
    await failback(stage, times)


async def third_lost(stage: Stage, times: Times) -> None:
    """One of the switch's places is lost while the switch is set. Waits as long as any effect would
    take to show."""
    await stage.lose_third()
    await stage.clock.sleep(times.switch + times.forget)


async def third_back(stage: Stage, times: Times) -> None:
    """Waits until the control has made the switch's places agree, and users have followed."""
    await stage.restore_third()
    await stage.clock.sleep(times.agree + times.forget)


async def application_fails_without_third(stage: Stage, times: Times) -> None:
    """The same as with all regions up."""
    await stage.lose_third()
    await application_fails(stage, times)


async def flapping(stage: Stage, times: Times) -> None:
    """The primary's application alternates between failing and serving, and serves at the end."""
    for _ in range(FLAPS):
        stage.fail("primary", fails=True)
        await stage.clock.sleep(times.flap)
        stage.fail("primary", fails=False)
        await stage.clock.sleep(times.flap)
    rest = max(times.detection, times.switch) + times.forget - times.flap
    await stage.clock.sleep(rest)


async def both_lost(stage: Stage, times: Times) -> None:
    """Waits until Route 53 has noticed and its answers reflect it."""
    await asyncio.gather(stage.lose("primary"), stage.lose("dr"))
    await stage.clock.sleep(times.detection + A_WHILE)


async def both_back(stage: Stage, times: Times) -> None:
    """Waits until users are back where they were."""
    await stage.restore("dr")
    await stage.restore("primary")
    role = "dr" if stage.environment.failover.latches else "primary"
    longest = times.detection + times.forget + A_WHILE
    await stage.clock.until(
        lambda: stage.answered_by_dns() == role and stage.everybody_on(role), longest
    )
    await stage.clock.sleep(A_WHILE)


WITH_RELEASES = (release, release_begins, lost_in_a_release, release_again)


def _every(environment: Environment) -> list[Scenario]:
    """All scenarios, in order."""
    third = _has_third(environment)
    failure = "hangs" if environment.application.kind == "release" else "answers 500"
    return [
        Scenario("calm", "calm", calm),
        Scenario("release", "a release is delivered", release),
        Scenario("instance", "an instance of the primary's dies", instance_dies),
        Scenario("region lost", "the primary's region is lost", primary_lost),
        Scenario("region back", "the region is back", primary_back),
        Scenario("third lost", "the third region is lost, the switch set there", third_lost),
        Scenario("failback", "the operator brings users back", failback),
        Scenario("third back", "the third region is back, the switch set there", third_back),
        Scenario("release begins", "another release is half delivered", release_begins),
        Scenario(
            "release lost", "the primary's region is lost in the middle of it", lost_in_a_release
        ),
        Scenario(
            "release again", "the region is back, and the release is delivered again", release_again
        ),
        Scenario(
            "failback after release",
            "the operator brings users back afterwards",
            failback_after_release,
        ),
        Scenario("zone", "a zone of the primary's is lost", zone_lost),
        Scenario(
            "application",
            f"the primary's application {failure}{', the third region lost' if third else ''}",
            application_fails_without_third if third else application_fails,
        ),
        Scenario("third again", "the third region is back, the switch clear there", third_back),
        Scenario("failback again", "the operator brings users back again", failback),
        Scenario("flapping", "the primary flaps", flapping),
        Scenario("both lost", "both regions are lost", both_lost),
        Scenario("both back", "both are back", both_back),
    ]


def _has_third(environment: Environment) -> bool:
    return environment.failover.latches and len(environment.switch_places) > 1


def scenarios(environment: Environment) -> list[Scenario]:
    """The scenarios an environment can play: without a switch there is nothing to clear, a switch
    in a single place has no third region, and a page has no releases."""
    latches = environment.failover.latches
    releases = environment.application.kind == "release"
    alone = environment.primary.capacity.desired == 1  # losing it means losing the application
    skipped = {
        *(() if latches else (failback, failback_after_release)),
        *(() if releases else (*WITH_RELEASES, failback_after_release)),
        *(() if _has_third(environment) else (third_lost, third_back)),
        *((instance_dies, zone_lost) if alone else ()),
    }
    return [one for one in _every(environment) if one.play not in skipped]
