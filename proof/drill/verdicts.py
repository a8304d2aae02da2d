"""Judges what users saw in each scenario against what was promised."""

from collections.abc import Callable

from environments import Role
from proof.drill.data.verdicts import ON_THE_PRIMARY, ON_THE_STANDBY, SWITCHOVERS, data_verdicts
from proof.drill.played import (
    Played,
    Promise,
    Verdict,
    briefly,
    moved,
    name,
    none_failed,
    only,
    region_lost,
)
from proof.drill.release_verdicts import RELEASE_JUDGES
from proof.drill.users import ANSWER_TIMEOUT, NO_DNS


def judge(played: Played, promise: Promise) -> list[Verdict]:
    """The scenario's verdicts, and those that apply to every scenario; where one of these holds, it
    is reported only once."""
    key = played.scenario.key
    always = [
        (verdict(played, key == told), told)
        for verdict, told, promised in (
            (_over_https, "calm", promise.https),
            (_one_region, "region lost", promise.ipv6),
        )
        if promised
    ]
    further = [verdict for verdict, told in always if key == told or not verdict.holds]
    return [*JUDGES[key](played, promise), *data_verdicts(played, promise), *further]


def _over_https(played: Played, needed: bool) -> Verdict:
    """needed: whether at least one user must have come through a redirect."""
    served = [one for one in played.requests if one.served is not None]
    plain = sum(not one.secure for one in served)
    redirected = sum(one.secure and one.redirects > 0 for one in served)
    return Verdict(
        "users are served only over HTTPS, and redirected from http://",
        f"{len(served) - plain} are, {redirected} of them redirected; {plain} are not",
        plain == 0 and (redirected > 0 or not needed),
    )


def _one_region(played: Played, needed: bool) -> Verdict:
    """needed: whether at least one query must have been made."""
    asked, differed = len(played.compared), played.compared.count(False)
    return Verdict(
        "A and AAAA records lead to one region",
        f"queried {asked} times, they differed {differed} times",
        differed == 0 and (asked > 0 or not needed),
    )


def _calm(played: Played, _: Promise) -> list[Verdict]:
    return [only("primary", played), none_failed(played)]


def _instance(played: Played, promise: Promise) -> list[Verdict]:
    bound = promise.times.target
    last = max((one.at - played.began for one in played.requests if one.served is None), default=0)
    failed = sum(played.failed.values())
    measured = f"{failed} failed, the last after {last:.0f} s" if failed else "none failed"
    return [
        only("primary", played),
        Verdict(f"no request fails after {bound} s", measured, last <= bound),
    ]


def _application(played: Played, promise: Promise) -> list[Verdict]:
    if not promise.latches:
        return [moved("dr", played, promise, promise.recovery)]
    ends = played.ends_on("dr")
    stay = Verdict("users stay on the standby", "they do" if ends else "they do not", ends)
    return [*region_lost(played, promise), stay]


def _back(played: Played, promise: Promise) -> list[Verdict]:
    if promise.latches:
        return [only("dr", played), none_failed(played)]
    times = promise.times
    return [
        moved("primary", played, promise, times.detection + times.forget + ANSWER_TIMEOUT),
        none_failed(played),
    ]


def _failback(played: Played, promise: Promise) -> list[Verdict]:
    return [moved("primary", played, promise, promise.times.failback), none_failed(played)]


def _third_back(played: Played, promise: Promise) -> list[Verdict]:
    """The switch was cleared while this place was away: until the control clears it there too,
    users who ask may be sent to the standby."""
    moved = {one.user for one in played.requests if one.served == "dr"}
    ends = played.ends_on("primary")
    measured = f"{len(moved)} of {promise.users} moved meanwhile, " + (
        "all are back" if ends else "not all are back"
    )
    bound = promise.times.agree + promise.times.forget
    return [
        Verdict(f"everybody is on the primary again within {bound} s", measured, ends),
        none_failed(played),
    ]


def _stays(played: Played, _: Promise) -> list[Verdict]:
    """The switch is set, and one of its places is lost or comes back."""
    return [only("dr", played), none_failed(played)]


def _switchover(played: Played, _: Promise) -> list[Verdict]:
    """While the standby's database starts again, neither region may be healthy: Route 53 then
    answers with the primary, whose database takes writes by that time."""
    return [briefly(played)]


def _flapping(played: Played, promise: Promise) -> list[Verdict]:
    if not promise.latches:
        return []  # users follow the primary, as they should with failback = "automatic"
    returns = played.returns()
    ends = played.ends_on("dr")
    return [
        Verdict("nobody returns to the primary more than once", f"{returns} returns", returns <= 1),
        Verdict("users end on the standby", "they do" if ends else "they do not", ends),
    ]


def _both(played: Played, _: Promise) -> list[Verdict]:
    # A request sent before the loss may still be answered.
    late = sum(
        one.served is not None and one.at - played.began > ANSWER_TIMEOUT for one in played.requests
    )
    unanswered = played.failed[NO_DNS]
    return [
        Verdict(f"nobody is served after {ANSWER_TIMEOUT} s", f"{late} served", late == 0),
        Verdict("DNS always has an answer", f"{unanswered} without one", unanswered == 0),
    ]


def _both_back(played: Played, promise: Promise) -> list[Verdict]:
    firsts = [
        min(
            (
                one.ended - played.began
                for one in played.requests
                if one.user == user and one.served
            ),
            default=None,
        )
        for user in range(promise.users)
    ]
    bound = promise.recovery
    served = [first for first in firsts if first is not None]
    measured = f"after {max(served):.0f} s" if len(served) == promise.users else "not all"
    role: Role = "dr" if promise.latches else "primary"
    ends = played.ends_on(role)
    return [
        Verdict(
            f"everybody is served within {bound} s",
            measured,
            len(served) == promise.users and max(served) <= bound,
        ),
        Verdict(f"users end on {name(role)}", "they do" if ends else "they do not", ends),
    ]


JUDGES: dict[str, Callable[[Played, Promise], list[Verdict]]] = {
    "calm": _calm,
    "instance": _instance,
    "region lost": region_lost,
    "region back": _back,
    "third lost": _stays,
    "failback": _failback,
    "failback after release": _failback,
    "third back": _third_back,
    "zone": _instance,
    "application": _application,
    "third again": _stays,
    "failback again": _failback,
    "flapping": _flapping,
    "both lost": _both,
    "both back": _both_back,
    **RELEASE_JUDGES,
    **dict.fromkeys(ON_THE_PRIMARY, _calm),
    **dict.fromkeys(ON_THE_STANDBY, _stays),
    **dict.fromkeys(SWITCHOVERS, _switchover),
}
