"""Which region could take writes, and from when to when."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from environments import Role


@dataclass(frozen=True)
class Writable:
    """One region may have taken writes from `began` to `ended`, and certainly did from `took` to
    `stopping`. None: not yet."""

    role: Role
    began: float
    took: float | None = None
    stopping: float | None = None
    ended: float | None = None

    def until(self, now: float) -> float:
        """When it could take no more; now, if it still can."""
        return now if self.ended is None else self.ended

    def certain(self, now: float) -> tuple[float, float]:
        """From when to when it certainly took writes."""
        stopping = self.until(now) if self.stopping is None else self.stopping
        return (stopping if self.took is None else self.took), stopping


class History:
    """Records it, in the order of its methods. now: seconds, of any clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._past: list[Writable] = []
        self._open: dict[Role, Writable] = {}

    def begin(self, role: Role) -> None:
        """Call it before a region can take a write."""
        with self._lock:
            if role not in self._open:
                self._open[role] = Writable(role, self._now())

    def took(self, role: Role) -> None:
        """Call it once the region takes writes."""
        self._change(role, took=self._now())

    def stopping(self, role: Role) -> None:
        """Call it before the region is stopped."""
        self._change(role, stopping=self._now())

    def end(self, role: Role) -> None:
        """Call it once the region cannot take one any more."""
        self._change(role, ended=self._now())
        with self._lock:
            if role in self._open:
                self._past.append(self._open.pop(role))

    @property
    def all(self) -> tuple[Writable, ...]:
        """In order of their beginning."""
        with self._lock:
            return tuple(sorted([*self._past, *self._open.values()], key=lambda one: one.began))

    def _change(self, role: Role, **moment: float) -> None:
        with self._lock:
            if role in self._open:
                self._open[role] = replace(self._open[role], **moment)


def two_writers(history: Iterable[Writable], now: float) -> list[tuple[float, float]]:
    """When two regions could take writes at once: from when to when, for each pair."""
    found: list[tuple[float, float]] = []
    for one, other in combinations(history, 2):
        began = max(one.began, other.began)
        ended = min(one.until(now), other.until(now))
        if one.role != other.role and began < ended:
            found.append((began, ended))
    return sorted(found)


def seconds_read_only(history: Iterable[Writable], began: float, ended: float) -> float:
    """For how many seconds between two moments no region certainly took writes."""
    seconds, reached = 0.0, began
    for takes, stops in sorted(one.certain(ended) for one in history):
        seconds += max(min(takes, ended) - reached, 0)
        reached = max(reached, stops)
    return seconds + max(ended - reached, 0)
