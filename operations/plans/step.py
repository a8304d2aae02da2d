"""One step of a plan, and what can be said of it before it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from terminal.errors import OperationError

Confirm = Callable[[str], None]
"""Asks the operator, and raises DeclinedError if the answer is no."""


class DeclinedError(OperationError):
    """The operator said no, or nobody could be asked."""


def no_reason() -> str | None:
    """There is nothing to say against it."""
    return None


@dataclass(frozen=True)
class Step:
    """What is to be done, and how to tell from the deployment whether it is done already.

    Nothing is remembered between runs: whoever interrupts a plan runs it again, and the steps that
    took effect are found done. So every `run` must be safe to repeat.
    """

    name: str
    why: str
    done: Callable[[], bool]
    """Raises OperationError if that cannot be found out; then the step runs."""
    run: Callable[[Confirm], str]
    """Returns what was done. Raises OperationError."""
    precondition: Callable[[], str | None] = no_reason
    """What must be put right first; None if nothing."""
    skip: Callable[[], str | None] = no_reason
    """Why the step is not needed as things are; None if it is."""
    asks: str | None = None
    """What a human decides before it takes effect; None if nothing."""
    may_lose_writes: bool = False
    """Whether a general yes is not enough."""


class State(Enum):
    """How a step stands."""

    DONE = "done already"
    SKIPPED = "not needed"
    BLOCKED = "blocked"
    TO_DO = "to do"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True)
class Look:
    """What one look at a step found. why: of every state but DONE and TO_DO."""

    state: State
    why: str = ""


def look(step: Step) -> Look:
    """How a step stands. Changes nothing."""
    unknown = ""
    try:
        if step.done():
            return Look(State.DONE)
    except OperationError as error:
        unknown = str(error)
    try:
        if reason := step.skip():
            return Look(State.SKIPPED, reason)
        if reason := step.precondition():
            return Look(State.BLOCKED, reason)
    except OperationError as error:
        return Look(State.BLOCKED, str(error))
    return Look(State.UNKNOWN, unknown) if unknown else Look(State.TO_DO)
