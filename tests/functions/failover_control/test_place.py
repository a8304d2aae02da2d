"""One place of the switch: the times in its objects' metadata, and its conditional writes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.failover_control.agreed import SET_KEY
from functions.failover_control.place import AS_OF, NOT_BEFORE, SKEW, Mark, Place
from functions.failover_control.switch import Switch
from proof.route53.simulated_aws import EPOCH, S3, SimulatedClock, refusal

HERE, THERE = "eu-west-1", "us-west-2"
BUCKET = "bucket"
NO_TIMES = [
    "",
    "tomorrow",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2099-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59.999999+00:00",
    "9999-12-31T23:59:59.999999-23:59",
]


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(3600)


@pytest.fixture
def place(clock: SimulatedClock) -> Place:
    return Place(S3(clock, lambda: True), BUCKET, HERE)


def never(_: Mark) -> bool:
    return False


@pytest.mark.parametrize("said", [AS_OF, NOT_BEFORE])
@pytest.mark.parametrize("time", NO_TIMES)
@pytest.mark.parametrize("key", ["failed-over", "cleared"])
def test_metadata_that_cannot_be_right_are_passed_over(
    place: Place, clock: SimulatedClock, said: str, time: str, key: str
) -> None:
    """Anybody may put an object by hand, but none may stop the control or keep it from latching."""
    place.s3.put_object(Bucket=BUCKET, Key=key, Metadata={said: time})
    mark = place.mark()
    assert (mark.at if mark else place.cleared()) == clock.now()
    other = Place(S3(clock, lambda: True), BUCKET, THERE)
    switch = Switch([place, other])
    clock.seconds += 60
    assert switch.reconcile().is_set is (key == "failed-over")
    assert switch.clear(by="ana", reason="").missed == ()
    assert switch.setting() is None
    clock.seconds += 60
    assert switch.set(by="failover-control", reason="", as_of=clock.now()).changed


@pytest.mark.parametrize("said", [AS_OF, NOT_BEFORE])
def test_a_time_slightly_ahead_of_s3s_is_taken(
    place: Place, clock: SimulatedClock, said: str
) -> None:
    """Clocks differ, and S3's times have whole seconds."""
    ahead = clock.now() + SKEW
    place.put_cleared("", {said: ahead})
    assert place.cleared() == ahead
    place.put_cleared("", {said: ahead + timedelta(microseconds=1)})
    assert place.cleared() == clock.now()


def test_a_time_long_ago_is_when_it_was_seen_and_no_time_before_which_it_was_not(
    place: Place, clock: SimulatedClock
) -> None:
    ago = datetime(2025, 12, 31, tzinfo=UTC)
    assert ago < EPOCH
    place.put_cleared("", {AS_OF: ago})
    assert place.cleared() == ago
    place.put_cleared("", {NOT_BEFORE: ago})
    assert place.cleared() == clock.now()


def test_a_mark_that_is_sent_twice_is_ours(place: Place) -> None:
    """botocore retries when the answer is lost, and then finds its own object."""
    put = place.s3.put_object

    def twice(**given: Any) -> Any:
        put(**given)
        return put(**given)

    place.s3.put_object = twice
    assert place.put_mark(b"token", {}, over=never)
    assert not place.put_mark(b"another", {}, over=never)


def test_a_stale_mark_of_the_same_body_is_not_ours(place: Place, clock: SimulatedClock) -> None:
    """Two empty objects, put by hand."""
    place.put_mark(b"", {}, over=never)
    clock.seconds += 60
    assert place.put_mark(b"", {}, over=lambda _: True)
    mark = place.mark()
    assert mark is not None
    assert mark.at == clock.now()


def test_what_a_place_holds_is_told_or_not_known(place: Place) -> None:
    assert not place.holds(SET_KEY, b"token")
    place.put_mark(b"token", {}, over=never)
    assert place.holds(SET_KEY, b"token")
    assert not place.holds(SET_KEY, b"another")

    def refuse(_: str) -> None:
        raise refusal("SlowDown", "GetObject")

    place.s3.before = refuse
    with pytest.raises(Exception, match="SlowDown"):
        place.holds(SET_KEY, b"token")
