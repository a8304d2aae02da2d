"""The console that the command line writes to."""

from rich.console import Console

# Columns if no terminal says how wide it is, so that no log line is wrapped.
LOG_WIDTH = 1000


def console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is: no markup, no emoji, no automatic highlighting."""
    new = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not new.is_terminal:
        new.width = LOG_WIDTH
    return new
