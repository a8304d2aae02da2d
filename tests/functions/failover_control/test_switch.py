"""The switch: an object in each of two places."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from functions.failover_control.switch import FailoverSwitch, Moved, Setting, UnreachableError
from tests.functions.failover_control.world import GONE, REGION, THIRD, World, refused

SECOND = timedelta(seconds=1)


@pytest.fixture
def switch(world: World) -> FailoverSwitch:
    return world.switch


def test_a_switch_that_was_never_set_is_not_set(switch: FailoverSwitch) -> None:
    assert switch.setting() is None
    assert switch.cleared_at() is None


def test_it_is_set_in_every_place_and_tells_who_set_it_when_and_why(
    world: World, switch: FailoverSwitch
) -> None:
    before = datetime.now(UTC) - SECOND
    assert switch.set(by="ana", reason="a drill") == Moved(changed=True, is_set=True)
    assert world.marks == [True, True]
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert (setting.by, setting.reason) == ("ana", "a drill")
    assert before <= setting.at <= datetime.now(UTC)


def test_what_health_checkers_may_read_tells_nothing(world: World, switch: FailoverSwitch) -> None:
    """Anybody may create a health check that searches for a string."""
    switch.set(by="ana", reason="the database of customer 4711")
    for place in world.places:
        found = place.s3.get_object(Bucket=place.bucket, Key="failed-over")
        assert len(found["Body"].read()) == 32
        assert found["Metadata"] == {}


def test_the_first_setter_and_reason_stay(switch: FailoverSwitch) -> None:
    switch.set(by="ana", reason="a drill")
    first = switch.setting()
    assert switch.set(by="failover-control", reason="a failure") == Moved(
        changed=False, is_set=True
    )
    assert switch.setting() == first


def test_the_first_setter_stays_also_where_the_second_cannot_see_it(
    world: World, switch: FailoverSwitch
) -> None:
    world.broken[f"s3 {REGION}"] = GONE
    switch.set(by="ana", reason="a drill")
    first = world.setting
    world.broken = {"GetObject": refused("SlowDown")}
    later = datetime.now(UTC) + SECOND
    switch.set(by="failover-control", reason="a failure", as_of=later)
    assert world.marks == [True, True]
    assert world.setting == first


def test_a_conflict_that_does_not_end_is_an_error(world: World, switch: FailoverSwitch) -> None:
    world.broken["PutObject"] = refused("ConditionalRequestConflict")
    with pytest.raises(UnreachableError, match="ConditionalRequestConflict"):
        switch.set(by="failover-control", reason="")
    assert world.marks == [False, False]


def test_a_cleared_switch_is_not_set_and_tells_when_it_was_cleared(
    world: World, switch: FailoverSwitch
) -> None:
    switch.set(by="ana", reason="a drill")
    before = datetime.now(UTC) - SECOND
    assert switch.clear(by="ana", reason="the drill is over") == Moved(changed=True, is_set=False)
    assert world.marks == [False, False]
    assert switch.setting() is None
    cleared = switch.cleared_at()
    assert cleared is not None
    assert before <= cleared <= datetime.now(UTC) + SECOND


def test_a_switch_that_is_not_set_may_be_cleared(switch: FailoverSwitch) -> None:
    assert switch.clear(by="ana", reason="to be sure") == Moved(changed=False, is_set=False)
    assert switch.setting() is None


def test_set_and_cleared_again_and_again_within_a_second(switch: FailoverSwitch) -> None:
    """S3's times have whole seconds."""
    for _ in range(3):
        assert switch.set(by="ana", reason="a drill").changed
        assert switch.setting() is not None
        assert switch.clear(by="ana", reason="the drill is over").changed
        assert switch.setting() is None


@pytest.mark.parametrize("body", [b"", b"now!", b"[]", b"null", b"\xff\xfe", b"{}"])
@pytest.mark.parametrize("place", [0, 1])
def test_any_object_in_any_place_sets_the_switch(
    world: World, switch: FailoverSwitch, body: bytes, place: int
) -> None:
    """Such as one put with `aws s3api put-object`, when only the AWS CLI is at hand."""
    where = world.places[place]
    where.s3.put_object(Bucket=where.bucket, Key="failed-over", Body=body)
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert (setting.by, setting.reason) == ("unknown", "")
    assert switch.set(by="ana", reason="a drill") == Moved(changed=False, is_set=True)
    assert world.marks == [True, True]
    assert switch.setting() == setting


@pytest.mark.parametrize("note", [b"", b"[]", b"\xff", b'{"by": "somebody else"}'])
def test_a_note_of_another_setting_is_nobodys(
    world: World, switch: FailoverSwitch, note: bytes
) -> None:
    world.s3.put_object(Bucket=world.name, Key="failed-over")
    world.s3.put_object(Bucket=world.name, Key="note", Body=note)
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert setting.by == "unknown"


