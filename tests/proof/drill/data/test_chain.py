"""The operator's commands on an embedded AWS and two real servers: a region is lost and returns."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from proof.drill.clock import Clock
from proof.drill.data.databases import Databases
from proof.drill.data.operator import DataOperator
from proof.drill.journal import Journal
from proof.drill.postgres.software import Programs
from proof.drill.reading import DataPromise
from tests.operations.data.conftest import Operator, operator_of
from tests.proof.drill.postgres.conftest import pair, programs

__all__ = ["operator_of", "programs"]

pytestmark = pytest.mark.slow

PROMISE = DataPromise(lag=60, point=300, write_recovery=None)


class Switch:
    def __init__(self) -> None:
        self.is_set = False

    def setting(self) -> object | None:
        return self if self.is_set else None


class Drill:
    """An operator, and what there is to operate."""

    def __init__(self, aws: Operator, data: Databases, journal: Journal, switch: Any) -> None:
        self.aws, self.data, self.journal, self.switch = aws.aws, data, journal, switch
        self.environment = aws.environment
        self.operator = DataOperator(aws.environment, data, journal, aws.aws.client, lambda: switch)

    @property
    def told(self) -> list[str]:
        return [one.what for one in self.journal.events if one.kind == "operator"]

    async def lose_the_primary(self) -> None:
        self.aws.lose(self.environment.primary.region)
        await asyncio.to_thread(self.data.lose, "primary")

    async def restore_it(self) -> None:
        self.aws.restore(self.environment.primary.region)
        await asyncio.to_thread(self.data.restore, "primary")


Play = Callable[[Drill], Awaitable[None]]


@pytest.fixture
def play(operator_of: Any, programs: Programs, tmp_path: Path) -> Iterator[Callable[[Play], Drill]]:
    aws: Operator = operator_of("aurora-postgresql")
    clock = Clock(25)
    journal = Journal(clock)
    with pair(programs, tmp_path, now=lambda: clock.now) as one:

        def run(what: Play) -> Drill:
            data = Databases(aws.environment, one, journal, {}, promise=PROMISE)
            drill = Drill(aws, data, journal, Switch())

            async def main() -> None:
                background = [clock.run(), data.follow()]
                tasks = [asyncio.create_task(each) for each in background]
                await data.until_it_follows(20)
                await what(drill)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

            asyncio.run(main())
            return drill

        yield run


def test_a_region_is_lost_promoted_brought_back_and_switched_over(
    play: Callable[[Play], Drill],
) -> None:
    async def chain(drill: Drill) -> None:
        drill.switch.is_set = True
        await drill.lose_the_primary()
        await drill.operator.promote()
        assert drill.data.writer == "dr"
        await drill.restore_it()
        assert drill.data.pair.state.of("primary") == "fenced"
        await drill.operator.resync()
        assert drill.data.replicates, "the command waits until the server follows"
        await drill.operator.switch_over()
        assert drill.data.writer == "primary"

    drill = play(chain)
    assert drill.told == [
        "promotes the standby's database",
        "resynchronises the databases",
        "moves the writer back to the primary",
    ]
    assert [one.allowed for one in drill.data.moves] == [PROMISE.lag, None]


def test_while_the_switch_is_clear_nothing_is_promoted(play: Callable[[Play], Drill]) -> None:
    async def chain(drill: Drill) -> None:
        await drill.operator.promote()
        assert drill.data.writer == "primary"

    (_, refused) = play(chain).told
    assert refused.startswith("is refused: the failover switch is clear")


def test_what_does_not_follow_is_not_switched_over(play: Callable[[Play], Drill]) -> None:
    async def chain(drill: Drill) -> None:
        drill.switch.is_set = True
        await drill.lose_the_primary()
        await drill.operator.promote()
        await drill.restore_it()
        await drill.operator.switch_over()
        assert drill.data.writer == "dr"

    assert "run `failover data resync` first" in play(chain).told[-1]
