"""The failover switch: which region is in service, as an object in each of two places.

A place is a bucket: one in the standby's region, one in a third region. The switch is set while the
object `failed-over` exists in either of them. Route 53 checks both, and takes the primary out of
service if either has it. If one place is down, the other can still set the switch and hold it.

A clear leaves `cleared` in every place. A `failed-over` older than the newest `cleared` is in a
place that this clear did not reach: it counts as not set, and the next look deletes it. So a place
that comes back catches up on what it missed, whether a set or a clear.

Timestamps alone do not decide which is older, since S3 truncates them to whole seconds and clocks
differ between regions: a set is never older than the clear that it knows of, and a clear is always
newer than the set.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, TypeVar

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
    NoCredentialsError,
)

from functions.failover_control.agreed import CLEARED_KEY, SET_KEY
from functions.failover_control.notes import note
from functions.failover_control.place import AS_OF, NOT_BEFORE, Mark, Place
from functions.failover_control.position import FailoverSwitch, Moved, Position, Setting, Unnoted

TICK = timedelta(microseconds=1)
Answer = TypeVar("Answer")
NOT_KNOWN = "not known whether it moved there"


class UnreachableError(BotoCoreError):
    """The places that would have to answer do not; the message gives the reason for each."""

    fmt = "the switch's S3 objects: {reasons}"


class UncertainError(UnreachableError):
    """No place confirmed that it moved the switch, but one may have done so."""


@dataclass(frozen=True)
class _Miss:
    """A place that did not do what it was asked. unsure: it may have done so anyway."""

    place: Place
    error: Exception
    unsure: bool = False

    def __str__(self) -> str:
        return f"{self.place.region}: {self.error}" + (f"; {NOT_KNOWN}" if self.unsure else "")


@dataclass
class _Seen:
    """What the places say.

    marks: the `failed-over`, if any, of each place that answers. cleared: when the switch was last
    cleared, if that was asked. missed: the places that did not answer, and why.
    """

    marks: list[tuple[Place, Mark | None]] = field(default_factory=list[Any])
    cleared: datetime | None = None
    missed: list[_Miss] = field(default_factory=list[_Miss])

    def stale(self, mark: Mark | None) -> bool:
        """Whether a clear has dealt with this mark."""
        return mark is not None and self.cleared is not None and mark.at < self.cleared

    @property
    def live(self) -> tuple[Place, Mark] | None:
        """The oldest mark that sets the switch: setting it while no mark can be read adds another
        one."""
        found = [(place, mark) for place, mark in self.marks if mark and not self.stale(mark)]
        return min(found, key=lambda each: each[1].at, default=None)


class Switch:
    """The switch of one deployment. places: the one in the standby's region comes first.

    Every method raises UnreachableError, one of botocore's errors, if no place answers.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = tuple(places)

    def setting(self) -> Setting | Unnoted | None:
        """How the switch was set, or None while the primary is in service. Also raises
        UnreachableError if a place that does not answer may have it set."""
        seen = self._look()
        if seen.live is not None:
            return _told(*seen.live)
        _require(not seen.missed, seen.missed)
        return None

    def set(self, *, by: str, reason: str, as_of: datetime | None = None) -> Moved:
        """Takes the primary out of service, in every place that answers; the first reason is kept.

        as_of: see FailoverSwitch. Raises UnreachableError if no place took it, in which case
        nothing has moved; UncertainError if one may have.
        """
        seen = self._look(ask_cleared=True)
        if seen.live is not None:
            _, missed = self._spread(seen)
            return Moved(changed=False, is_set=True, missed=_reasons(seen.missed, missed))
        if as_of is not None and seen.cleared is not None and as_of < seen.cleared:
            is_set = None if seen.missed else False
            return Moved(changed=False, is_set=is_set, missed=_reasons(seen.missed))
        when = {AS_OF: as_of} if as_of else {NOT_BEFORE: seen.cleared} if seen.cleared else {}
        token = uuid.uuid4().hex
        body = token.encode()
        answers, missed = self._send(
            SET_KEY, body, lambda place: place.put_mark(body, when, over=seen.stale)
        )
        taken = {place.region: put for place, put in answers}
        for place, put in answers:
            if put:
                place.put_note(note(by, reason, of=token))
        # If two set it at once, each may be first in one place. The first place that took it
        # decides.
        first = next(taken[place.region] for place in self._places if place.region in taken)
        return Moved(changed=bool(first), is_set=True, missed=_reasons(missed))

    def clear(self, *, by: str, reason: str) -> Moved:
        """Puts the primary back in service. If a place does not answer, the first look after it is
        back completes the clear. Raises UnreachableError if no place took it, in which case nothing
        has moved; UncertainError if one may have."""
        seen = self._look()
        latest = max((mark.at for _, mark in seen.marks if mark), default=None)
        when = {NOT_BEFORE: latest + TICK} if latest else {}
        body = note(by, reason, of=uuid.uuid4().hex)
        _, missed = self._send(
            CLEARED_KEY, body.encode(), lambda place: place.put_cleared(body, when)
        )
        left = self._look(ask_cleared=True)
        _, refused = self._delete_stale(left)
        return Moved(
            changed=any(mark for _, mark in seen.marks),
            is_set=False,
            missed=_reasons(missed, left.missed, refused),
        )

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared, as far as the places that answer know; None if it never
        was."""
        answers, missed = _each(self._places, Place.cleared)
        _require(bool(answers), missed)
        return max((at for _, at in answers if at), default=None)

    def reconcile(self) -> Position:
        """Makes every place that answers agree; each catches up on what it missed."""
        seen = self._look()
        deleted, refused = self._delete_stale(seen)
        copied, missed = self._spread(seen)
        is_set = True if seen.live else None if seen.missed else False
        return Position(is_set, (*deleted, *copied), _reasons(seen.missed, refused, missed))

    def _send(
        self, key: str, body: bytes, put: Callable[[Place], Answer]
    ) -> tuple[list[tuple[Place, Answer | bool]], list[_Miss]]:
        """Puts this object in every place; returns each answer, and the places that did not take
        it. Raises as set() does.

        If an answer is lost, the request may have arrived, so a place that did not answer is asked
        what it holds. An object that is not there may still be on its way, unless the place has
        refused it.
        """
        put_in, missed = _each(self._places, put)
        answers: list[tuple[Place, Answer | bool]] = [*put_in]
        left: list[_Miss] = []
        for miss in missed:
            never_sent = isinstance(miss.error, NoCredentialsError)
            unsure = not never_sent and not isinstance(miss.error, ClientError)
            try:
                if miss.place.holds(key, body):
                    answers.append((miss.place, True))
                    continue
            except Exception:
                unsure = not never_sent
            left.append(replace(miss, unsure=unsure))
        kind = UncertainError if any(miss.unsure for miss in left) else UnreachableError
        _require(bool(answers), left, kind)
        return answers, left

    def _look(self, *, ask_cleared: bool = False) -> _Seen:
        """What the places say. It reads all marks first, then when the switch was cleared, if asked
        to or if there is a mark. In this order, whoever misses a mark because a clear has just
        deleted it also sees that clear."""
        marks, missed = _each(self._places, Place.mark)
        seen = _Seen(marks, missed=missed)
        if ask_cleared or any(mark for _, mark in marks):
            answers, refused = _each([place for place, _ in marks], Place.cleared)
            seen.cleared = max((at for _, at in answers if at), default=None)
            seen.missed += refused
        return seen

    def _delete_stale(self, seen: _Seen) -> tuple[list[str], list[_Miss]]:
        """Deletes marks that clears have left behind; returns where, and where that failed. A mark
        set in the meantime has another ETag and stays."""
        stale = {place.region: mark for place, mark in seen.marks if mark and seen.stale(mark)}
        places = [place for place, _ in seen.marks if place.region in stale]
        answers, missed = _each(places, lambda place: place.delete_mark(stale[place.region]))
        return [f"switch cleared in {place.region} too" for place, done in answers if done], missed

    def _spread(self, seen: _Seen) -> tuple[list[str], list[_Miss]]:
        """Sets the switch in places that lack it, with the original's time, so that a clear in the
        meantime is newer. Returns where, and where that failed."""
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
) -> tuple[list[tuple[Place, Answer]], list[_Miss]]:
    """Each place's answer, and the places that failed."""
    answers: list[tuple[Place, Answer]] = []
    missed: list[_Miss] = []
    for place in places:
        try:
            answers.append((place, ask(place)))
        except Exception as error:
            missed.append(_Miss(place, error))
    return answers, missed


def _reasons(*missed: Iterable[_Miss]) -> tuple[str, ...]:
    """The first reason of each place that missed something."""
    first: dict[str, str] = {}
    for miss in chain(*missed):
        first.setdefault(miss.place.region, str(miss))
    return tuple(first.values())


def _require(enough: bool, missed: Iterable[_Miss], kind: Any = UnreachableError) -> None:
    if not enough:
        raise kind(reasons="; ".join(_reasons(missed)))


def _told(place: Place, mark: Mark) -> Setting | Unnoted:
    """What the note says, if it belongs to this setting."""
    try:
        found = place.note()
    except Exception as error:
        return Unnoted(f"the note cannot be read: {error}")
    said = found[1] if found else {}
    if said.get("of") != mark.body.decode(errors="replace"):
        said = {}
    return Setting(mark.at, said.get("by", "unknown"), said.get("reason", ""))


__all__ = [
    "FailoverSwitch",
    "Moved",
    "Place",
    "Position",
    "Setting",
    "Switch",
    "UncertainError",
    "Unnoted",
    "UnreachableError",
]
