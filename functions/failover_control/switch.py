"""The failover switch: which region is in service, as an object in each of two places.

A place is a bucket: one in the standby's region, one in a third. The switch is set while the object
`failed-over` is in either of them; Route 53 asks both, and takes the primary out of service where
either says so. One place may be gone: the other sets, and holds.

A clear leaves `cleared` in every place. A `failed-over` older than the newest `cleared` was left
where that clear did not reach: it counts as not set, and whoever looks next deletes it. So a place
that comes back learns what it missed, be that a set or a clear.

Which is older is not left to clocks alone, which tell whole seconds and differ between regions: a
set is never older than the clear that it knows of, and a clear always newer than the set.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from botocore.exceptions import BotoCoreError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.notes import note
from functions.failover_control.place import (
    AS_OF,
    CLEARED_KEY,
    NOT_BEFORE,
    NOTE_KEY,
    SET_KEY,
    Mark,
    Place,
)

TICK = timedelta(microseconds=1)
Answer = TypeVar("Answer")


class UnreachableError(BotoCoreError):
    """The places that would have to answer do not; the message says why, of each."""

    fmt = "the switch's S3 objects: {reasons}"


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

    changed: False where it was there already. missed: of each place that did not take it, why.
    """

    changed: bool
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


@dataclass
class _Seen:
    """What the places say.

    marks: of each place that tells, its `failed-over`, if any. cleared: when the switch was last
    cleared, as far as was asked. missed: of each place that does not answer, why.
    """

    marks: list[tuple[Place, Mark | None]] = field(default_factory=list[Any])
    cleared: datetime | None = None
    missed: list[str] = field(default_factory=list[str])

    def stale(self, mark: Mark | None) -> bool:
        """Whether a clear has dealt with it."""
        return mark is not None and self.cleared is not None and mark.at < self.cleared

    @property
    def live(self) -> tuple[Place, Mark] | None:
        """The first that sets the switch."""
        found = ((place, mark) for place, mark in self.marks if mark and not self.stale(mark))
        return next(found, None)


