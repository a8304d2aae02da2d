"""What happens to a deployment over time, and how its users fare."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """Fields of a region's state that change at a given second. blind: numbers of the checkers that
    cannot reach the region from then on; None leaves that unchanged."""

    at: int
    region: str
    changes: Mapping[str, bool | int | float]
    blind: frozenset[int] | None = None


@dataclass(frozen=True)
class Moment:
    """One second of the simulation."""

    at: int
    answered: str | None
    """The region whose load balancer the name servers answer with."""
    users: tuple[str | None, ...]
    """For each resolver, the region that serves its users, or None."""
    is_set: bool
    """Whether any place holds the object that sets the switch, readable or not."""
    serving: frozenset[str]
    """The regions that could serve users."""
    extending: tuple[str | None, ...] = ()
    """The same for each resolver that extends TTLs."""
    writing: frozenset[str] = frozenset()
    """The regions whose databases take writes."""
    writer: str | None = None
    """The region whose database has every write that was not given up; None without a database."""


def recovery_seconds(moments: list[Moment], since: int) -> int | None:
    """Seconds from `since` until every resolver's users are served for good; None if never."""
    last = None
    for moment in moments:
        if moment.at >= since and None in moment.users:
            last = moment.at
    if last is None:
        return 0
    return None if last == moments[-1].at else last + 1 - since


def returns(moments: list[Moment], region: str) -> int:
    """How often the name servers returned to a region after answering with another."""
    answered = [moment.answered for moment in moments]
    return sum(now == region and before != region for before, now in itertools.pairwise(answered))
