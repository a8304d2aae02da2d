"""What is asked about a deployment, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


class Value:
    """What a question found: `str()` for people, its fields for programs."""

    @property
    def wrong(self) -> bool:
        """Whether somebody should look at it."""
        return False

    @property
    def measured_at(self) -> datetime | None:
        """When AWS measured it, if that was before it was asked."""
        return None


@dataclass(frozen=True)
class Question:
    """One thing to ask. section, label: where a screen shows it."""

    subject: str
    """Identifies it: `switch`, or with a part in front, as in `standby.instances`."""
    section: str
    label: str
    ask: Callable[[], Value]
    """Raises OperationError if there is no answer."""


@dataclass(frozen=True)
class Fact:
    """The answer to a question, or why there is none. One that was remembered has both."""

    value: Value | None
    observed_at: datetime | None
    """When the value was observed: a metric's when AWS measured it; None without a value."""
    error: str | None = None

    @property
    def wrong(self) -> bool:
        """Whether somebody should look at it."""
        return self.error is not None or (self.value is not None and self.value.wrong)


Facts = dict[str, Fact]
"""By the subject of their questions."""


@dataclass(frozen=True)
class Status:
    """A deployment as it was when it was asked. Its fields are those of `failover status --json`,
    which docs/operating.md describes."""

    environment: str
    domain: str
    primary: str
    """The primary's region."""
    standby: str
    """The standby's region."""
    asked_at: datetime
    seconds: float
    """How long asking took."""
    attention: list[str]
    """What somebody should look at, in sentences."""
    facts: Facts


def when(time: datetime) -> str:
    """A time as a screen shows it."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
