"""Judges what a delivery did to users, and whether it reached every instance."""

from collections.abc import Callable, Mapping

from environments import ROLES, Role
from proof.drill.deliveries import Delivered
from proof.drill.played import (
    Played,
    Promise,
    Verdict,
    briefly,
    name,
    none_failed,
    only,
    region_lost,
)


def _release(played: Played, _: Promise) -> list[Verdict]:
    return [
        only("primary", played),
        none_failed(played),
        *_of(played, _everywhere, _never_fewer),
    ]


def _begins(played: Played, _: Promise) -> list[Verdict]:
    return [
        only("primary", played),
        none_failed(played),
        *_of(played, _half, _never_fewer),
    ]


def _lost(played: Played, promise: Promise) -> list[Verdict]:
    return [*region_lost(played, promise), *_of(played, _goes_on)]


def _again(played: Played, promise: Promise) -> list[Verdict]:
    """Users stay on the standby; with automatic failback they return once the primary's new
    instances serve."""
    ends = played.ends_on("primary")
    returned = Verdict("users end on the primary", "they do" if ends else "they do not", ends)
    where = only("dr", played) if promise.latches else returned
    if played.data is not None:  # a switchover is part of it
        return [briefly(played), *_of(played, _everywhere)]
    return [where, none_failed(played), *_of(played, _everywhere)]


def _of(played: Played, *judges: Callable[[Delivered], Verdict | None]) -> list[Verdict]:
    """A scenario without a delivery has nothing to judge, and so fails."""
    if played.delivered is None:
        return [Verdict("a release is delivered", "none was", holds=False)]
    found = (judge(played.delivered) for judge in judges)
    return [one for one in found if one is not None]


def _everywhere(delivered: Delivered) -> Verdict:
    level = all(delivered.on_it[role] == delivered.instances[role] for role in ROLES)
    return Verdict(
        "every instance in both regions runs the new release and serves",
        delivered.trouble or _figures(delivered.on_it, delivered.instances),
        level and not delivered.trouble and not delivered.lost,
    )


def _never_fewer(delivered: Delivered) -> Verdict:
    return Verdict(
        "an old instance ends only once a new one serves",
        f"at least {_figures(delivered.least, delivered.before)} served all the time",
        all(delivered.least[role] >= delivered.before[role] for role in ROLES),
    )


def _half(delivered: Delivered) -> Verdict | None:
    """A single instance is either replaced or not."""
    if delivered.before["primary"] == 1:
        return None
    on_it, instances = delivered.on_it["primary"], delivered.instances["primary"]
    return Verdict(
        "some of the primary's instances run the new release, and others do not",
        delivered.trouble or f"{on_it} of {instances} do",
        0 < on_it < instances,
    )


def _goes_on(delivered: Delivered) -> Verdict:
    on_it, instances = delivered.on_it["dr"], delivered.instances["dr"]
    lost = ", ".join(f"{name(role)} was lost" for role in delivered.lost) or "no region was lost"
    return Verdict(
        "the delivery goes on in the standby, and says that the primary was lost",
        delivered.trouble or f"{on_it} of {instances} instances run it; it says that {lost}",
        0 < on_it == instances and delivered.lost == ("primary",) and not delivered.trouble,
    )


def _figures(counts: Mapping[Role, int], of: Mapping[Role, int]) -> str:
    return " and ".join(f"{counts[role]} of {of[role]} in {name(role)}" for role in ROLES)


RELEASE_JUDGES: dict[str, Callable[[Played, Promise], list[Verdict]]] = {
    "release": _release,
    "release begins": _begins,
    "release lost": _lost,
    "release again": _again,
}
