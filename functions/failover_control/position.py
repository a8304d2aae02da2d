"""The failover switch's interface, wherever its position is kept."""

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
    """The switch is set, but who set it, when and why is unknown."""

    because: str


@dataclass(frozen=True)
class Moved:
    """The result of moving the switch.

    changed: False if it was there already. is_set: the position now, as in Position. missed: why
    each place that did not take it failed, as far as is known.
    """

    changed: bool
    is_set: bool | None
    missed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Position:
    """The switch's position. is_set: None if a place that does not answer may have it set. done:
    what was done to make the places agree. missed: why each place that did not answer failed."""

    is_set: bool | None
    done: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


class FailoverSwitch(Protocol):
    """What keeps a failed primary out of service, wherever its position is kept.

    Every method raises botocore's ClientError or BotoCoreError if AWS refuses or is unreachable.
    """

    def setting(self) -> Setting | Unnoted | None:
        """How the switch was set, or None while the primary is in service."""
        ...

    def set(self, *, by: str, reason: str, as_of: datetime | None = None) -> Moved:
        """Takes the primary out of service; the first reason is kept.

        as_of: when the reason for setting it was observed. A clear after that has dealt with it.
        """
        ...

    def clear(self, *, by: str, reason: str) -> Moved:
        """Puts the primary back in service."""
        ...

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared; None if it never was."""
        ...

    def reconcile(self) -> Position:
        """Makes all places agree."""
        ...
