"""What still happens when AWS refuses calls, and what is never concluded from that."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

import pytest
from botocore.exceptions import ClientError

from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.standby import StandbyMissingError
from functions.failover_control.switch import UnreachableError
from tests.functions.failover_control.world import GONE, REGION, THIRD, World, refused

THROTTLED = refused("Throttling")
SLOW_DOWN = refused("SlowDown")


def messages(error: Exception) -> Iterator[str]:
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from messages(one)
    yield str(error)


def woken_and_cleared(world: World) -> None:
    world.add_group(2, rest=2, awake=4)
    world.fail()
    world.clear()


UNREACHABLE = pytest.RaisesExc(UnreachableError)


def test_throttled_s3_keeps_neither_the_metric_nor_the_standby_back(world: World) -> None:
    world.add_group(2, awake=4)
    control = world.control()
    control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    world.broken["s3"] = SLOW_DOWN
    with pytest.raises(ExceptionGroup):
        control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert world.needed == [1]
    assert world.published == [0], "of a switch that could not be set nothing is said"
    assert (world.size, world.guarded) == (4, 4)
    assert world.marks == [False, False]


def test_throttled_cloudwatch_keeps_neither_the_switch_nor_the_standby_back(world: World) -> None:
    world.add_group(2, awake=4)
    world.broken["cloudwatch"] = THROTTLED
    control = world.control()
    for _ in range(2):
        with pytest.RaisesGroup(pytest.RaisesExc(ClientError, match="Throttling")):
            control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert world.marks == [True, True]
    assert (world.size, world.guarded) == (4, 4)


@pytest.mark.parametrize(
    "operation",
    ["autoscaling", "DescribeAutoScalingGroups", "SetDesiredCapacity", "SetInstanceProtection"],
)
def test_throttled_auto_scaling_keeps_neither_the_switch_nor_the_metric_back(
    world: World, operation: str
) -> None:
    world.add_group(2, awake=4)
    world.broken[operation] = THROTTLED
    control = world.control()
    for _ in range(2):
        with pytest.RaisesGroup(pytest.RaisesExc(ClientError, match="Throttling")):
            control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert world.setting is not None
    assert world.published == [0, 1]
    world.broken.clear()
    for _ in range(2):
        world.control().act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


@pytest.mark.parametrize("broken", list(combinations(["s3", "cloudwatch", "autoscaling"], 2)))
def test_everything_that_failed_is_told(world: World, broken: tuple[str, str]) -> None:
    world.add_group(2)
    world.broken = {service: refused(f"{service} is throttled") for service in broken}
    with pytest.raises(ExceptionGroup, match="not all was done") as caught:
        world.control().act(Health.UNHEALTHY, standby=Health.HEALTHY)
    told = " ".join(messages(caught.value))
    assert [service for service in broken if f"{service} is throttled" not in told] == []


def test_without_the_group_the_switch_is_set_and_the_need_noted(world: World) -> None:
    world.wants_group()
    control = world.control()
    for _ in range(2):
        with pytest.RaisesGroup(StandbyMissingError):
            control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert world.setting is not None
    assert world.published == [0, 1]
    # If the group comes back, it counts as needed just now.
    world.add_group(4, rest=2)
    world.clear()
    assert world.control(later=REST_AFTER).act(Health.HEALTHY) == ["standby at rest"]


@pytest.mark.parametrize("health", [Health.HEALTHY, Health.UNKNOWN])
@pytest.mark.parametrize("latched", [True, False])
def test_without_s3_no_position_is_published_that_nobody_can_know(
    world: World, health: Health, latched: bool
) -> None:
    if latched:
        world.operator.set(by="ana", reason="a drill")
    world.calls.clear()
    world.broken["s3"] = GONE
    with pytest.RaisesGroup(UNREACHABLE):
        world.control().act(health)
    assert (world.published, world.needed) == ([], [])


@pytest.mark.parametrize("gone", [REGION, THIRD])
@pytest.mark.parametrize("error", [GONE, SLOW_DOWN])
def test_without_one_of_its_places_a_failure_latches_in_the_other(
    world: World, gone: str, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it stays latched, in both, when the place is back."""
    world.broken[f"s3 {gone}"] = error
    control = world.control()
    with pytest.RaisesGroup(UNREACHABLE):
        control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    with pytest.RaisesGroup(UNREACHABLE):
        control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert world.marks == [gone != REGION, gone != THIRD]
    assert world.published == [1]
    assert "switch set\n" in capsys.readouterr().out, "though not all was done"
    world.broken.clear()
    assert world.control().act(Health.HEALTHY) == [f"switch set in {gone} too"]
    assert world.marks == [True, True]
    assert world.published == [1, 1]


