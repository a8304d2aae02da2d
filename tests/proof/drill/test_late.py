"""How late users followed, from made-up requests."""

import pytest

from environments import Role
from modules.user_tail import EXTENDING_SHARE
from proof.drill.clock import Clock
from proof.drill.journal import Journal, Request
from proof.drill.late import Followers, followed, lane
from proof.drill.played import Played
from proof.drill.scenario import Scenario
from proof.drill.scenarios import calm

LOST, BACK, CLEARED = 100.0, 250.0, 400.0


def asked(user: int, at: float, served: Role | None) -> Request:
    return Request(at, at + 0.5, user, served, "served" if served else "timed out")


def scenario(key: str, began: float, ended: float) -> Played:
    return Played(Scenario(key, f"the {key}", calm), began, ended)


PLAYED = [
    scenario("calm", 50, LOST),
    scenario("region lost", LOST, BACK),
    scenario("region back", BACK, CLEARED),
    scenario("failback", CLEARED, 500),
]


@pytest.fixture
def journal() -> Journal:
    """Nine users who honour the TTL, one of whom is the last; two resolvers that extend it, one for
    longer than the primary is away; and one who holds a connection."""
    found = Journal(Clock(1))
    for user in range(9):
        found.requests += [asked(user, 99, "primary"), asked(user, 101, None)]
        found.requests += [asked(user, 150 + user, "dr"), asked(user, 450, "primary")]
    found.late["extending"] = [
        asked(0, 120, None),
        asked(1, 120, None),
        asked(0, 199.5, "dr"),
        asked(1, 260, "primary"),
        asked(1, 270, "primary"),
        asked(0, 460, "primary"),
        asked(1, 460, "primary"),
    ]
    found.late["holding"] = [asked(0, 105, None), asked(0, 149.5, "dr")]
    return found


def test_each_kind_is_followed_until_users_are_moved_again(journal: Journal) -> None:
    lost, cleared = followed(PLAYED, journal)
    assert (lost.scenario, lost.to, lost.seconds) == ("the region lost", "dr", 300)
    assert lost.honouring == Followers(9, tuple(50.5 + user for user in range(9)), 0)
    assert lost.extending == Followers(2, (100,), 2)
    assert lost.holding == Followers(1, (50,), 0)
    assert (cleared.to, cleared.seconds) == ("primary", 100)
    assert cleared.extending == Followers(2, (60.5, 60.5), 0)
    assert cleared.holding == Followers(0, (), 0)


def test_the_shares_are_weighted_by_the_share_of_such_resolvers(journal: Journal) -> None:
    lost, cleared = followed(PLAYED, journal)
    nine_of_nine = 1 - EXTENDING_SHARE
    assert lost.by(nine_of_nine) == 58.5
    assert lost.by(nine_of_nine * 8 / 9) == 57.5
    assert lost.by(nine_of_nine + EXTENDING_SHARE / 2) == 100
    assert lost.by(0.98) is None
    assert cleared.by(0.98) == 60.5


def test_the_sentence_has_the_shares_and_the_kinds(journal: Journal) -> None:
    assert followed(PLAYED, journal)[0].sentence == (
        "the region lost: on the standby, watched for 300 s: 90 % of all by 58 s, 98 % of all not"
        " meanwhile; of who honours the TTL 9 of 9, the last after 58 s, of who asks resolvers that"
        " extend it 1 of 2, the last after 100 s, of who holds a connection 1 of 1, the last after"
        " 50 s"
    )


def test_the_lane_shows_where_they_are(journal: Journal) -> None:
    assert lane(journal.late["extending"]) == [
        (120.5, "nobody serves 1 of 1"),
        (120.5, "nobody serves 2 of 2"),
        (200, "nobody serves 1 of 2"),
        (260.5, "standby, 1 of 2"),
        (460.5, "primary"),
    ]
    assert lane([]) == []
