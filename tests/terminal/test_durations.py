"""Durations that options take."""

from datetime import timedelta

import pytest
import typer

from terminal.durations import duration

MOST = timedelta(hours=72)


@pytest.mark.parametrize(
    ("text", "minutes"), [("1m", 1), ("90m", 90), ("2h", 120), ("4320m", 4320), ("72h", 4320)]
)
def test_minutes_and_hours(text: str, minutes: int) -> None:
    assert duration(text, most=MOST) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "1", "0m", "73h", "4321m", "2 h", "1d", "-1m", "1h30m"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="such as 90m or 2h, from 1m to 72h") as refused:
        duration(text, most=MOST)
    assert refused.value.param_hint == "--for"
