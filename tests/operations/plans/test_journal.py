"""The journal carries what an interrupted run did into the report of the next."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from operations.plans.journal import STALE, Journal
from operations.plans.users import Seen

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)


def journal(file: Path, now: datetime = NOW) -> Journal:
    return Journal(file, "ana", Console(file=io.StringIO(), width=300), lambda: now)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "mission-over.jsonl"


def test_what_was_noted_is_there_in_the_next_run(file: Path) -> None:
    first = journal(file)
    first.add("began", detail="ticket 4711")
    first.add("users", users=Seen(3, {"a": 3}))
    first.add("interrupted", "set the switch")
    assert journal(file, NOW + STALE / 2).entries == first.entries


def test_a_complete_plan_leaves_nothing(file: Path) -> None:
    one = journal(file)
    one.add("began")
    one.close()
    assert journal(file).entries == []


def test_what_was_left_for_long_is_another_plan(file: Path) -> None:
    journal(file).add("began")
    later = journal(file, NOW + STALE)
    assert later.entries == []
    later.add("began")
    assert len(journal(file, NOW + STALE + timedelta(seconds=1)).entries) == 1


def test_half_a_line_is_ignored(file: Path) -> None:
    one = journal(file)
    one.add("began")
    with file.open("ab") as broken:
        broken.write(b'{"at": "2026-')
    assert journal(file).entries == one.entries


def test_without_a_disk_the_plan_goes_on(file: Path) -> None:
    file.parent.touch()
    one = journal(file)
    one.add("began")
    one.add("done", "set the switch")
    assert len(one.entries) == 2
    assert isinstance(one._console.file, io.StringIO)
    assert one._console.file.getvalue().count("cannot be written") == 1
