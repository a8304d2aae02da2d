"""A drill's databases, on two real servers."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pg8000.native import Connection

from environments import Role
from functions.failover_control.endpoint import Health
from proof.drill.clock import Clock
from proof.drill.data import databases, scenarios
from proof.drill.data.databases import Databases
from proof.drill.data.seen import DataSeen, PrimarySeen
from proof.drill.data.verdicts import data_verdicts
from proof.drill.data.writers import Written
from proof.drill.journal import Journal
from proof.drill.picture import WRITES
from proof.drill.played import Played, Promise
from proof.drill.postgres.ledger import Write
from proof.drill.postgres.replication import DATABASE, USER, ReplicatedDatabase
from proof.drill.postgres.server import ERRORS
from proof.drill.postgres.software import Programs
from proof.drill.reading import DataPromise
from proof.drill.scenario import Scenario, Times
from proof.drill.web_server import LOOPBACK
from terminal.errors import OperationError
from tests.proof.drill.postgres.conftest import pair, programs
from tests.proof.drill.test_verdicts import BOUND, times
from tests.synthesis import example

__all__ = ["programs"]

FACTOR = 25
PROMISE = DataPromise(lag=60, point=300, write_recovery=600)


class Writers:
    """Two clients: one writes where the writer is, and one always to the primary."""

    def __init__(self, data: Databases, clock: Clock) -> None:
        self._data, self._clock, self._number = data, clock, 0

    async def run(self) -> None:
        while True:
            await asyncio.to_thread(self._both)
            await self._clock.sleep(1)

    def _both(self) -> None:
        self._attempt(self._data.writer or "primary", self._data.written)
        self._attempt("primary", self._data.stubborn)

    def _attempt(self, role: Role, to: Written) -> None:
        self._number += 1
        key, began = f"k{self._number}", self._clock.now
        done = self._write(role, key)
        write = Write(key, began, self._clock.now, role if done else None)
        to.add(write, "written" if done else "refused")

    def _write(self, role: Role, key: str) -> bool:
        pair = self._data.pair
        try:
            with socket.create_connection((LOOPBACK, pair.servers[role].port), 2) as link:
                login: Any = {"database": DATABASE, "password": pair.password}
                connection = Connection(USER, sock=link, ssl_context=False, **login)
                connection.run("CREATE TABLE IF NOT EXISTS entries (id text PRIMARY KEY)")
                connection.run("INSERT INTO entries VALUES (:key)", key=key)
                connection.close()
        except ERRORS:
            return False
        return True


class Bench:
    """What a scenario needs of a stage."""

    def __init__(self, pair: ReplicatedDatabase, clock: Clock, *, fences: bool) -> None:
        self.environment = example("releases")
        self.journal = Journal(clock)
        self.clock = clock
        self.data = Databases(
            self.environment, pair, self.journal, {}, promise=PROMISE, fences=fences
        )
        self.operator = SimpleNamespace(promote=self._promote, switch_over=self._switch_over)
        self.operator.resync = self._resync
        self.dns = SimpleNamespace(until_healthy=self._nothing)
        self.emitted = SimpleNamespace(data=PROMISE)

    async def _promote(self) -> None:
        self.data.begin_failover("dr")
        await self.clock.until(lambda: not self.data.moving, 300)

    async def _switch_over(self) -> None:
        self.data.begin_switchover("primary")
        await self.clock.until(lambda: not self.data.moving, 300)

    async def _resync(self) -> None:
        """Takes an operator as long as a write takes a user, at least."""
        await self.clock.sleep(10)

    async def _nothing(self, *_: object) -> None: ...

    async def lose(self, role: Role) -> None:
        await asyncio.to_thread(self.data.lose, role)

    async def restore(self, role: Role) -> None:
        await asyncio.to_thread(self.data.restore, role)

    async def seen(self, began: float) -> DataSeen:
        health = Health.HEALTHY if self.data.well("primary") else Health.UNHEALTHY
        primary = PrimarySeen(health, healthy=3, registered=3, replaced=0)
        return await self.data.seen(began, self.clock.now, 0, primary=primary)


Play = Callable[[Bench], Awaitable[None]]


@asynccontextmanager
async def running(bench: Bench) -> AsyncGenerator[None]:
    """With a clock that ticks, and clients that write."""
    work = [bench.clock.run(), bench.data.follow(), Writers(bench.data, bench.clock).run()]
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
        for one in tasks:
            if one.done():
                one.result()
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def play(programs: Programs, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    clock = Clock(FACTOR)
    with pair(programs, tmp_path, now=lambda: clock.now) as one:

        def run(what: Play, *, fences: bool = True) -> Bench:
            bench = Bench(one, clock, fences=fences)

            async def main() -> None:
                async with running(bench):
                    await bench.clock.sleep(10)
                    await what(bench)

            asyncio.run(main())
            return bench

        yield run


def stage(bench: Bench) -> Any:
    return bench


def broken(key: str, seen: DataSeen) -> list[str]:
    """The expectations that do not hold."""
    promise = Promise(
        BOUND, latches=True, times=times("releases"), users=2, data=PROMISE, live=True
    )
    scenario = Scenario(key, key, scenarios.resync)
    verdicts = data_verdicts(Played(scenario, 0, 0, data=seen), promise)
    assert verdicts
    return [one.expected for one in verdicts if not one.holds]


@pytest.fixture
def drill_times() -> Times:
    return times("releases")


@pytest.mark.slow
def test_the_region_is_lost_promoted_brought_back_and_switched_over(
    play: Callable[..., Bench], drill_times: Times, report: Callable[[str], None]
) -> None:
    found: dict[str, DataSeen] = {}

    async def chain(bench: Bench) -> None:
        async def one(key: str, what: Awaitable[None]) -> None:
            bench.data.begin()
            began = bench.clock.now
            await what
            found[key] = await bench.seen(began)

        await one("partition", scenarios.partition(stage(bench), drill_times))
        await bench.lose("primary")
        bench.data.begin_failover("dr")  # as the control's call does
        await one("promoted", scenarios.promoted(stage(bench), drill_times))
        await bench.restore("primary")
        await one("region back", bench.clock.sleep(30))
        await bench.clock.sleep(databases.RESYNC)
        await one("resync", scenarios.resync(stage(bench), drill_times))
        await one("switchover", scenarios.switchover(stage(bench), drill_times))
        await one("both back", bench.clock.sleep(20))

    bench = play(chain)
    for key, seen in found.items():
        assert broken(key, seen) == [], key
    # "nobody" in between may be too short to be seen.
    states = [state for _, state in bench.journal.states[WRITES] if state != "nobody"]
    assert states[:2] == ["primary, ap-south-1", "standby, us-east-1"]
    assert states[-1] == "primary, ap-south-1"
    totals = found["both back"].totals
    assert [one["planned"] for one in totals["moves"]] == [False, True]
    assert totals["seconds_lost"][1] == 0
    assert totals["seconds_of_two_writers"] == 0
    assert found["region back"].stubborn == 0
    report(f"databases in a drill: {totals}")


def test_a_control_that_never_promotes_breaks_the_promise(
    play: Callable[..., Bench], drill_times: Times
) -> None:
    async def chain(bench: Bench) -> None:
        await bench.lose("primary")
        bench.emitted.data = DataPromise(lag=60, point=300, write_recovery=30)
        await scenarios.promoted(stage(bench), drill_times)
        seen = await bench.seen(0)
        assert broken("promoted", seen) == ["users write on the standby within 603 s of the loss"]
        assert seen.read_only > 30
        assert seen.writer is None

    play(chain)


@pytest.mark.slow
def test_a_writer_without_a_fence_is_found(play: Callable[..., Bench]) -> None:
    async def chain(bench: Bench) -> None:
        bench.data.begin_failover("dr")
        await bench.clock.until(lambda: not bench.data.moving, 300)
        await bench.clock.sleep(10)
        found = broken("region back", await bench.seen(0))
        assert "two regions never take writes at once" in found
        assert "the old writer takes no write" in found

    play(chain, fences=False)


@pytest.mark.slow
def test_more_loss_than_the_alarm_allows_is_found(play: Callable[..., Bench]) -> None:
    """The standby gets nothing for longer than the alarm's threshold."""

    async def chain(bench: Bench) -> None:
        bench.data.part()
        await bench.clock.sleep(PROMISE.lag + 20)
        await bench.lose("primary")
        bench.data.begin_failover("dr")
        await bench.clock.until(lambda: not bench.data.moving, 300)
        await bench.clock.sleep(5)
        found = broken("promoted", await bench.seen(0))
        assert found == ["a failover to the standby loses at most the last 60 s of writes"]

    play(chain)


def test_what_aws_has_done_and_the_servers_cannot_ends_the_drill(
    play: Callable[..., Bench],
) -> None:
    async def chain(bench: Bench) -> None:
        await bench.lose("dr")
        bench.data.begin_failover("dr")
        await bench.clock.until(lambda: not bench.data.moving, 300)
        await bench.clock.sleep(5)

    with pytest.raises(OperationError, match=r"the drill's databases: .*cannot be promoted"):
        play(chain)


def test_where_the_application_can_be_healthy(play: Callable[..., Bench]) -> None:
    async def chain(bench: Bench) -> None:
        assert bench.data.well("primary")
        assert bench.data.well("dr"), "though it only reads"
        await bench.lose("dr")
        assert not bench.data.well("dr")
        bench.data.begin_failover("primary")
        assert not bench.data.moving, "it is the writer already"

    play(chain)
