"""How the outcomes of checks are shown to people, and turned into an exit code."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from functions.standby_readiness.outcome import Check, CheckOutcome, Found, Status, each
from terminal.errors import OperationError

STYLES = {
    Status.READY: "green",
    Status.NOTE: "cyan",
    Status.MISSING: "red",
    Status.FAULT: "red",
    Status.UNKNOWN: "yellow",
}
PLURALS = {Status.FAULT: "faults"}


def table(outcomes: Sequence[CheckOutcome]) -> Table:
    """A row for each finding."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("what", "status", ""):
        shown.add_column(heading, overflow="fold")
    for outcome in outcomes:
        style = STYLES[outcome.status]
        shown.add_row(outcome.what, Text(outcome.status.value, style), outcome.said)
    return shown


def refuse_unless_ready(outcomes: Sequence[CheckOutcome]) -> None:
    """Raises OperationError, with the numbers, if any finding stands in the way."""
    if any(outcome.status.counts for outcome in outcomes):
        raise OperationError(f"not ready: {', '.join(_counted(outcomes))}")


def _counted(outcomes: Sequence[CheckOutcome]) -> Iterator[str]:
    for status in Status:
        count = sum(outcome.status is status for outcome in outcomes)
        if count and status.counts:
            yield f"{count} {status.value if count == 1 else PLURALS.get(status, status.value)}"


__all__ = ["Check", "CheckOutcome", "Found", "Status", "each", "refuse_unless_ready", "table"]
