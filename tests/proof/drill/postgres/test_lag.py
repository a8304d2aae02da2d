"""How far a standby is behind."""

from datetime import UTC, datetime, timedelta

import pytest

from proof.drill.postgres.lag import Lag, lag
from proof.drill.postgres.server import Progress

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("writer", "standby", "expected"),
    [
        (Progress(100, ago(1)), Progress(100, ago(1)), Lag(0, 0)),
        (Progress(100, ago(1)), Progress(120, ago(1)), Lag(0, 0)),
        (Progress(100, None), Progress(100, None), Lag(0, 0)),
        (Progress(150, ago(1)), Progress(100, ago(1)), Lag(0, 50)),
        (Progress(150, ago(1)), Progress(100, ago(3)), Lag(3, 50)),
        (Progress(150, None), Progress(100, ago(3)), Lag(3, 50)),
        (Progress(150, ago(1)), Progress(100, None), None),
        (Progress(150, None), Progress(100, None), None),
        (Progress(150, ago(-2)), Progress(100, ago(-1)), Lag(0, 50)),
    ],
)
def test_lag(writer: Progress, standby: Progress, expected: Lag | None) -> None:
    assert lag(writer, standby, NOW) == expected
