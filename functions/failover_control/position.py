"""What is said of the failover switch, wherever its position is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Setting:
    """Who set the switch, when and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Unnoted:
    """The switch is set, and who did it, when and why is not known."""

    because: str


@dataclass(frozen=True)
class Moved:
    """What came of moving the switch.

    changed: False where it was there already. is_set: the position now, as in Position. missed: of
    each place that did not take it, as far as is known, why.
    """

    changed: bool
    is_set: bool | None
    missed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Position:
    """The switch's position. is_set: None where a place that does not answer may have it set. done:
    what was done to make the places agree. missed: of each place that did not answer, why."""

    is_set: bool | None
    done: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


class FailoverSwitch(Protocol):
    """What keeps a failed primary out of service, wherever its position is kept.

    Every method raises botocore's ClientError or BotoCoreError where AWS refuses or is gone.
    """

    def setting(self) -> Setting | Unnoted | None:
        """How the switch was set, or None while the primary is in service."""
        ...

    def set(self, *, by: str, reason: str, as_of: datetime | None = None) -> Moved:
        """Takes the primary out of service; the first reason stays.

        as_of: when that was seen for which it is set. A clear since then has dealt with it.
        """
        ...

    def clear(self, *, by: str, reason: str) -> Moved:
        """Puts the primary back in service."""
        ...

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared; None if it never was."""
        ...

    def reconcile(self) -> Position:
        """Makes every place say the same."""
        ...
