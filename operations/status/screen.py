"""One screen of facts."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from operations.status.facts import Fact, Question, Status, when

# Seconds.
MINUTE, HOUR, DAY = 60, 3600, 86400


def screen(status: Status, questions: Sequence[Question]) -> RenderableType:
    """The whole screen."""
    heading = (
        f"{status.environment}: {status.domain} at {when(status.asked_at)},"
        f" asked in {status.seconds:.1f} s"
    )
    todo = [Text(f"! {one}", "red") for one in status.attention]
    return Group(Text(heading, "bold"), *todo, table(status, questions))


def table(status: Status, questions: Sequence[Question]) -> Table:
    """A row for each fact, with its age, below the heading of its section."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=False)
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    made.add_column(no_wrap=True, justify="right")
    for section, rows in groupby(questions, lambda one: one.section):
        made.add_row(Text(section, "bold"))
        for one in rows:
            fact = status.facts[one.subject]
            made.add_row(f"  {one.label}", _said(fact), _age(fact, status.asked_at))
    return made


def _said(fact: Fact) -> Text:
    if fact.error is None:
        return Text(str(fact.value), "yellow" if fact.wrong else "")
    last = f"\nlast seen: {fact.value}" if fact.value is not None else ""
    return Text(fact.error + last, "red")


def _age(fact: Fact, asked_at: datetime) -> str:
    """How old it was when it was asked."""
    if fact.observed_at is None:
        return "not seen"
    seconds = (asked_at - fact.observed_at).total_seconds()
    if seconds < 1:
        return "now"
    for unit, length in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"
