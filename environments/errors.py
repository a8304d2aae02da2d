"""The one error that a bad environment file raises."""

from dataclasses import dataclass
from pathlib import Path


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
        super().__init__("\n".join([f"{file}: {count}", *(f"  {mistake}" for mistake in mistakes)]))
