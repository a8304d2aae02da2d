"""Which region could take writes, and from when to when."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from environments import Role


@dataclass(frozen=True)
class Writable:
    """One region may have taken writes from one second to another; None: it still may."""

    role: Role
    began: float
    ended: float | None = None

    def until(self, now: float) -> float:
        """Its end, or now."""
        return now if self.ended is None else self.ended


class History:
    """Records it, never too short: a region is writable from just before it is told to be, until
    its last process has ended. now: seconds, of any clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._past: list[Writable] = []
        self._open: dict[Role, Writable] = {}

    def begin(self, role: Role) -> None:
        """Call it before the region can take a write."""
        with self._lock:
            self._open.setdefault(role, Writable(role, self._now()))

    def end(self, role: Role) -> None:
        """Call it once the region cannot take one any more."""
        with self._lock:
            found = self._open.pop(role, None)
            if found is not None:
                self._past.append(replace(found, ended=self._now()))

    @property
    def all(self) -> tuple[Writable, ...]:
        """In order of their beginning."""
        with self._lock:
            return tuple(sorted([*self._past, *self._open.values()], key=lambda one: one.began))


def two_writers(history: Iterable[Writable], now: float) -> list[tuple[float, float]]:
    """When two regions could take writes at once: from when to when, for each pair."""
    found: list[tuple[float, float]] = []
    for one, other in combinations(history, 2):
        began = max(one.began, other.began)
        ended = min(one.until(now), other.until(now))
        if one.role != other.role and began < ended:
            found.append((began, ended))
    return sorted(found)


def seconds_read_only(history: Sequence[Writable], began: float, ended: float) -> float:
    """For how many seconds between two moments no region took writes."""
    seconds, reached = 0.0, began
    for one in sorted(history, key=lambda one: one.began):
        seconds += max(min(one.began, ended) - reached, 0)
        reached = max(reached, one.until(ended))
    return seconds + max(ended - reached, 0)
