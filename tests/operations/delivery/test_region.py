"""One region is brought to a release, whatever was under way there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from operations.delivery.bucket import Current, SupersededError
from operations.delivery.group import Refresh
from operations.delivery.region import FailedError, Look, LostError
from releases import Pointer
from tests.operations.delivery.fakes import (
    NEW,
    OLD,
    OTHER,
    START,
    World,
    begun,
    delivery,
    to_the_end,
    world_of,
)

pytestmark = pytest.mark.usefixtures("no_pause")


def test_every_instance_is_replaced_once(world: World) -> None:
    before = {one.id for one in world.instances}
    looks = to_the_end(begun(world))
    assert before.isdisjoint(one.id for one in world.instances)
    assert len(world.instances) == 3
    assert world.log == ["point b", "start with 2 alarms"]
    assert [look.new for look in looks] == sorted(look.new for look in looks)
    assert looks[-1] == Look(3, 3, 3, "serves", level=True)


def test_the_pointer_says_who_when_why_and_what_was_before(world: World) -> None:
    begun(world)
    assert world.current is not None
    pointer = world.current.pointer
    assert (pointer.release, pointer.previous, pointer.by, pointer.why) == (
        NEW,
        OLD,
        "me",
        "a test",
    )


def test_a_region_that_has_it_is_left_alone(world: World) -> None:
    to_the_end(begun(world))
    log = list(world.log)
    assert len(to_the_end(begun(world))) == 1
    assert world.log == log


def test_a_rollback_goes_to_the_release_before_also_after_an_interrupt(world: World) -> None:
    one = delivery("primary", world)
    one.read()
    assert one.before == OLD
    one.point(by="me", why="")
    again = delivery("primary", world)
    again.read()
    assert again.before == OLD


def test_a_release_that_never_served_is_none_to_go_back_to(world: World) -> None:
    world.broken.add(NEW)
    with pytest.raises(FailedError):
        to_the_end(begun(world))
    other = delivery("primary", world, OTHER)
    other.read()
    assert other.before == OLD


def test_after_a_rollback_the_failed_release_is_none_to_go_back_to(world: World) -> None:
    world.broken.add(NEW)
    one = begun(world)
    with pytest.raises(FailedError):
        to_the_end(one)
    back = replace(one, digest=OLD)
    back.point(by="me", why="rollback")
    to_the_end(back)
    again = delivery("primary", world, OLD)
    again.read()
    assert (again.before, again.had_it) == (None, True)
    later = delivery("primary", world, OTHER)
    later.read()
    assert later.before == OLD


def test_a_release_that_never_serves_fails_in_time(world: World) -> None:
    world.broken.add(NEW)
    one = begun(world, timeout=60)
    began = world.now
    with pytest.raises(FailedError, match=r"no further instance serves after 60 s \(no answer\)"):
        to_the_end(one)
    assert timedelta(seconds=60) < world.now - began < timedelta(seconds=80)
    assert sum(one.healthy for one in world.instances) == 3, "the old ones still serve"


def test_slow_instances_are_waited_for_as_long_as_one_more_serves(world: World) -> None:
    world.desired = 12
    world.launch(9)
    one = begun(world, timeout=15)
    began = world.now
    to_the_end(one)
    assert world.now - began > timedelta(seconds=45)


def test_an_alarm_that_goes_off_is_a_failure(world: World) -> None:
    one = begun(world)
    one.advance()
    world.ring("target-errors")
    with pytest.raises(FailedError, match="primary, ap-south-1: target-errors in alarm"):
        one.advance()


def test_an_alarm_that_rang_before_is_not_the_releases(world: World) -> None:
    world.ring("slow-responses")
    to_the_end(begun(world))
    assert world.log == ["point b", "start with 1 alarms"], "AWS would fail the refresh at once"


def test_an_alarm_that_rings_since_the_release_stays_the_releases(world: World) -> None:
    """Also where the deployer was killed meanwhile."""
    begun(world).advance()
    world.tick()
    world.ring("target-errors")
    with pytest.raises(FailedError, match="target-errors in alarm"):
        begun(world).advance()


def test_another_release_ends_it(world: World) -> None:
    one = begun(world)
    pointer = Pointer(release=OTHER, previous=NEW, by="somebody", at=START, why="")
    world.current = Current(pointer, "etag-other", world.tick())
    with pytest.raises(SupersededError, match="another release became current, by somebody"):
        one.advance()


def test_of_two_that_read_the_same_one_alone_writes(world: World) -> None:
    one, other = delivery("primary", world), delivery("primary", world, OTHER)
    one.read()
    other.read()
    one.point(by="one", why="")
    with pytest.raises(SupersededError):
        other.point(by="other", why="")
    assert world.log == ["point b"]


def test_a_short_silence_is_waited_out_and_a_long_one_is_a_loss(world: World) -> None:
    one = begun(world)
    one.advance()
    world.refuse = "no answer of S3"
    for seconds in (1, 30, 59):
        world.now += timedelta(seconds=seconds - one.clock() % 1)
        if seconds == 1:
            assert one.advance().step.startswith("no answer for")
    with pytest.raises(LostError, match=r"no answer for 9[0-9] s: ap-south-1: no answer of S3"):
        one.advance()


def test_a_pilot_light_sleeps_unproven() -> None:
    world = world_of("dr", instances=0)
    one = delivery("dr", world)
    one.read()
    one.point(by="me", why="")
    assert one.advance() == Look(0, 0, 0, "sleeps: unproven until it wakes", level=True)
    assert world.log == ["point b"]


def test_a_first_release_goes_to_the_instances_that_wait_for_it() -> None:
    world = world_of("primary", release=None)
    waiting = {one.id for one in world.instances}
    one = delivery("primary", world)
    one.read()
    assert one.before is None
    one.point(by="me", why="")
    assert world.current is not None
    assert world.current.pointer.previous is None
    to_the_end(one)
    assert {one.id for one in world.instances} == waiting
    assert world.log == ["point b"]


def test_what_serves_a_page_does_not_wait_for_a_first_release() -> None:
    """Terraform has changed the template, and its refresh has replaced one instance so far."""
    world = world_of("primary", release=None)
    page = [replace(one, healthy=True, why="", up_to_date=False) for one in world.instances[:2]]
    world.instances[:2] = page
    world.refreshes.insert(0, Refresh("terraform's", "InProgress", world.now, ""))
    one = delivery("primary", world)
    one.read()
    one.point(by="me", why="")
    assert one.advance().step == "replaces instances"
    to_the_end(one)
    assert world.log == ["point b"], "Terraform's refresh is left to it"
    assert not {one.id for one in page} & {one.id for one in world.instances}


def test_instances_of_an_older_template_are_replaced_at_the_first_release() -> None:
    world = world_of("primary", release=None)
    world.instances[0] = replace(world.instances[0], healthy=True, why="", up_to_date=False)
    one = delivery("primary", world)
    one.read()
    one.point(by="me", why="")
    to_the_end(one)
    assert world.log == ["point b", "start with 2 alarms"]


def test_too_few_instances_are_not_level(world: World) -> None:
    to_the_end(begun(world))
    world.instances.pop()
    assert not begun(world).advance().level


def test_another_deployer_of_the_same_release_is_no_rival(world: World) -> None:
    """Such as a pipeline that the archive's arrival has started: both see it through."""
    one = delivery("primary", world)
    one.read()
    pointer = Pointer(release=NEW, previous=OLD, by="somebody", at=START, why="")
    world.current = Current(pointer, "etag", world.tick())
    one.point(by="me", why="a test")
    assert one.is_current
    assert to_the_end(one)[-1].level
    assert world.current.pointer.by == "somebody"
