"""What happens in a drill, one scenario after the other, each from where the last one ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from environments import Environment
from functions.failover_control.control import BETWEEN_LOOKS
from functions.failover_control.endpoint import TTL as HEALTH_TTL
from modules.recovery_time import (
    ALIAS_TTL,
    CHECKER_CONNECT_TIMEOUT,
    CHECKER_RESPONSE_TIMEOUT,
    PROPAGATION,
)
from modules.timing import SWITCH_INTERVAL
from operations.drill.stage import Stage
from operations.route53.configuration import LoadBalancer

PROBE_TIMEOUT = CHECKER_CONNECT_TIMEOUT + CHECKER_RESPONSE_TIMEOUT
# Seconds.
# An alarm's period, and Route 53's look at it.
METRIC_TIME = 60 + 10
A_WHILE = 15
CALM = 30
FLAPS = 3
# "Users return within about three minutes": docs/failover.md.
FAILBACK = 180


@dataclass(frozen=True)
class Times:
    """Seconds that follow from an environment's settings."""

    detection: int
    """Until Route 53's name servers know that an endpoint fails, or serves again."""
    latch: int
    """From there until they know that the switch is set."""
    forget: int
    """Until resolvers have forgotten the answer."""
    target: int
    """Until the primary's load balancer sends nothing to a target that died."""
    flap: int
    """Half a period of a primary that flaps: long enough for its failure to be noticed."""

    @classmethod
    def of(cls, environment: Environment, balancer: LoadBalancer) -> "Times":
        """The environment's, with the primary's load balancer."""
        check = environment.health_check
        return cls(
            detection=check.failure_threshold * (check.interval + PROBE_TIMEOUT) + PROPAGATION,
            latch=BETWEEN_LOOKS + HEALTH_TTL + SWITCH_INTERVAL + PROBE_TIMEOUT + PROPAGATION,
            forget=environment.dns.failover_ttl or ALIAS_TTL,
            target=out_of_service(balancer),
            flap=check.failure_threshold * check.interval + 10,
        )


def out_of_service(balancer: LoadBalancer) -> int:
    """Seconds until a load balancer sends nothing to a target that has just died."""
    return balancer.unhealthy_threshold * (balancer.interval + balancer.timeout)


@dataclass(frozen=True)
class Scenario:
    """key: what verdicts know it by."""

    key: str
    title: str
    play: Callable[[Stage, Times], Awaitable[None]]


async def calm(stage: Stage, times: Times) -> None:
    """Nothing happens."""
    del times
    await stage.clock.sleep(CALM)


async def instance_dies(stage: Stage, times: Times) -> None:
    """One of the primary's."""
    del times
    await stage.kill_instance("primary")
    await stage.clock.sleep(A_WHILE)


async def zone_lost(stage: Stage, times: Times) -> None:
    """One of the primary's, with all its instances."""
    del times
    await stage.lose_zone("primary")
    await stage.clock.sleep(A_WHILE)


async def primary_lost(stage: Stage, times: Times) -> None:
    """All of it, its APIs too."""
    began = stage.clock.now
    await stage.lose("primary")
    await _until_moved(stage, times, began)
    await stage.clock.sleep(A_WHILE)


async def application_fails(stage: Stage, times: Times) -> None:
    """HTTP 500 on every instance, all of them up; then it serves again, and Route 53 sees it."""
    began = stage.clock.now
    stage.fail("primary", fails=True)
    await _until_moved(stage, times, began)
    stage.fail("primary", fails=False)
    await stage.clock.sleep(times.detection + A_WHILE)


async def _until_moved(stage: Stage, times: Times, began: float) -> None:
    """Until the switch is seen to be set: a primary that recovers earlier is another story."""
    await stage.clock.until(lambda: stage.everybody_on("dr"), stage.emitted.bound + A_WHILE)
    if stage.environment.failover.latches:
        await stage.clock.sleep(began + times.detection + times.latch - stage.clock.now)


async def primary_back(stage: Stage, times: Times) -> None:
    """For as long as users would need to come back, if they did."""
    await stage.restore("primary")
    await stage.clock.sleep(times.detection + times.forget + A_WHILE)


async def failback(stage: Stage, times: Times) -> None:
    """The operator's."""
    del times
    await stage.clear_switch()
    await stage.clock.until(lambda: stage.everybody_on("primary"), FAILBACK)
    await stage.clock.sleep(A_WHILE)


async def flapping(stage: Stage, times: Times) -> None:
    """The primary's application fails and serves, again and again, and serves in the end."""
    for _ in range(FLAPS):
        stage.fail("primary", fails=True)
        await stage.clock.sleep(times.flap)
        stage.fail("primary", fails=False)
        await stage.clock.sleep(times.flap)
    rest = max(times.detection, METRIC_TIME) + times.forget - times.flap
    await stage.clock.sleep(rest)


async def both_lost(stage: Stage, times: Times) -> None:
    """Until Route 53 has noticed, and answers by it."""
    await asyncio.gather(stage.lose("primary"), stage.lose("dr"))
    await stage.clock.sleep(times.detection + A_WHILE)


async def both_back(stage: Stage, times: Times) -> None:
    """Until users are where they were."""
    await stage.restore("dr")
    await stage.restore("primary")
    role = "dr" if stage.environment.failover.latches else "primary"
    longest = times.detection + times.forget + A_WHILE
    await stage.clock.until(
        lambda: stage.answered_by_dns() == role and stage.everybody_on(role), longest
    )
    await stage.clock.sleep(A_WHILE)


def scenarios(environment: Environment) -> list[Scenario]:
    """Those that the environment can play: without a switch there is none to clear."""
    latches = environment.failover.latches
    every = [
        Scenario("calm", "calm", calm),
        Scenario("instance", "an instance of the primary's dies", instance_dies),
        Scenario("region lost", "the primary's region is lost", primary_lost),
        Scenario("region back", "the region is back", primary_back),
        Scenario("failback", "the operator brings users back", failback),
        Scenario("zone", "a zone of the primary's is lost", zone_lost),
        Scenario("application", "the primary's application answers 500", application_fails),
        Scenario("failback again", "the operator brings users back again", failback),
        Scenario("flapping", "the primary flaps", flapping),
        Scenario("both lost", "both regions are lost", both_lost),
        Scenario("both back", "both are back", both_back),
    ]
    alone = environment.primary.capacity.desired == 1  # whose loss is the application's
    skipped = {*(() if latches else (failback,)), *((instance_dies, zone_lost) if alone else ())}
    return [one for one in every if one.play not in skipped]
