"""The one error that a bad environment file raises."""

from dataclasses import dataclass
from pathlib import Path

# A file with more mistakes than these is another kind of file.
MAX_SHOWN = 50
MAX_SHOWN_KEY = 60


def shown(value: object, limit: int = 60) -> str:
    """A value as Python writes it, cut where it is long; in ASCII, which tells a letter from one
    that only looks like it."""
    try:
        text = ascii(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, tables in tables
        return f"a {type(value).__name__} too large to show"
    return text if len(text) <= limit else f"{text[:limit]}..."


def shown_key(key: object) -> str:
    """A key as it is, or where it is none that anybody means, as a quoted value."""
    text = str(key)
    plain = text.isascii() and text.isprintable()
    return text if plain and 0 < len(text) <= MAX_SHOWN_KEY else shown(text)


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in an environment file."""

    field: str
    """Dotted path, such as `primary.capacity.min`; empty for the file as a whole."""
    message: str
    """What is wrong and what is allowed."""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class EnvironmentFileError(Exception):
    """An environment file that is missing, unreadable or wrong, with every mistake found."""

    def __init__(self, file: Path | str, mistakes: list[Mistake]) -> None:
        self.file = file
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = [f"{file}: {count}", *(f"  {mistake}" for mistake in mistakes[:MAX_SHOWN])]
        if len(mistakes) > MAX_SHOWN:
            lines.append(f"  and {len(mistakes) - MAX_SHOWN} more")
        super().__init__("\n".join(map(_harmless, lines)))


def _harmless(line: str) -> str:
    """Without what a terminal obeys or hides: the file's name may hold anything."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in line
    )
