"""A live drill that cannot go on ends with evidence of what it saw."""

import asyncio
from unittest.mock import Mock

import pytest

from environments import Environment
from proof.drill.clock import Clock
from proof.drill.journal import Journal
from proof.drill.live import play as module
from proof.drill.live.play import play
from proof.drill.live.scenarios import LiveScenario
from proof.drill.live.stage import LiveStage
from proof.drill.play import Result
from proof.drill.scenario import Times
from terminal.errors import OperationError
from tests.synthesis import example


async def refused(stage: LiveStage, _times: Times) -> float:
    stage.clock.advance(5)
    raise OperationError("the load balancer cannot be closed: access denied")


async def never(_stage: LiveStage, _times: Times) -> float:
    raise AssertionError("the drill goes on")


def test_a_scenario_that_cannot_be_played_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(_environment: Environment) -> list[LiveScenario]:
        return [
            LiveScenario("region lost", "lost", refused),
            LiveScenario("region back", "back", never),
        ]

    monkeypatch.setattr(module, "scenarios", two)
    vantage = Mock(resolvers=[])
    stage = LiveStage(
        example("mission"), Mock(), vantage, journal=Journal(Clock(1, real=True)), clear=None
    )
    result: Result = asyncio.run(play(stage))
    ((key, verdict),) = result.verdicts
    assert (key, verdict.holds) == ("region lost", False)
    assert "access denied" in verdict.measured
    (played,) = result.played
    assert (played.began, played.ended) == (0, 5)
