"""What is judged of deliveries."""

from dataclasses import replace

import pytest

from environments import Role
from proof.drill.deliveries import Delivered
from proof.drill.journal import Request
from proof.drill.played import Played, Promise
from proof.drill.scenarios import Scenario, scenarios
from proof.drill.verdicts import judge
from tests.proof.drill.test_verdicts import automatic, promise
from tests.synthesis import example

__all__ = ["promise"]

THREE: dict[Role, int] = {"primary": 3, "dr": 3}
GOOD = Delivered("b" * 64, THREE, THREE, THREE, THREE)


def broken(
    promise: Promise, key: str, delivered: Delivered | None, *served: Role | None
) -> list[str]:
    """What does not hold, of a scenario in which each user has these answers in turn."""
    requests = [
        Request(1000 + second, 1000.1 + second, user, role, "served" if role else "HTTP 502")
        for user in range(promise.users)
        for second, role in enumerate(served)
    ]
    of: dict[str, Scenario] = {one.key: one for one in scenarios(example("releases"))}
    played = Played(of[key], 1000, 1200, requests, delivered=delivered)
    return [f"{one.expected}: {one.measured}" for one in judge(played, promise) if not one.holds]


def test_a_good_release(promise: Promise) -> None:
    assert broken(promise, "release", GOOD, "primary", "primary") == []


@pytest.mark.parametrize(
    ("delivered", "told"),
    [
        (
            replace(GOOD, on_it={"primary": 2, "dr": 3}),
            "runs the new release and serves: 2 of 3 in the primary and 3 of 3 in the standby",
        ),
        (replace(GOOD, trouble="no S3"), "runs the new release and serves: no S3"),
        (replace(GOOD, lost=("dr",)), "every instance in both regions"),
        (
            replace(GOOD, least={"primary": 2, "dr": 3}),
            "ends only once a new one serves: at least 2 of 3 in the primary",
        ),
        (None, "a release is delivered: none was"),
    ],
)
def test_a_release_that_breaks_something(
    promise: Promise, delivered: Delivered | None, told: str
) -> None:
    (found,) = broken(promise, "release", delivered, "primary")
    assert told in found


def test_users_during_a_release(promise: Promise) -> None:
    assert len(broken(promise, "release", GOOD, "primary", "dr")) == 1
    assert broken(promise, "release", GOOD, "primary", None) == ["no request fails: 2 failed"]


@pytest.mark.parametrize(("on_it", "count"), [(0, 1), (1, 0), (3, 1)])
def test_half_a_release(promise: Promise, on_it: int, count: int) -> None:
    half = replace(GOOD, on_it={"primary": on_it, "dr": 0})
    assert len(broken(promise, "release begins", half, "primary")) == count


def test_half_of_a_single_instance_is_not_judged(promise: Promise) -> None:
    one: dict[Role, int] = {"primary": 1, "dr": 1}
    half = Delivered("b" * 64, {"primary": 0, "dr": 0}, {"primary": 2, "dr": 2}, one, one)
    assert broken(promise, "release begins", half, "primary") == []


@pytest.mark.parametrize(
    ("delivered", "told"),
    [
        (replace(GOOD, lost=("primary",)), None),
        (GOOD, "it says that no region was lost"),
        (replace(GOOD, lost=("primary",), trouble="stopped"), "was lost: stopped"),
        (
            replace(GOOD, lost=("primary",), on_it={"primary": 1, "dr": 2}),
            "2 of 3 instances run it; it says that the primary was lost",
        ),
    ],
)
def test_the_primary_is_lost_in_a_release(
    promise: Promise, delivered: Delivered, told: str | None
) -> None:
    found = broken(promise, "release lost", delivered, None, "dr", "dr")
    assert [told in one for one in found if told] == ([True] if told else [])
    assert len(found) == (1 if told else 0)


def test_once_moved_no_request_may_fail(promise: Promise) -> None:
    lost = replace(GOOD, lost=("primary",))
    found = broken(promise, "release lost", lost, None, "dr", None, "dr")
    assert found == ["no request fails once a user is moved: 2 failed"]


def test_delivered_again(promise: Promise) -> None:
    assert broken(promise, "release again", GOOD, "dr") == []
    behind = replace(GOOD, on_it={"primary": 2, "dr": 3})
    assert len(broken(promise, "release again", behind, "dr")) == 1
    assert len(broken(promise, "release again", GOOD, "primary", "dr")) == 1
    by_itself = replace(promise, latches=False)
    assert broken(by_itself, "release again", GOOD, "dr", "primary") == []


def test_with_automatic_failback_nobody_has_to_bring_users_back() -> None:
    keys = [one.key for one in scenarios(automatic(example("releases")))]
    assert "release again" in keys
    assert "failback after release" not in keys
