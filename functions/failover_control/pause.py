"""A pause of the control, for maintenance: a note in every place of the switch, which ends by
itself.

Any doubt ends it, since it takes protection away: it counts only while every place says so, and for
a few hours at most, whatever the note says. Only S3's clock and the function's count, never that of
an operator's machine.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.failover_control.agreed import MOST_PAUSED_MINUTES, PAUSED_KEY
from functions.failover_control.notes import note, read_note
from functions.failover_control.place import Place


@dataclass(frozen=True)
class Paused:
    """Until when, by whom and why."""

    until: datetime
    by: str
    reason: str

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"paused until {self.until:%Y-%m-%d %H:%M} UTC by {self.by}{why}"


class Pause:
    """One deployment's pause. places: those of the switch, or of a routing control's notes."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = tuple(places)

    def current(self, now: datetime) -> Paused | None:
        """The pause, if every place can be read and says so; None otherwise. Never raises."""
        found: list[Paused] = []
        for place in self._places:
            try:
                one = _read(place)
            except Exception:
                return None
            if one is None or now >= one.until:
                return None
            found.append(one)
        return min(found, key=lambda one: one.until, default=None)

    def begin(self, *, minutes: int, by: str, reason: str) -> None:
        """Pauses the control for so long, from now on; a pause that is there is replaced. Raises
        the client's errors, and leaves no pause then."""
        body = note(by, reason, minutes=str(minutes))
        try:
            for place in self._places:
                place.s3.put_object(Bucket=place.bucket, Key=PAUSED_KEY, Body=body)
        except Exception:
            with suppress(Exception):
                self.end()
            raise

    def end(self) -> list[str]:
        """Ends the pause: one place is enough. Returns why each other place was missed. Raises the
        client's error if no place answers."""
        missed: list[tuple[Place, Exception]] = []
        for place in self._places:
            try:
                place.s3.delete_object(Bucket=place.bucket, Key=PAUSED_KEY)
            except Exception as error:
                missed.append((place, error))
        if len(missed) == len(self._places):
            raise missed[0][1]
        return [f"{place.region}: {error}" for place, error in missed]


def _read(place: Place) -> Paused | None:
    """What one place says; None if that is no pause."""
    found = read_note(place.s3, place.bucket, PAUSED_KEY)
    if found is None:
        return None
    written, said = found
    minutes = said.get("minutes", "")
    if not minutes.isdecimal():
        return None
    length = timedelta(minutes=min(int(minutes), MOST_PAUSED_MINUTES))
    return Paused(written + length, said.get("by", "unknown"), said.get("reason", ""))
