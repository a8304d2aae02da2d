"""`failover drill --live` from its beginning to its end, on a machine without a deployment."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import dns.asyncresolver
import pytest
from rich.console import Console

from environments.drill import Drill
from environments.writing import written
from operations.checks import CheckOutcome, Status
from proof.drill.live import drill as module
from proof.drill.live.play import promise_of
from proof.drill.live.scenarios import scenarios
from proof.drill.live.stage import LiveStage
from proof.drill.play import Result
from proof.drill.played import Played
from proof.drill.verdict import Verdict
from terminal.errors import OperationError
from tests.proof.drill.live.test_stage import Recorded, stage_of
from tests.synthesis import example

WORDS = "123456789012 awspractice.space"
BROKEN = CheckOutcome("vCPUs", Status.FAULT, "5 of 12")


@dataclass
class Drilled:
    """One run. plays: what is played once the primary is away."""

    folder: Path
    plays: Callable[[LiveStage], Awaitable[Verdict]]
    means: Recorded = field(default_factory=Recorded)
    told: StringIO = field(default_factory=StringIO)
    aws: Mock = field(default_factory=Mock)

    def run(self, *outcomes: CheckOutcome, typed: str = WORDS, although: str | None = None) -> None:
        file = self.folder / "environment.toml"
        file.write_text(written(example("mission").model_copy(update={"drill": Drill(live=True)})))
        self.aws.get_caller_identity.return_value = {"Account": "123456789012"}
        self.aws.meta.endpoint_url = "https://sts.ap-south-1.amazonaws.com"
        module.run(
            module.LiveSettings(str(file), self.folder / "out", although=although),
            Console(file=self.told, width=1000),
            confirm=lambda _: typed,
            connect=lambda *_: self.aws,
            ask=lambda *_: outcomes,
        )

    async def play(self, stage: LiveStage) -> Result:
        result = Result(promise_of(stage))
        first = scenarios(stage.environment)[0]
        await stage.take_away()
        stage.clock.advance(60)
        result.verdicts.append((first.key, await self.plays(stage)))
        result.played.append(Played(first, 0, stage.clock.now))
        return result

    @property
    def evidence(self) -> dict[str, Any]:
        return json.loads((self.folder / "out" / "evidence.json").read_text())


async def holds(_stage: LiveStage) -> Verdict:
    return Verdict("everybody is on the standby", "everybody was", holds=True)


async def breaks(_stage: LiveStage) -> Verdict:
    return Verdict("everybody is on the standby", "nobody was", holds=False)


async def interrupted(_stage: LiveStage) -> Verdict:
    signal.raise_signal(signal.SIGINT)
    await asyncio.sleep(10)
    raise AssertionError("the drill goes on")


@pytest.fixture
def drilled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drilled:
    one = Drilled(tmp_path, holds)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(module, "means_of", lambda *_: one.means)
    user = ("nobody answers", lambda: dns.asyncresolver.Resolver(configure=False))
    vantage = replace(stage_of(one.means).vantage, resolvers=[user])
    monkeypatch.setattr(module, "this_machine", lambda *_: vantage)
    monkeypatch.setattr(module, "play", one.play)
    return one


def test_it_leaves_evidence_and_a_note(drilled: Drilled) -> None:
    drilled.run()
    assert drilled.means.calls == ["begins", "has begun", "end"]
    assert drilled.evidence["holds"]
    assert drilled.evidence["settings"]["not_ready"] == []
    (note,) = drilled.aws.put_object.call_args_list
    assert note.kwargs["Key"] == "drills/last.json"
    assert json.loads(note.kwargs["Body"])["holds"]
    assert "<h2>Users who follow late" not in (drilled.folder / "out" / "index.html").read_text()


def test_one_that_breaks_leaves_evidence_too_and_fails(drilled: Drilled) -> None:
    drilled.plays = breaks
    with pytest.raises(OperationError, match=r"(?s)1 of 1 expectations .* nobody was"):
        drilled.run()
    assert not drilled.evidence["holds"]
    assert drilled.means.calls[-1] == "end"


def test_an_interrupt_gives_the_primary_back_and_says_so(drilled: Drilled) -> None:
    drilled.plays = interrupted
    with pytest.raises(KeyboardInterrupt):
        drilled.run()
    assert drilled.means.calls == ["begins", "has begun", "end"]
    assert "ap-south-1 is given back" in drilled.told.getvalue()


def test_without_approval_nothing_is_taken_away(drilled: Drilled) -> None:
    with pytest.raises(OperationError, match="nothing was done"):
        drilled.run(typed="yes")
    assert drilled.means.calls == []


def test_a_standby_that_is_not_ready_is_not_even_asked_about(drilled: Drilled) -> None:
    with pytest.raises(OperationError, match="not ready to take over"):
        drilled.run(BROKEN)
    assert drilled.means.calls == []


def test_the_evidence_has_what_was_wrong_and_why_it_was_drilled(drilled: Drilled) -> None:
    drilled.run(BROKEN, although="the quota is on its way")
    settings = drilled.evidence["settings"]
    assert settings["although"] == "the quota is on its way"
    assert settings["not_ready"] == ["vCPUs: 5 of 12"]
