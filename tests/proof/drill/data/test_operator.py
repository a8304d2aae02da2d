"""The operator's commands, with what is refused."""

import asyncio
from typing import Any

import pytest

from environments import Environment
from operations.data import commands
from proof.drill.clock import Clock
from proof.drill.data.operator import DataOperator
from proof.drill.journal import Journal
from terminal.errors import OperationError
from tests.synthesis import example


class Databases:
    def driven(self, rds: object) -> tuple[str, object]:
        return "driven", rds


@pytest.fixture
def journal() -> Journal:
    return Journal(Clock(1))


@pytest.fixture
def operator(journal: Journal) -> DataOperator:
    def connect(service: str, region: str) -> tuple[str, str]:
        return service, region

    databases: Any = Databases()
    return DataOperator(example("releases"), databases, journal, connect, lambda: None)


def test_rds_alone_is_the_drills_own(operator: DataOperator) -> None:
    assert operator.connect("cloudwatch", "us-east-1") == ("cloudwatch", "us-east-1")
    assert operator.connect("rds", "us-east-1") == ("driven", ("rds", "us-east-1"))


@pytest.mark.parametrize(
    ("name", "command"),
    [("promote", "promote"), ("resync", "resync"), ("switch_over", "switchover")],
)
def test_what_is_refused_is_told(
    operator: DataOperator,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    command: str,
) -> None:
    def refuse(environment: Environment, *_: object, **options: Any) -> None:
        assert environment.name == "releases"
        assert options["connect"] == operator.connect
        raise OperationError("not now")

    monkeypatch.setattr(commands, command, refuse)
    asyncio.run(getattr(operator, name)())
    assert [one.what for one in journal.events][1:] == ["is refused: not now"]
    assert {one.kind for one in journal.events} == {"operator"}
