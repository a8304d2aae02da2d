"""How late users followed who exceed the TTL or hold connections, beside all others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from environments import OTHER, Role
from modules.user_tail import EXTENDING_SHARE, MOST, NEARLY_ALL
from proof.drill.journal import Journal, LateKind, Request
from proof.drill.played import Played, name

# The scenarios that move users, and where to; and what ends the wait for who is late.
TO_STANDBY = ("region lost", "release lost", "application")
TO_PRIMARY = ("failback", "failback after release", "failback again")
ENDS = (*TO_STANDBY, *TO_PRIMARY, "zone", "flapping", "both lost")
KINDS: tuple[LateKind, ...] = ("extending", "holding")


@dataclass(frozen=True)
class Followers:
    """One kind of users. after: seconds until the region they are moved to first served each of
    those that it did serve. elsewhere: requests that the other region served meanwhile."""

    users: int
    after: tuple[float, ...]
    elsewhere: int


@dataclass(frozen=True)
class Followed:
    """A scenario that moves users, and those after it until they are moved again."""

    scenario: str
    to: Role
    seconds: float
    """For how long it was watched."""
    honouring: Followers
    extending: Followers
    holding: Followers

    def by(self, share: float) -> float | None:
        """Seconds until this share of all users had followed, where those behind resolvers that
        extend TTLs are as many as such resolvers; None if fewer had."""
        weights = ((self.honouring, 1 - EXTENDING_SHARE), (self.extending, EXTENDING_SHARE))
        steps = sorted(
            (after, weight / group.users) for group, weight in weights for after in group.after
        )
        reached = 0.0
        for after, weight in steps:
            reached += weight
            if reached >= share - 1e-9:
                return after
        return None

    @property
    def sentence(self) -> str:
        """For people."""
        shares = ", ".join(
            f"{share * 100:.0f} % of all " + ("not meanwhile" if by is None else f"by {by:.0f} s")
            for share in (MOST, NEARLY_ALL)
            for by in [self.by(share)]
        )
        return (
            f"{self.scenario}: on {name(self.to)}, watched for {self.seconds:.0f} s: {shares};"
            f" of who honours the TTL {_told(self.honouring)}, of who asks resolvers that extend it"
            f" {_told(self.extending)}, of who holds a connection {_told(self.holding)}"
        )


def followed(played: Sequence[Played], journal: Journal) -> list[Followed]:
    """Each time users were moved."""
    found: list[Followed] = []
    for number, one in enumerate(played):
        key = one.scenario.key
        if key not in (*TO_STANDBY, *TO_PRIMARY):
            continue
        to: Role = "dr" if key in TO_STANDBY else "primary"
        later = (after.began for after in played[number + 1 :] if after.scenario.key in ENDS)
        until = next(later, played[-1].ended)
        late = {kind: _followers(journal.late.get(kind, ()), one, until, to) for kind in KINDS}
        judged = _followers(journal.requests, one, until, to)
        found.append(Followed(one.scenario.title, to, until - one.began, judged, **late))
    return found


def lane(requests: Iterable[Request]) -> list[tuple[float, str]]:
    """Where the users of these requests are, whenever that changes."""
    latest: dict[int, Role | None] = {}
    changes: list[tuple[float, str]] = []
    for one in requests:
        latest[one.user] = one.served
        places, users = list(latest.values()), len(latest)
        state = "primary"
        if lost := places.count(None):
            state = f"nobody serves {lost} of {users}"
        elif moved := places.count("dr"):
            state = f"standby, {moved} of {users}"
        if not changes or changes[-1][1] != state:
            changes.append((one.ended, state))
    return changes


def _followers(requests: Iterable[Request], since: Played, until: float, to: Role) -> Followers:
    users: set[int] = set()
    firsts: dict[int, float] = {}
    elsewhere = 0
    for one in requests:
        if since.began <= one.at and one.ended < until:
            users.add(one.user)
            elsewhere += one.served == OTHER[to]
            if one.served == to:
                firsts.setdefault(one.user, one.ended - since.began)
    return Followers(len(users), tuple(sorted(firsts.values())), elsewhere)


def _told(group: Followers) -> str:
    last = f", the last after {group.after[-1]:.0f} s" if group.after else ""
    return f"{len(group.after)} of {group.users}{last}"
