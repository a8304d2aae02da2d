"""Judges what users saw in each scenario against what was promised."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from environments import Role
from proof.drill.journal import Request
from proof.drill.scenarios import Scenario, Times
from proof.drill.users import ANSWER_TIMEOUT, NO_DNS


@dataclass(frozen=True)
class Verdict:
    expected: str
    measured: str
    holds: bool


@dataclass(frozen=True)
class Promise:
    """What a deployment promises. bound: worst-case recovery in seconds, from the emitted stacks.
    https: whether users are served over HTTPS. ipv6: whether there are AAAA records."""

    bound: int
    latches: bool
    times: Times
    users: int
    https: bool = False
    ipv6: bool = False

    @property
    def recovery(self) -> int:
        """Until the last user has an answer from the standby: a request may have started just
        before the bound."""
        return self.bound + ANSWER_TIMEOUT


@dataclass
class Played:
    """One scenario as it went, in the drill's seconds. requests: those that ended during it.
    compared: for each address query, whether A and AAAA led to the same region."""

    scenario: Scenario
    began: float
    ended: float
    requests: list[Request] = field(default_factory=list[Request])
    compared: list[bool] = field(default_factory=list[bool])

    @property
    def served(self) -> Counter[Role]:
        """Requests by the region that served them."""
        return Counter(one.served for one in self.requests if one.served is not None)

    @property
    def failed(self) -> Counter[str]:
        """Failed requests by outcome."""
        return Counter(one.outcome for one in self.requests if one.served is None)

    def first(self, role: Role) -> float | None:
        """Seconds until the region served its first user; None if it served nobody."""
        return min(self._firsts(role).values(), default=None)

    def all(self, role: Role, users: int) -> float | None:
        """Seconds until the region had served every user; None if it missed one."""
        firsts = self._firsts(role)
        return max(firsts.values()) if len(firsts) == users else None

    def returns(self) -> int:
        """The most times that any one user went from the standby back to the primary."""
        last: dict[int, Role] = {}
        returned: Counter[int] = Counter()
        for one in self.requests:
            if one.served is not None:
                if (last.get(one.user), one.served) == ("dr", "primary"):
                    returned[one.user] += 1
                last[one.user] = one.served
        return max(returned.values(), default=0)

    def ends_on(self, role: Role) -> bool:
        """Whether the region served each user's last request."""
        last = {one.user: one.served for one in self.requests}
        return bool(last) and set(last.values()) == {role}

    def failed_after(self, role: Role) -> int:
        """Failed requests of users whom the region had already served."""
        firsts = self._firsts(role)
        return sum(
            one.served is None and one.at - self.began > firsts.get(one.user, math.inf)
            for one in self.requests
        )

    def _firsts(self, role: Role) -> dict[int, float]:
        found: dict[int, float] = {}
        for one in self.requests:
            if one.served == role:
                found.setdefault(one.user, one.ended - self.began)
        return found


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
    return [*JUDGES[key](played, promise), *further]


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
    return [_only("primary", played), _none_failed(played)]


def _instance(played: Played, promise: Promise) -> list[Verdict]:
    bound = promise.times.target
    last = max((one.at - played.began for one in played.requests if one.served is None), default=0)
    failed = sum(played.failed.values())
    measured = f"{failed} failed, the last after {last:.0f} s" if failed else "none failed"
    return [
        _only("primary", played),
        Verdict(f"no request fails after {bound} s", measured, last <= bound),
    ]


def _lost(played: Played, promise: Promise) -> list[Verdict]:
    failed = played.failed_after("dr")
    return [
        _moved("dr", played, promise, promise.recovery),
        Verdict("no request fails once a user is moved", f"{failed} failed", failed == 0),
    ]


def _application(played: Played, promise: Promise) -> list[Verdict]:
    if not promise.latches:
        return [_moved("dr", played, promise, promise.recovery)]
    ends = played.ends_on("dr")
    stay = Verdict("users stay on the standby", "they do" if ends else "they do not", ends)
    return [*_lost(played, promise), stay]


def _back(played: Played, promise: Promise) -> list[Verdict]:
    if promise.latches:
        return [_only("dr", played), _none_failed(played)]
    times = promise.times
    return [
        _moved("primary", played, promise, times.detection + times.forget + ANSWER_TIMEOUT),
        _none_failed(played),
    ]


def _failback(played: Played, promise: Promise) -> list[Verdict]:
    return [_moved("primary", played, promise, promise.times.failback), _none_failed(played)]


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
        _none_failed(played),
    ]


def _stays(played: Played, _: Promise) -> list[Verdict]:
    """The switch is set, and one of its places is lost or comes back."""
    return [_only("dr", played), _none_failed(played)]


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
        Verdict(f"users end on {_name(role)}", "they do" if ends else "they do not", ends),
    ]


def _moved(role: Role, played: Played, promise: Promise, bound: int) -> Verdict:
    first, last = played.first(role), played.all(role, promise.users)
    began = f"the first after {first:.0f} s" if first is not None else "nobody was"
    measured = f"{began}, the last after {last:.0f} s" if last is not None else began
    holds = last is not None and last <= bound
    return Verdict(f"everybody is on {_name(role)} within {bound} s", measured, holds)


def _only(role: Role, played: Played) -> Verdict:
    other: Role = "primary" if role == "dr" else "dr"
    strays = played.served[other]
    answered = played.served[role]
    return Verdict(
        f"{_name(role)} alone serves",
        f"{answered} by it, {strays} by the other",
        strays == 0 and answered > 0,
    )


def _none_failed(played: Played) -> Verdict:
    failed = sum(played.failed.values())
    return Verdict("no request fails", f"{failed} failed", failed == 0)


def _name(role: Role) -> str:
    return "the primary" if role == "primary" else "the standby"


JUDGES: dict[str, Callable[[Played, Promise], list[Verdict]]] = {
    "calm": _calm,
    "instance": _instance,
    "region lost": _lost,
    "region back": _back,
    "third lost": _stays,
    "failback": _failback,
    "third back": _third_back,
    "zone": _instance,
    "application": _application,
    "third again": _stays,
    "failback again": _failback,
    "flapping": _flapping,
    "both lost": _both,
    "both back": _both_back,
}
