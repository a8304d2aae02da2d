"""No drill of a standby that could not take over, unless the operator says why."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from unittest.mock import Mock

import pytest
from rich.console import Console

from functions.failover_control.pause import Paused
from operations.checks import CheckOutcome, Status
from proof.drill.live import readiness
from proof.drill.live.readiness import what_is_against_it
from terminal.errors import OperationError
from tests.synthesis import example

FINE = CheckOutcome("image", Status.READY, "the primary's")
NOTE = CheckOutcome("drill", Status.NOTE, "never drilled for real")
BROKEN = CheckOutcome("vCPUs", Status.FAULT, "5 of 12")
UNKNOWN = CheckOutcome("certificate", Status.UNKNOWN, "no answer")


def found(*outcomes: CheckOutcome, although: str | None = None) -> tuple[Sequence[str], str]:
    told = StringIO()
    against = what_is_against_it(
        example("mission"),
        Console(file=told, width=200),
        Mock(),
        although=although,
        ask=lambda *_: outcomes,
    )
    return against, told.getvalue()


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_paused_control_would_set_no_switch(
    is_paused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = (
        Paused(datetime(2026, 12, 1, 3, tzinfo=UTC), "ann", "new kernels") if is_paused else None
    )
    monkeypatch.setattr(readiness, "pause_of", lambda *_: Mock(current=lambda _: paused))
    said = [one.said for one in readiness.pause(example("mission"), Mock())]
    assert said == (
        ["paused until 2026-12-01 03:00 UTC by ann: new kernels; `failover resume` ends it"]
        if is_paused
        else []
    )


def test_nothing_is_against_a_standby_that_is_ready() -> None:
    assert found(FINE, NOTE) == ([], "")


@pytest.mark.parametrize("outcome", [BROKEN, UNKNOWN])
def test_a_standby_that_is_not_ready_is_not_drilled(outcome: CheckOutcome) -> None:
    with pytest.raises(OperationError, match=r"us-east-1 is not ready .* --although REASON"):
        found(FINE, outcome)


def test_a_reason_overrules_it_and_what_is_wrong_is_kept() -> None:
    against, told = found(FINE, BROKEN, although="the quota is on its way")
    assert against == ["vCPUs: 5 of 12"]
    assert "vCPUs" in told
    assert "image" not in told
