"""What happens to a deployment over time, and what its users get of it."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """What changes in a region at a second: fields of its state. blind: checkers, by number, that
    do not reach it from then on; None leaves that as it is."""

    at: int
    region: str
    changes: Mapping[str, bool | int | float]
    blind: frozenset[int] | None = None


@dataclass(frozen=True)
class Moment:
    """One second."""

    at: int
    answered: str | None
    """The region whose load balancer the name servers answer."""
    users: tuple[str | None, ...]
    """Where each resolver's users are: a region that served them, or None."""
    is_set: bool
    """Whether any place holds the object that sets the switch, seen or not."""
    serving: frozenset[str]
    """The regions that could serve."""


def recovery_seconds(moments: list[Moment], since: int) -> int | None:
    """Seconds from `since` until every resolver's users are served, and stay so; None if never."""
    last = None
    for moment in moments:
        if moment.at >= since and None in moment.users:
            last = moment.at
    if last is None:
        return 0
    return None if last == moments[-1].at else last + 1 - since


def returns(moments: list[Moment], region: str) -> int:
    """How often the name servers came back to a region after answering another."""
    answered = [moment.answered for moment in moments]
    return sum(now == region and before != region for before, now in itertools.pairwise(answered))