def test_a_note_that_cannot_be_written_keeps_the_switch_from_nothing(
    world: World, switch: FailoverSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    world.broken["PutObject note"] = refused("SlowDown")
    with caplog.at_level(logging.WARNING):
        assert switch.set(by="ana", reason="a drill") == Moved(changed=True, is_set=True)
    assert [told.partition(":")[0] for told in caplog.messages] == [
        f"the switch is set, and no note in {region} says why" for region in (REGION, THIRD)
    ]
    assert world.marks == [True, True]


@pytest.mark.parametrize("gone", [REGION, THIRD])
@pytest.mark.parametrize("error", [GONE, refused("AccessDenied"), refused("SlowDown")])
def test_one_place_suffices_to_set_and_to_hold(
    world: World, switch: FailoverSwitch, gone: str, error: Exception
) -> None:
    world.broken[f"s3 {gone}"] = error
    moved = switch.set(by="ana", reason="a drill")
    assert moved.changed
    assert [missed.partition(":")[0] for missed in moved.missed] == [gone]
    assert switch.setting() is not None
    assert world.marks == [gone != REGION, gone != THIRD]


@pytest.mark.parametrize("operation", ["s3", "PutObject"])
def test_where_s3_refuses_everywhere_nothing_has_moved(
    world: World, switch: FailoverSwitch, operation: str
) -> None:
    """An operator must be able to rely on "cannot be set"."""
    world.broken[operation] = refused("AccessDenied")
    with pytest.raises(UnreachableError, match=f"{REGION}: .*AccessDenied.*; {THIRD}: "):
        switch.set(by="ana", reason="a drill")
    assert world.marks == [False, False]
    assert world.published == []
    assert not world.called("PutMetricData")


@pytest.mark.parametrize("gone", ["s3", f"s3 {REGION}", f"s3 {THIRD}"])
@pytest.mark.parametrize("error", [GONE, refused("AccessDenied"), refused("SlowDown")])
def test_a_switch_that_cannot_be_read_is_not_taken_for_clear(
    world: World, switch: FailoverSwitch, gone: str, error: Exception
) -> None:
    world.broken[gone] = error
    with pytest.raises(UnreachableError):
        switch.setting()
    assert switch.reconcile().is_set is None


def test_when_it_was_cleared_is_known_by_any_place(world: World, switch: FailoverSwitch) -> None:
    switch.clear(by="ana", reason="to be sure")
    cleared = switch.cleared_at()
    for gone in (REGION, THIRD):
        world.broken = {f"s3 {gone}": GONE}
        assert switch.cleared_at() == cleared
    world.broken = {"s3": GONE}
    with pytest.raises(UnreachableError):
        switch.cleared_at()


def test_a_clear_that_reaches_no_place_moves_nothing(world: World, switch: FailoverSwitch) -> None:
    switch.set(by="ana", reason="a drill")
    world.broken["PutObject"] = refused("SlowDown")
    with pytest.raises(UnreachableError, match="SlowDown"):
        switch.clear(by="ana", reason="the drill is over")
    assert world.setting is not None


def test_a_clear_that_could_delete_nothing_says_so_and_counts(
    world: World, switch: FailoverSwitch
) -> None:
    switch.set(by="ana", reason="a drill")
    world.broken["DeleteObject"] = refused("SlowDown")
    assert len(switch.clear(by="ana", reason="the drill is over").missed) == 2
    assert world.marks == [True, True]
    assert switch.setting() is None
    world.broken.clear()
    assert switch.reconcile().done == tuple(
        f"switch cleared in {region} too" for region in (REGION, THIRD)
    )
    assert world.marks == [False, False]


def test_a_set_that_is_based_on_what_a_clear_has_dealt_with_does_nothing(
    world: World, switch: FailoverSwitch
) -> None:
    cleared = world.clear()
    moved = switch.set(by="failover-control", reason="", as_of=cleared - SECOND)
    assert moved == Moved(changed=False, is_set=False)
    assert world.marks == [False, False]
    assert switch.set(by="failover-control", reason="", as_of=cleared).changed


def test_the_note_goes_with_the_mark_into_the_other_place(
    world: World, switch: FailoverSwitch
) -> None:
    world.broken[f"s3 {REGION}"] = GONE
    switch.set(by="ana", reason="a drill")
    world.broken.clear()
    switch.reconcile()
    world.broken[f"s3 {THIRD}"] = GONE
    setting = switch.setting()
    assert isinstance(setting, Setting)
    assert (setting.by, setting.reason) == ("ana", "a drill")