class Switch:
    """The switch of one deployment: `places`, the standby's first.

    Every method raises UnreachableError, one of botocore's errors, where no place answers.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = tuple(places)

    def setting(self) -> Setting | Unnoted | None:
        """How the switch was set, or None while the primary is in service. Raises UnreachableError
        also where a place that does not answer may have it set."""
        seen = self._look()
        if seen.live is not None:
            return _told(*seen.live)
        _require(not seen.missed, seen.missed)
        return None

    def set(self, *, by: str, reason: str, as_of: datetime | None = None) -> Moved:
        """Takes the primary out of service, in every place that answers; the first reason stays.

        as_of: see FailoverSwitch. Raises UnreachableError where no place took it, and then nothing
        has moved.
        """
        seen = self._look(ask_cleared=True)
        if seen.live is not None:
            _, missed = self._spread(seen)
            return Moved(changed=False, missed=(*seen.missed, *missed))
        if as_of is not None and seen.cleared is not None and as_of < seen.cleared:
            return Moved(changed=False)
        when = {AS_OF: as_of} if as_of else {NOT_BEFORE: seen.cleared} if seen.cleared else {}
        token = uuid.uuid4().hex
        answers, missed = _each(
            self._places, lambda place: place.put_mark(token.encode(), when, over=seen.stale)
        )
        _require(bool(answers), missed)
        taken = [place for place, put in answers if put]
        for place in taken:
            place.put_note(note(by, reason, of=token))
        return Moved(changed=bool(taken), missed=tuple(missed))

    def clear(self, *, by: str, reason: str) -> Moved:
        """Puts the primary back in service. Where a place does not answer, whoever looks once it
        does completes it. Raises UnreachableError where no place took it, and then nothing has
        moved."""
        seen = self._look()
        latest = max((mark.at for _, mark in seen.marks if mark), default=None)
        when = {NOT_BEFORE: latest + TICK} if latest else {}
        answers, missed = _each(
            self._places, lambda place: place.put_cleared(note(by, reason), when)
        )
        _require(bool(answers), missed)
        left = self._look(ask_cleared=True)
        _, refused = self._delete_stale(left)
        return Moved(
            changed=any(mark for _, mark in seen.marks),
            missed=tuple(dict.fromkeys([*missed, *left.missed, *refused])),
        )

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared, as far as the places that answer know; None if it never
        was."""
        answers, missed = _each(self._places, Place.cleared)
        _require(bool(answers), missed)
        return max((at for _, at in answers if at), default=None)

    def reconcile(self) -> Position:
        """Makes every place that answers say the same: what one of them missed, it learns now."""
        seen = self._look()
        deleted, refused = self._delete_stale(seen)
        copied, missed = self._spread(seen)
        is_set = True if seen.live else None if seen.missed else False
        return Position(is_set, (*deleted, *copied), (*seen.missed, *refused, *missed))

    def _look(self, *, ask_cleared: bool = False) -> _Seen:
        """What the places say: first of all marks, then of when the switch was cleared, where that
        is asked for or matters. In this order a mark that a clear has just deleted is not missed
        without that clear being seen."""
        marks, missed = _each(self._places, Place.mark)
        seen = _Seen(marks, missed=missed)
        if ask_cleared or any(mark for _, mark in marks):
            answers, refused = _each([place for place, _ in marks], Place.cleared)
            seen.cleared = max((at for _, at in answers if at), default=None)
            seen.missed += refused
        return seen

    def _delete_stale(self, seen: _Seen) -> tuple[list[str], list[str]]:
        """Deletes what clears have left; says where, and where that failed. What was set anew
        meanwhile has another ETag and stays."""
        stale = {place.region: mark for place, mark in seen.marks if mark and seen.stale(mark)}
        places = [place for place, _ in seen.marks if place.region in stale]
        answers, missed = _each(places, lambda place: place.delete_mark(stale[place.region]))
        return [f"switch cleared in {place.region} too" for place, done in answers if done], missed

    def _spread(self, seen: _Seen) -> tuple[list[str], list[str]]:
        """Sets the switch where it is set elsewhere, with the time of the original: a clear that
        comes meanwhile is newer. Says where, and where that failed."""
        if seen.live is None:
            return [], []
        source, original = seen.live
        lacking = [place for place, mark in seen.marks if mark is None or seen.stale(mark)]
        when = {AS_OF: original.at}
        answers, missed = _each(
            lacking, lambda place: place.put_mark(original.body, when, over=seen.stale)
        )
        copied = [place for place, put in answers if put]
        for place in copied:
            place.copy_note(source)
        return [f"switch set in {place.region} too" for place in copied], missed


def _each(
    places: Iterable[Place], ask: Callable[[Place], Answer]
) -> tuple[list[tuple[Place, Answer]], list[str]]:
    """What each place answers; and of each that does not, why."""
    answers: list[tuple[Place, Answer]] = []
    missed: list[str] = []
    for place in places:
        try:
            answers.append((place, ask(place)))
        except Exception as error:
            missed.append(f"{place.region}: {error}")
    return answers, missed


def _require(enough: bool, missed: Sequence[str]) -> None:
    if not enough:
        error: Any = UnreachableError
        raise error(reasons="; ".join(missed))


def _told(place: Place, mark: Mark) -> Setting | Unnoted:
    """What the note says, where it is this setting's."""
    try:
        found = place.note()
    except Exception as error:
        return Unnoted(f"the note cannot be read: {error}")
    said = found[1] if found else {}
    if said.get("of") != mark.body.decode(errors="replace"):
        said = {}
    return Setting(mark.at, said.get("by", "unknown"), said.get("reason", ""))


__all__ = [
    "CLEARED_KEY",
    "NOTE_KEY",
    "SET_KEY",
    "FailoverSwitch",
    "Moved",
    "Place",
    "Position",
    "Setting",
    "Switch",
    "Unnoted",
    "UnreachableError",
]
