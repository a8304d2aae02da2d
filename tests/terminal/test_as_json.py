"""JSON for programs."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

import pytest

from terminal.as_json import print_json


class Verdict(Enum):
    GOOD = "good"


@dataclass(frozen=True)
class Fact:
    said: str
    at: datetime
    age: timedelta
    verdict: Verdict


def test_facts_become_objects(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    print_json([Fact("up", at, timedelta(minutes=2), Verdict.GOOD)])
    assert json.loads(capsys.readouterr().out) == [
        {"said": "up", "at": "2026-01-02T03:04:05+00:00", "age": 120.0, "verdict": "good"}
    ]


def test_what_json_does_not_know_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="set has no JSON"):
        print_json({1, 2})
