"""Whatever ends a drill on a real deployment, the primary is given back, and last of all."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from environments import Environment
from operations.aws import NoAnswerError
from proof.drill.clock import Clock
from proof.drill.journal import Journal
from proof.drill.live.stage import AWAY, IN_REACH, PRIMARY, LiveStage
from proof.drill.live.vantage import Vantage
from proof.drill.users import Web
from terminal.errors import OperationError
from tests.synthesis import example


@dataclass
class Recorded:
    """What was called, in order. begin: what taking it away does; failures: what giving it back
    raises, in turn."""

    begins: Callable[[], None] = lambda: None
    failures: list[BaseException] = field(default_factory=list[BaseException])
    calls: list[str] = field(default_factory=list[str])
    what: str = "the load balancer is closed"
    otherwise: str = "AWS opens it"

    def check(self) -> None: ...

    def begin(self) -> None:
        self.calls.append("begins")
        self.begins()
        self.calls.append("has begun")

    def end(self) -> bool:
        self.calls.append("end")
        if self.failures:
            raise self.failures.pop(0)
        return True


def stage_of(
    means: Recorded,
    addresses: dict[str, set[str]] | None = None,
    port: int = 443,
    clock: Clock | None = None,
) -> LiveStage:
    def lookup(name: str) -> set[str]:
        return (addresses or {}).get(name, set())

    return LiveStage(
        example("mission"),
        means,
        Vantage(Web({443: port, 80: port}, ssl.create_default_context()), [], lookup),
        journal=Journal(clock or Clock(1, real=True)),
        clear=None,
    )


async def drilled(stage: LiveStage, body: Callable[[], None] = lambda: None) -> None:
    async with stage.running():
        await stage.take_away()
        body()


def test_it_is_given_back_at_the_end() -> None:
    means = Recorded()
    stage = stage_of(means)
    asyncio.run(drilled(stage))
    assert means.calls == ["begins", "has begun", "end"]
    assert [one.what for one in stage.journal.events] == [means.what, "ap-south-1 is given back"]


def test_what_goes_wrong_is_raised_as_it_is() -> None:
    def fail() -> None:
        raise OperationError("still in reach")

    means = Recorded()
    with pytest.raises(OperationError, match="still in reach"):
        asyncio.run(drilled(stage_of(means), fail))
    assert means.calls[-1] == "end"


def test_a_bug_is_not_hidden() -> None:
    def fail() -> None:
        raise ValueError("a bug")

    with pytest.raises(ExceptionGroup):
        asyncio.run(drilled(stage_of(Recorded()), fail))


def test_an_interrupt_waits_until_it_is_taken_away_and_gives_it_back_then() -> None:
    """Otherwise the thread would close the load balancer after it was opened."""
    began = threading.Event()

    def begin() -> None:
        began.set()
        time.sleep(0.2)

    means = Recorded(begin)

    async def interrupted() -> None:
        task = asyncio.create_task(drilled(stage_of(means)))
        await asyncio.to_thread(began.wait)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(interrupted())
    assert means.calls == ["begins", "has begun", "end"]


def test_without_an_answer_it_is_tried_again() -> None:
    means = Recorded(failures=[NoAnswerError("throttled"), NoAnswerError("throttled")])
    asyncio.run(drilled(stage_of(means)))
    assert means.calls.count("end") == 3


@pytest.mark.parametrize(
    "failures",
    [
        [NoAnswerError("no answer")] * 9,
        [OperationError("access denied")],
        [KeyboardInterrupt()],
    ],
    ids=["no answer", "refusal", "second interrupt"],
)
def test_where_it_cannot_be_given_back_it_says_who_does(failures: list[BaseException]) -> None:
    with pytest.raises(OperationError, match="AWS opens it; `failover drill --live --end`"):
        asyncio.run(drilled(stage_of(Recorded(failures=failures))))


def test_it_is_in_reach_by_the_addresses_that_dns_has_now() -> None:
    asyncio.run(looked_at())


async def looked_at() -> None:
    environment: Environment = example("mission")
    name = environment.regional_name("primary")
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1")
    port: int = server.sockets[0].getsockname()[1]
    addresses = {name: {"127.0.0.2"}}
    stage = stage_of(Recorded(), addresses, port, Clock(20))
    async with server, stage.running():
        assert await stage.clock.until(lambda: stage.journal.now(PRIMARY) == AWAY, 10)
        addresses[name] = {"127.0.0.1"}  # load balancers get new ones
        assert await stage.clock.until(lambda: stage.journal.now(PRIMARY) == IN_REACH, 10)
        addresses[name] = set()  # DNS is silent: nothing follows from that
        server.close()
        await stage.clock.sleep(3)
        assert stage.journal.now(PRIMARY) == IN_REACH
