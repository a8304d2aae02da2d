"""What a check finds, and how one is run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

Subject = TypeVar("Subject")
# What a bug, or an answer in an unexpected form, raises: its text alone would say nothing.
UNEXPECTED = (AttributeError, LookupError, TypeError)


class Status(Enum):
    """A finding's meaning; `counts` says which of them stand in the way."""

    READY = "ready"
    NOTE = "note"
    """Worth knowing, and no obstacle."""
    MISSING = "missing"
    """Something that has to be there first, or the apply would fail."""
    FAULT = "fault"
    """Something that would keep the standby from taking over, or people from learning of it."""
    UNKNOWN = "not checked"
    """Nobody answered, or nothing follows from the answer. It is never taken for ready."""

    @property
    def counts(self) -> bool:
        """Whether a finding of this status makes the whole not ready."""
        return self not in (Status.READY, Status.NOTE)


Found = Iterator[tuple[Status, str]]
"""A check's findings: each a status, and what was found and, if that is not enough, what to do."""


@dataclass(frozen=True)
class CheckOutcome:
    """One finding."""

    what: str
    """The check's name."""
    status: Status
    said: str


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """A named question about a subject: an account, a standby, a deployment."""

    name: str
    run: Callable[[Subject], Found]

    def __call__(self, subject: Subject) -> list[CheckOutcome]:
        """Runs the check. Whatever fails, the outcome is that it could not be checked: the other
        checks have to run in any case."""
        found = answered(self.run, subject)
        return [CheckOutcome(self.name, status, said) for status, said in found]


def answered(ask: Callable[[Subject], Found], subject: Subject) -> Found:
    """What is found about a subject; an error becomes a finding too."""
    try:
        yield from ask(subject)
    except Exception as error:
        reason = repr(error) if isinstance(error, UNEXPECTED) else str(error)
        yield Status.UNKNOWN, f"cannot be checked: {reason}"


def each(subjects: Iterable[Subject], ask: Callable[[Subject], Found]) -> Found:
    """What is found about each; one that cannot be asked keeps none of the others from it."""
    for subject in subjects:
        yield from answered(ask, subject)
