"""No drill of a standby that could not take over, unless the operator says why."""

from collections.abc import Sequence
from io import StringIO
from unittest.mock import Mock

import pytest
from rich.console import Console

from operations.checks import CheckOutcome, Status
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
