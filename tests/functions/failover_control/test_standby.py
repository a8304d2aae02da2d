"""The standby's Auto Scaling group: waking it, and putting it back to rest."""

import pytest

from functions.failover_control.standby import StandbyMissingError, StandbyTooSmallError
from tests.functions.failover_control.world import World

CHANGES = {"SetDesiredCapacity", "SetInstanceProtection"}


def changes(world: World) -> list[str]:
    return [operation for operation, _ in world.calls if operation in CHANGES]


def test_waking_brings_the_group_to_the_primarys_capacity_and_guards_it(world: World) -> None:
    standby = world.add_group(2, awake=4)
    assert standby.wake()
    assert (world.size, world.guarded) == (4, 2)


def test_what_started_since_is_guarded_by_waking_again(world: World) -> None:
    standby = world.add_group(2, awake=4)
    standby.wake()
    assert standby.wake()
    assert (world.size, world.guarded) == (4, 4)


def test_a_group_that_is_awake_is_left_alone(world: World) -> None:
    standby = world.add_group(4, awake=4)
    standby.wake()
    world.calls.clear()
    assert not standby.wake()
    assert changes(world) == []


def test_a_pilot_light_is_woken_from_nothing(world: World) -> None:
    standby = world.add_group(0, rest=0, awake=3)
    assert standby.wake()
    assert (world.size, world.guarded) == (3, 0)
    standby.wake()
    assert (world.size, world.guarded) == (3, 3)


def test_a_larger_group_is_guarded_and_never_made_smaller(world: World) -> None:
    standby = world.add_group(6, awake=4)
    assert standby.wake()
    assert (world.size, world.guarded) == (6, 6)
    assert changes(world) == ["SetInstanceProtection"]


def test_a_maximum_that_is_too_low_is_reached_and_told(world: World) -> None:
    """Raising it would need ec2:RunInstances and iam:PassRole."""
    standby = world.add_group(1, most=2, awake=4)
    for _ in range(2):
        with pytest.raises(StandbyTooSmallError, match="2 instances at most, and 4 are needed"):
            standby.wake()
    assert (world.size, world.guarded, world.group["MaxSize"]) == (2, 2, 2)
    assert changes(world) == ["SetDesiredCapacity", *2 * ["SetInstanceProtection"]]


def test_no_cooldown_is_waited_for(world: World) -> None:
    """Target tracking may have just scaled the group, and during its cooldown AWS would refuse."""
    standby = world.add_group(2, awake=4)
    standby.wake()
    standby.lie_down()
    assert [call["HonorCooldown"] for call in world.called("SetDesiredCapacity")] == 2 * [False]


def test_nothing_else_of_the_group_changes(world: World) -> None:
    standby = world.add_group(2, least=1, most=9)
    standby.wake()
    assert (world.group["MinSize"], world.group["MaxSize"]) == (1, 9)
    standby.lie_down()
    assert (world.group["MinSize"], world.group["MaxSize"]) == (1, 9)


def test_only_instances_in_service_are_guarded(world: World) -> None:
    """AWS refuses the whole call if one is not."""
    standby = world.add_group(3, awake=3)
    apart = world.group["Instances"][0]["InstanceId"]
    world.autoscaling.enter_standby(
        AutoScalingGroupName=world.name, InstanceIds=[apart], ShouldDecrementDesiredCapacity=False
    )
    standby.wake()
    (call,) = world.called("SetInstanceProtection")
    assert apart not in call["InstanceIds"]


@pytest.mark.parametrize(("size", "batches"), [(50, [50]), (51, [50, 1]), (101, [50, 50, 1])])
def test_instances_are_guarded_in_batches_that_aws_takes(
    world: World, size: int, batches: list[int]
) -> None:
    world.add_group(size, most=200).wake()
    assert [len(call["InstanceIds"]) for call in world.called("SetInstanceProtection")] == batches
    assert world.guarded == size


def test_lying_down_leaves_as_many_as_at_rest_and_unguarded(world: World) -> None:
    standby = world.add_group(2, rest=2, awake=4)
    standby.wake()
    standby.wake()
    standby.lie_down()
    assert (world.size, world.guarded) == (2, 0)
    # Like AWS, moto terminates no protected instance: the protection must be removed first.
    assert len(world.group["Instances"]) == 2


def test_a_pilot_light_lies_down_to_nothing(world: World) -> None:
    standby = world.add_group(0, rest=0, awake=3)
    standby.wake()
    standby.lie_down()
    assert world.size == 0


def test_a_group_does_not_lie_down_below_its_minimum(world: World) -> None:
    standby = world.add_group(5, least=3, rest=2)
    standby.lie_down()
    assert world.size == 3


def test_a_group_that_is_not_there_is_missing(world: World) -> None:
    standby = world.wants_group()
    for move in (standby.wake, standby.lie_down):
        with pytest.raises(StandbyMissingError, match=world.name):
            move()
