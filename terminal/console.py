"""Where the command line writes to."""

from rich.console import Console

# Columns where no terminal says how wide it is: no line of a log is folded.
LOG_WIDTH = 1000


def console(*, stderr: bool = False) -> Console:
    """A console that shows text as it is: no markup, no emoji, no guessed colours."""
    new = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not new.is_terminal:
        new.width = LOG_WIDTH
    return new
