"""The drill's scenarios, in order; each starts where the previous one ended."""

import asyncio

from environments import Environment
from proof.drill.data.scenarios import (
    BEFORE_A_LOSS,
    WITH_DATA,
    bring_back,
    promote,
    promoted,
    resync,
    switchover,
)
from proof.drill.deliveries import Deliveries
from proof.drill.scenario import A_WHILE, CALM, FLAPS, Scenario, Times
from proof.drill.stage import Stage

__all__ = ["Scenario", "Times", "scenarios"]


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
    """The primary's region is lost while its instances are replaced; the standby's go on. The
    operator does not wait until the database is promoted."""
    began = stage.clock.now
    await stage.lose("primary")
    await _until_moved(stage, times, began)
    if stage.data is not None:
        await promote(stage)
    await deliveries_of(stage).finished()
    await stage.clock.sleep(A_WHILE)


async def release_again(stage: Stage, times: Times) -> None:
    """Delivering again finds the region as it was left, and brings it level. Waits for as long as
    users would need to come back, if they did."""
    began = stage.clock.now
    deliveries = deliveries_of(stage)
    await stage.restore("primary")
    await bring_back(stage)
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
        lambda: stage.dns.answers() == role and stage.everybody_on(role), longest
    )
    await stage.clock.sleep(A_WHILE)


WITH_RELEASES = (release, release_begins, lost_in_a_release, release_again)


def _every(environment: Environment) -> list[Scenario]:
    """All scenarios, in order."""
    third = _has_third(environment)
    promoter = "the control" if environment.data.promotes else "the operator"
    failure = "hangs" if environment.application.kind == "release" else "answers 500"
    return [
        Scenario("calm", "calm", calm),
        Scenario("release", "a release is delivered", release),
        Scenario("instance", "an instance of the primary's dies", instance_dies),
        *(Scenario(*one) for one in BEFORE_A_LOSS),
        Scenario("region lost", "the primary's region is lost", primary_lost),
        Scenario("promoted", f"{promoter} promotes the standby's database", promoted),
        Scenario("region back", "the region is back", primary_back),
        Scenario("resync", "the old primary's database follows the standby's", resync),
        Scenario("third lost", "the third region is lost, the switch set there", third_lost),
        Scenario("switchover", "the operator moves the writer back to the primary", switchover),
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
        Scenario("switchover again", "the operator sees to it that the primary writes", switchover),
        Scenario("failback again", "the operator brings users back again", failback),
        Scenario("flapping", "the primary flaps", flapping),
        Scenario("both lost", "both regions are lost", both_lost),
        Scenario("both back", "both are back", both_back),
    ]


def _has_third(environment: Environment) -> bool:
    return environment.failover.latches and len(environment.switch_places) > 1


def scenarios(environment: Environment, *, data: bool = False) -> list[Scenario]:
    """The scenarios an environment can play: without a switch there is nothing to clear, a switch
    in a single place has no third region, and a page has no releases.

    data: whether users write.
    """
    latches = environment.failover.latches
    releases = environment.application.kind == "release"
    alone = environment.primary.capacity.desired == 1  # losing it means losing the application
    skipped = {
        *(() if latches else (failback, failback_after_release)),
        *(() if releases else (*WITH_RELEASES, failback_after_release)),
        *(() if _has_third(environment) else (third_lost, third_back)),
        *(() if data else WITH_DATA),
        *((instance_dies, zone_lost) if alone else ()),
    }
    return [one for one in _every(environment) if one.play not in skipped]
