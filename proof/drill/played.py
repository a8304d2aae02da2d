"""One scenario as it went, and what is judged of many."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from environments import OTHER, Role
from proof.drill.data.seen import DataSeen
from proof.drill.deliveries import Delivered
from proof.drill.journal import Request
from proof.drill.reading import DataPromise
from proof.drill.scenario import Times
from proof.drill.users import ANSWER_TIMEOUT
from proof.drill.verdict import Verdict

# Seconds. With an Aurora Global Database, a switchover takes a minute or two.
SWITCHING = 60


@dataclass(frozen=True)
class Promise:
    """What a deployment promises. bound: worst-case recovery in seconds, from the emitted stacks.
    https: whether users are served over HTTPS. ipv6: whether there are AAAA records. data: None
    where users only read. live: whether the load balancers ask for a page that no database
    changes."""

    bound: int
    latches: bool
    times: Times
    users: int
    https: bool = False
    ipv6: bool = False
    data: DataPromise | None = None
    live: bool = False

    @property
    def recovery(self) -> int:
        """Until the last user has an answer from the standby: a request may have started just
        before the bound."""
        return self.bound + ANSWER_TIMEOUT


class Titled(Protocol):
    """A scenario, as far as it is judged and shown."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass
class Played:
    """One scenario as it went, in the drill's seconds. requests: those that ended during it.
    compared: for each address query, whether A and AAAA led to the same region. delivered: None
    where instances run no release. data: None where users only read."""

    scenario: Titled
    began: float
    ended: float
    requests: list[Request] = field(default_factory=list[Request])
    compared: list[bool] = field(default_factory=list[bool])
    delivered: Delivered | None = None
    data: DataSeen | None = None

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


def moved(role: Role, played: Played, promise: Promise, bound: int) -> Verdict:
    first, last = played.first(role), played.all(role, promise.users)
    began = f"the first after {first:.0f} s" if first is not None else "nobody was"
    measured = f"{began}, the last after {last:.0f} s" if last is not None else began
    holds = last is not None and last <= bound
    return Verdict(f"everybody is on {name(role)} within {bound} s", measured, holds)


def only(role: Role, played: Played) -> Verdict:
    strays = played.served[OTHER[role]]
    answered = played.served[role]
    return Verdict(
        f"{name(role)} alone serves",
        f"{answered} by it, {strays} by the other",
        strays == 0 and answered > 0,
    )


def none_failed(played: Played) -> Verdict:
    failed = sum(played.failed.values())
    return Verdict("no request fails", f"{failed} failed", failed == 0)


def briefly(played: Played) -> Verdict:
    """A database that changes from writer to copy starts again, and nobody reads meanwhile."""
    failed = [one for one in played.requests if one.served is None]
    lasted = max((one.ended for one in failed), default=0) - min(
        (one.at for one in failed), default=0
    )
    measured = f"{len(failed)} failed, for {lasted:.0f} s" if failed else "none failed"
    expected = f"requests fail for at most {SWITCHING} s, while the database changes its part"
    return Verdict(expected, measured, lasted <= SWITCHING)


def name(role: Role) -> str:
    return "the primary" if role == "primary" else "the standby"


def region_lost(played: Played, promise: Promise) -> list[Verdict]:
    """The primary's region is lost, or its application."""
    failed = played.failed_after("dr")
    return [
        moved("dr", played, promise, promise.recovery),
        Verdict("no request fails once a user is moved", f"{failed} failed", failed == 0),
    ]
