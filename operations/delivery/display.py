"""Shows a delivery as it goes: a table in a terminal, otherwise a line per change."""

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table

from operations.delivery.deployment import Show
from operations.delivery.region import RegionalDelivery

SHORT = 12
"""Digits of a digest that people compare."""


@contextmanager
def shown(console: Console) -> Generator[Show]:
    """What a deployment is to call after each look. Several threads may call it."""
    lock = threading.Lock()
    if not console.is_terminal:
        lines = _Lines(console)

        def print_changes(regions: Sequence[RegionalDelivery], step: str) -> None:
            with lock:
                lines.show(regions, step)

        yield print_changes
        return
    with Live(console=console, auto_refresh=False) as live:

        def redraw(regions: Sequence[RegionalDelivery], step: str) -> None:
            with lock:
                live.update(table(regions, step), refresh=True)

        yield redraw


def table(regions: Sequence[RegionalDelivery], step: str) -> Table:
    """A row for each region."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, title=step, title_justify="left")
    for heading in ("region", "release", "on it and serving", "on another", ""):
        made.add_column(heading)
    for one in regions:
        look = one.look
        made.add_row(
            one.name,
            one.digest[:SHORT],
            f"{look.serving} of {look.instances}",
            str(look.instances - look.new),
            look.step,
        )
    return made


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: dict[str, str] = {}

    def show(self, regions: Sequence[RegionalDelivery], step: str) -> None:
        for one in regions:
            look = one.look
            serving = f"{look.serving} of {look.instances} instances serve {one.digest[:SHORT]}"
            # Not a line for each second that passes.
            news = f"{step.partition(':')[0]} {serving} {look.step}"
            if self._last.get(one.name) != news:
                self._last[one.name] = news
                self._console.print(f"{one.name}: {step}: {serving}; {look.step}")
