"""Plays the scenarios one after another, and judges each."""

import asyncio
import gc
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from proof.drill.data.seen import PrimarySeen
from proof.drill.played import Played, Promise, Verdict
from proof.drill.scenario import Times, out_of_service
from proof.drill.scenarios import scenarios
from proof.drill.stage import Stage
from proof.drill.verdicts import judge


@dataclass
class Result:
    """The results of a drill."""

    promise: Promise
    played: list[Played] = field(default_factory=list[Played])
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list[tuple[str, Verdict]])
    """Each with its scenario's key."""

    @property
    def holds(self) -> bool:
        """Whether every expectation holds."""
        return all(verdict.holds for _, verdict in self.verdicts)

    @property
    def broken(self) -> str:
        """For people: the expectations that do not hold."""
        broken = [verdict for _, verdict in self.verdicts if not verdict.holds]
        told = "\n".join(f"  {one.expected}: {one.measured}" for one in broken)
        return f"{len(broken)} of {len(self.verdicts)} expectations do not hold:\n{told}"


def play(stage: Stage) -> Result:
    """Runs the drill."""
    target = out_of_service(stage.emitted.regions["primary"].balancer)
    times = Times.of(stage.environment, target)
    latches = stage.environment.failover.latches
    emitted = stage.emitted
    promise = Promise(
        emitted.bound,
        latches,
        times,
        stage.settings.users,
        https=emitted.url.startswith("https:"),
        ipv6=any(record.type == "AAAA" for record in emitted.configuration.records),
        data=None if stage.data is None else emitted.data,
        live=emitted.regions["primary"].live,
    )
    result = Result(promise)
    with _without_pauses():
        try:
            asyncio.run(_play(stage, times, result))
        except BaseExceptionGroup as group:
            raise _first(group) from None
    return result


async def _play(stage: Stage, times: Times, result: Result) -> None:
    async with stage.running():
        await _settle(stage, times)
        users = [asyncio.create_task(user) for user in stage.users()]
        try:
            first = stage.clock.now
            for scenario in scenarios(stage.environment, data=stage.data is not None):
                stage.journal.tell("scenario", scenario.title)
                played, before = Played(scenario, stage.clock.now, 0), stage.replaced("primary")
                deliveries = stage.deliveries
                if deliveries is not None:
                    deliveries.begin()
                if stage.data is not None:
                    stage.data.begin()
                await scenario.play(stage, times)
                played.ended = stage.clock.now
                played.delivered = deliveries and deliveries.delivered()
                if stage.data is not None:
                    when = (played.began, played.ended, first)
                    primary = await _primary(stage, before)
                    played.data = await stage.data.seen(*when, primary=primary)
                played.requests = [
                    one
                    for one in stage.journal.requests
                    if played.began <= one.ended < played.ended
                ]
                played.compared = [
                    agree
                    for at, agree in stage.journal.compared
                    if played.began <= at < played.ended
                ]
                result.played.append(played)
                result.verdicts += [
                    (scenario.key, verdict) for verdict in judge(played, result.promise)
                ]
                if not result.holds:  # the next one starts from where this one should have ended
                    break
        finally:
            for user in users:
                user.cancel()


async def _primary(stage: Stage, before: int) -> PrimarySeen:
    """before: how many of its instances its group had replaced when the scenario began."""
    balancer = stage.balancers["primary"]
    return PrimarySeen(
        await stage.dns.health("primary"),
        healthy=balancer.healthy,
        registered=balancer.registered,
        replaced=stage.replaced("primary") - before,
    )


async def _settle(stage: Stage, times: Times) -> None:
    """Waits before the first user: new checks know nothing yet, and an inverted one is
    unhealthy."""
    stage.journal.tell("scenario", "Route 53 gets to know the deployment")
    await stage.clock.until(
        lambda: all(stage.dns.route53.visible.values()),
        2 * times.detection + times.latch,
    )


@contextmanager
def _without_pauses() -> Generator[None]:
    """Turns off garbage collection, whose pauses would stop the clock; the run is short enough."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error in the group that is not a group itself."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return error  # pyright: ignore[reportUnknownVariableType]
