"""What `failover pause` and `failover resume` do, say and refuse."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from cli import failover
from functions.failover_control.agreed import PAUSED_KEY
from operations.plans import pausing
from operations.switch.position import pause_of, position_of
from proof.route53.simulated_aws import EPOCH
from terminal.errors import OperationError
from tests.operations.plans.world import World

WorldOf = Callable[[str], World]


@pytest.fixture
def world(world_of: WorldOf, monkeypatch: pytest.MonkeyPatch) -> World:
    """Its clock is everybody's."""
    made = world_of("no database")

    class Clock:
        @staticmethod
        def now(_: object) -> object:
            return made.clock.now()

    monkeypatch.setattr(pausing, "datetime", Clock)
    monkeypatch.setattr("operations.switch.position.datetime", Clock)
    return made


def pause(world: World, minutes: int = 60) -> None:
    pausing.pause(
        world.environment,
        minutes=minutes,
        by="ana",
        reason="racks",
        console=world.console,
        connect=world.connect,
    )


def resume(world: World) -> None:
    pausing.resume(world.environment, console=world.console, connect=world.connect)


def position(world: World) -> str:
    return str(position_of(world.environment, world.connect))


def test_it_says_until_when_and_what_follows(world: World) -> None:
    world.clock.seconds = 60
    pause(world)
    assert f"paused until {EPOCH:%Y-%m-%d} 01:01 UTC by ana: racks" in world.said
    assert "users move to us-east-1, and return by themselves" in world.said
    assert "set already" not in world.said


def test_it_is_part_of_the_switchs_position_until_its_end(world: World) -> None:
    pause(world, minutes=10)
    assert "; the failover control is paused until" in position(world)
    world.clock.seconds += 601
    assert "paused" not in position(world)


def test_resuming_ends_it(world: World) -> None:
    pause(world)
    resume(world)
    assert pause_of(world.environment, world.connect).current(world.clock.now()) is None
    assert "not paused: a failure of the primary sets the switch" in world.said
    resume(world)


def test_a_set_switch_is_told(world: World) -> None:
    world.run("over")
    pause(world)
    assert "The switch is set already: users stay on the standby." in world.said


def test_over_and_back_work_while_paused(world: World) -> None:
    pause(world)
    assert world.run("over") is None
    assert world.run("back") is None
    assert "paused" in position(world)


def test_without_all_places_nothing_is_paused(world: World) -> None:
    world.lost.add("us-west-2")
    with pytest.raises(OperationError, match="a note in us-east-1 and us-west-2: s3 does not"):
        pause(world)
    world.lost.clear()
    assert not [key for s3 in world.s3.values() for key in s3.objects if key.endswith(PAUSED_KEY)]


def test_one_place_is_enough_to_resume(world: World) -> None:
    pause(world)
    world.lost.add("us-east-1")
    resume(world)
    assert "not in us-east-1: s3 does not answer" in world.said
    world.lost.clear()
    assert "paused" not in position(world)


def test_without_any_place_it_goes_on_until_its_end(world: World) -> None:
    pause(world)
    world.lost |= {"us-east-1", "us-west-2"}
    with pytest.raises(OperationError, match="the pause goes on until its end"):
        resume(world)


def test_without_a_switch_there_is_nothing_to_pause(world_of: WorldOf) -> None:
    with pytest.raises(OperationError, match="has no switch"):
        pause(world_of("automatic"))


@pytest.mark.parametrize("lasts", ["90", "5h", "1d"])
def test_it_takes_a_duration_of_four_hours_at_most(lasts: str) -> None:
    result = CliRunner().invoke(failover, ["pause", "--for", lasts])
    assert result.exit_code == 2
    assert "such as 90m or 2h, from 1m to 4h" in " ".join(result.output.replace("│", " ").split())
