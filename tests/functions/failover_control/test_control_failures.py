"""What is still done where AWS refuses, and what is never concluded from it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.standby import StandbyMissingError
from tests.functions.failover_control.world import GONE, World, refused

THROTTLED = refused("Throttling")
SLOW_DOWN = refused("SlowDown")


def codes(error: Exception) -> Iterator[str]:
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from codes(one)
    elif isinstance(error, ClientError):
        yield error.response.get("Error", {}).get("Code", "")


def woken_and_cleared(world: World) -> None:
    world.add_group(2, rest=2, awake=4)
    for _ in range(2):
        world.control().act(Health.UNHEALTHY)
    world.clear()


def test_throttled_s3_keeps_neither_the_metric_nor_the_standby_back(world: World) -> None:
    world.add_group(2, awake=4)
    world.broken["s3"] = SLOW_DOWN
    with pytest.raises(ExceptionGroup):
        world.control().act(Health.UNHEALTHY)
    assert world.published == [1]
    assert (world.size, world.guarded) == (4, 2)


def test_throttled_cloudwatch_keeps_neither_the_switch_nor_the_standby_back(world: World) -> None:
    world.add_group(2, awake=4)
    world.broken["cloudwatch"] = THROTTLED
    throttled = pytest.RaisesExc(ClientError, match="Throttling")
    # Of the switch's position, and of the standby's being needed.
    with pytest.RaisesGroup(throttled, throttled):
        world.control().act(Health.UNHEALTHY)
    assert world.setting is not None
    assert (world.size, world.guarded) == (4, 2)


@pytest.mark.parametrize(
    "operation",
    ["autoscaling", "DescribeAutoScalingGroups", "UpdateAutoScalingGroup", "SetInstanceProtection"],
)
def test_throttled_auto_scaling_keeps_neither_the_switch_nor_the_metric_back(
    world: World, operation: str
) -> None:
    world.add_group(2, awake=4)
    world.broken[operation] = THROTTLED
    with pytest.RaisesGroup(pytest.RaisesExc(ClientError, match="Throttling")):
        world.control().act(Health.UNHEALTHY)
    assert world.setting is not None
    assert world.published == [1]
    world.broken.clear()
    for _ in range(2):
        world.control().act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


@pytest.mark.parametrize("broken", list(combinations(["s3", "cloudwatch", "autoscaling"], 2)))
def test_everything_that_failed_is_told(world: World, broken: tuple[str, str]) -> None:
    world.add_group(2)
    world.broken = {service: refused(service) for service in broken}
    with pytest.raises(ExceptionGroup, match="not all was done") as caught:
        world.control().act(Health.UNHEALTHY)
    assert set(codes(caught.value)) == set(broken)


def test_without_the_group_the_switch_is_set_and_the_need_noted(world: World) -> None:
    world.wants_group()
    with pytest.RaisesGroup(StandbyMissingError):
        world.control().act(Health.UNHEALTHY)
    assert world.setting is not None
    assert world.published == [1]
    # Should the group come back, it will have been needed just now.
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
    with pytest.RaisesGroup(EndpointConnectionError):
        world.control().act(health)
    assert world.published == []


@pytest.mark.parametrize("latched", [True, False])
def test_without_s3_a_failure_is_published_all_the_same(world: World, latched: bool) -> None:
    if latched:
        world.operator.set(by="ana", reason="a drill")
    world.calls.clear()
    world.broken["s3"] = GONE
    with pytest.RaisesGroup(EndpointConnectionError):
        world.control().act(Health.UNHEALTHY)
    assert world.published == [1]


def test_an_alarm_that_cannot_be_compared_with_the_clear_is_tried_again(world: World) -> None:
    began = world.clear() + timedelta(seconds=1)
    world.broken["HeadObject"] = SLOW_DOWN
    with pytest.RaisesGroup(ClientError):
        world.control().act(Health.HEALTHY, began)
    assert world.setting is None
    world.broken.clear()
    assert world.control().act(Health.HEALTHY, began) == ["switch set"]


def test_a_standby_that_could_not_lie_down_does_so_later(world: World) -> None:
    woken_and_cleared(world)
    world.broken["UpdateAutoScalingGroup"] = THROTTLED
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
    with pytest.RaisesGroup(ClientError, ClientError):
        world.control().act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 2)


@pytest.mark.parametrize(
    ("broken", "errors"), [("cloudwatch", 2 * [ClientError]), ("GetObject", [ClientError])]
)
def test_a_standby_in_service_does_not_lie_down_for_what_aws_refuses(
    world: World, broken: str, errors: list[type[ClientError]]
) -> None:
    """The primary is healthy again, the switch still set: the standby has all of the users."""
    woken_and_cleared(world)
    world.operator.set(by="ana", reason="a drill")
    world.broken[broken] = THROTTLED
    with pytest.RaisesGroup(*errors):
        world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


def test_an_alarm_that_cannot_be_judged_does_not_let_the_standby_lie_down(world: World) -> None:
    woken_and_cleared(world)
    began = world.clear() + timedelta(seconds=1)
    world.broken["HeadObject cleared"] = SLOW_DOWN
    with pytest.RaisesGroup(ClientError):
        world.control(later=REST_AFTER).act(Health.HEALTHY, began)
    assert (world.size, world.guarded) == (4, 4)
