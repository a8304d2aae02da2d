"""Shows a drill as it runs, with one line for each event and a live summary in a terminal, and then
its results."""

from collections.abc import Generator
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table

from environments import ROLE_NAMES
from proof.drill.journal import Event, Journal
from proof.drill.play import Result
from proof.drill.played import Played, Promise

RECENT = 5
HEADINGS = (
    ("scenario", "left"),
    ("seconds", "right"),
    ("requests", "right"),
    ("primary", "right"),
    ("standby", "right"),
    ("failed", "right"),
    ("expected", "left"),
    ("measured", "left"),
    ("", "left"),
)


@contextmanager
def following(journal: Journal, console: Console) -> Generator[None]:
    """Shows events while the `with` block runs."""
    journal.listeners.append(lambda event: console.print(line(event), markup=False))
    if not console.is_terminal:
        yield
        return
    with Live(console=console, refresh_per_second=5, get_renderable=lambda: now(journal)):
        yield


def line(event: Event) -> str:
    if event.kind == "scenario":
        return f"{event.at:5.0f} s  == {event.what} =="
    return f"{event.at:5.0f} s  {event.what}"


def now(journal: Journal) -> Table:
    """The live summary."""
    table = Table.grid(padding=(0, 2))
    since = journal.clock.now - RECENT
    recent = [one for one in journal.requests[-1000:] if one.ended >= since]
    counts = {
        name: sum(one.served == role for one in recent)
        for role, name in (*ROLE_NAMES.items(), (None, "nobody"))
    }
    served = ", ".join(f"{count} by {name}" for name, count in counts.items() if count)
    table.add_row("second", f"{journal.clock.now:.0f}")
    table.add_row(f"requests, last {RECENT} s", served or "none")
    for of in sorted(journal.states):
        table.add_row(of, journal.now(of))
    return table


def results(result: Result) -> Table:
    """One row for each expectation."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading, side in HEADINGS:
        table.add_column(heading, justify="right" if side == "right" else "left")
    for played in result.played:
        figures = _figures(played)
        for key, verdict in result.verdicts:
            if key == played.scenario.key:
                style = None if verdict.holds else "red"
                mark = "ok" if verdict.holds else "BROKEN"
                table.add_row(*figures, verdict.expected, verdict.measured, mark, style=style)
                figures = [""] * len(figures)
    return table


def _figures(played: Played) -> list[str]:
    return [
        played.scenario.title,
        f"{played.ended - played.began:.0f}",
        str(len(played.requests)),
        str(played.served["primary"]),
        str(played.served["dr"]),
        str(sum(played.failed.values())),
    ]


def promised(promise: Promise, terms: str) -> str:
    return f"the stacks promise {terms}; users may take up to {promise.recovery - promise.bound} s"