@pytest.mark.parametrize("gone", [REGION, THIRD])
def test_without_one_of_its_places_a_clear_switch_lets_no_standby_rest(
    world: World, gone: str
) -> None:
    """The switch may be set in that place, and Route 53 may see it."""
    woken_and_cleared(world)
    world.broken[f"s3 {gone}"] = GONE
    with pytest.RaisesGroup(UNREACHABLE):
        world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


@pytest.mark.parametrize("gone", [REGION, THIRD])
def test_a_clear_that_did_not_reach_a_place_is_completed(world: World, gone: str) -> None:
    world.fail()
    world.broken[f"s3 {gone}"] = GONE
    moved = world.switch.clear(by="ana", reason="repaired")
    assert [missed.partition(":")[0] for missed in moved.missed] == [gone]
    assert world.marks == [gone == REGION, gone == THIRD]
    world.broken.clear()
    assert world.control().act(Health.HEALTHY) == [f"switch cleared in {gone} too"]
    assert world.marks == [False, False]
    assert world.published[-1] == 0


def test_an_alarm_that_cannot_be_compared_with_the_clear_is_tried_again(world: World) -> None:
    began = world.clear() + timedelta(seconds=1)
    world.broken["HeadObject"] = SLOW_DOWN
    with pytest.RaisesGroup(UNREACHABLE):
        world.control().act(Health.HEALTHY, began, standby=Health.HEALTHY)
    assert world.setting is None
    world.broken.clear()
    control = world.control()
    done = [control.act(Health.HEALTHY, began, standby=Health.HEALTHY) for _ in range(2)]
    assert done == [[], ["switch set"]]


def test_a_standby_that_could_not_lie_down_does_so_later(world: World) -> None:
    woken_and_cleared(world)
    world.broken["SetDesiredCapacity"] = THROTTLED
    with pytest.RaisesGroup(ClientError):
        world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert world.size == 4
    world.broken.clear()
    assert world.control(later=REST_AFTER).act(Health.HEALTHY) == ["standby at rest"]
    assert (world.size, world.guarded) == (2, 0)


def test_throttled_cloudwatch_does_not_keep_an_operators_switch_from_waking_the_standby(
    world: World,
) -> None:
    world.add_group(2, awake=4)
    world.operator.set(by="ana", reason="a drill")
    world.broken["cloudwatch"] = THROTTLED
    with pytest.RaisesGroup(ClientError):
        world.control().act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 2)


@pytest.mark.parametrize(
    ("broken", "error"), [("cloudwatch", ClientError), ("GetObject", UnreachableError)]
)
def test_a_standby_in_service_does_not_lie_down_for_what_aws_refuses(
    world: World, broken: str, error: type[Exception]
) -> None:
    """The primary is healthy again but the switch is still set, so the standby has all users."""
    woken_and_cleared(world)
    world.operator.set(by="ana", reason="a drill")
    world.broken[broken] = THROTTLED
    with pytest.RaisesGroup(error):
        world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


def test_an_alarm_that_cannot_be_judged_does_not_let_the_standby_lie_down(world: World) -> None:
    woken_and_cleared(world)
    began = world.clear() + timedelta(seconds=1)
    world.broken["HeadObject cleared"] = SLOW_DOWN
    with pytest.RaisesGroup(UNREACHABLE):
        world.control(later=REST_AFTER).act(Health.HEALTHY, began)
    assert (world.size, world.guarded) == (4, 4)
