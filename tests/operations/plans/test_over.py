"""What `failover over` does, from a healthy primary and from a lost one."""

from collections.abc import Callable

import pytest
from botocore.exceptions import NoCredentialsError

from operations.plans import commands
from operations.plans.step import State
from terminal.errors import OperationError
from tests.operations.plans.outages import lose
from tests.operations.plans.services import Sts
from tests.operations.plans.world import World

WorldOf = Callable[[str], World]
AURORA, RDS = "aurora-postgresql", "rds-postgres-replica"
KINDS = ("no database", "pilot light", "routing control", AURORA, RDS)


def steps(world: World) -> dict[str, str]:
    """What became of each step in the last run."""
    return {one.step: one.what for one in world.reports[-1].entries if one.step}


@pytest.mark.parametrize("kind", KINDS)
def test_it_moves_users_off_a_healthy_primary(world_of: WorldOf, kind: str) -> None:
    world = world_of(kind)
    assert world.run("over") is None
    assert world.answered == "dr"
    assert world.is_set
    assert world.groups["dr"].in_service >= world.environment.primary.capacity.desired
    assert world.groups["dr"].guarded
    if world.environment.data.kind is not None:
        assert world.database.writer == world.regions["dr"]
    assert world.losses == 0


@pytest.mark.parametrize("kind", KINDS)
def test_it_moves_users_off_a_lost_primary(world_of: WorldOf, kind: str) -> None:
    world = world_of(kind)
    lose("primary")(world)
    assert world.run("over") is None
    assert world.answered == "dr"
    assert world.is_set
    if world.environment.data.kind is not None:
        assert "dr" in world.writers


def test_it_ends_with_what_comes_next(world_of: WorldOf) -> None:
    world = world_of("no database")
    world.run("over")
    assert "Users stay in us-east-1 until `failover back`." in world.said
    world.run("back")
    assert world.said.rstrip().endswith("whether the standby could take over again.")


def test_from_a_healthy_primary_the_writer_moves_first(world_of: WorldOf) -> None:
    world = world_of(AURORA)
    world.run("over")
    done = [one.step for one in world.reports[-1].entries if one.what == "done"]
    assert done.index("move the writer ahead of users") < done.index("set the switch")
    assert steps(world)["let the standby take writes"] == "done already"


def test_a_primary_that_only_fails_loses_no_write(world_of: WorldOf) -> None:
    """Its application is down, and its database answers: users move first, then the writer."""
    world = world_of(AURORA)
    world.well = False
    world.sleep(100)
    assert world.run("over", accept_loss=False) is None
    assert world.losses == 0
    done = [one.step for one in world.reports[-1].entries if one.what == "done"]
    assert done.index("set the switch") < done.index("let the standby take writes")
    assert steps(world)["move the writer ahead of users"] == "not needed"


def test_writes_are_given_up_only_by_somebody(
    world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(AURORA)
    lose("primary")(world)
    asked: list[str] = []
    monkeypatch.setattr(commands.typer, "confirm", lambda said, **_: asked.append(said))
    stopped = world.run("over", accept_loss=False)
    assert stopped == (
        "failover over is not complete: let the standby take writes: the answer was no"
    )
    assert "Give up the writes that have not reached us-east-1" in asked[0]
    assert world.answered == "dr"
    assert world.database.writer == world.regions["primary"]
    assert {one.what: one.now for one in world.reports[-1].stands}["switch"] == "set"


def test_without_a_terminal_it_says_which_option_answers(
    world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise commands.typer.Abort

    monkeypatch.setattr(commands.typer, "confirm", nobody)
    stopped = world_of("no database").run("over", yes=False)
    assert stopped is not None
    assert "nobody answered; --yes does" in stopped


def test_the_writer_moves_only_by_somebodys_leave(
    world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It moves ahead of users, who follow it: nobody has been asked before."""
    world, asked = world_of(AURORA), list[str]()
    monkeypatch.setattr(commands.typer, "confirm", lambda said, **_: asked.append(said))
    stopped = world.run("over", yes=False)
    assert stopped is not None
    assert stopped.endswith("move the writer ahead of users: the answer was no")
    assert asked == ["  Let us-east-1 take the writes? They pause, and users have to follow."]
    assert (world.writers, world.answered) == ({"primary"}, "primary")


def test_run_again_it_finds_everything_done(world_of: WorldOf) -> None:
    world = world_of(AURORA)
    world.run("over")
    assert world.run("over", yes=False, accept_loss=False) is None
    assert set(steps(world).values()) == {"done already"}


def test_a_dry_run_changes_nothing(world_of: WorldOf) -> None:
    world = world_of(AURORA)
    found = commands.show("over", world.facts, world.options(), world.console)
    assert [one.now.state for one in found[:3]] == [State.TO_DO, State.DONE, State.TO_DO]
    assert "set the switch: to do" in world.said
    assert "A human decides whether users move." in world.said
    assert not world.is_set
    assert world.groups["dr"].desired == world.environment.dr.capacity.desired
    assert not world.folder.joinpath("journals").exists()


def test_without_credentials_nothing_is_begun_nor_reported(
    world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_: object) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(Sts, "get_caller_identity", unknown)
    world, refusal = world_of("no database"), "AWS cannot be asked: Unable to locate credentials"
    assert world.run("over") == refusal
    with pytest.raises(OperationError, match=refusal):
        commands.show("over", world.facts, world.options(), world.console)
    assert world.said == ""
    assert list(world.folder.iterdir()) == []


def test_a_standby_too_small_for_a_healthy_primarys_users_gets_none(world_of: WorldOf) -> None:
    world = world_of("no database")
    world.groups["primary"].set_desired_capacity(DesiredCapacity=9)
    world.sleep(200)
    stopped = world.run("over")
    assert stopped is not None
    assert "may have 6 instances at most, and 9 are needed: raise its maximum" in stopped
    assert not world.is_set


def test_users_of_a_lost_primary_do_not_wait_for_the_whole_standby(world_of: WorldOf) -> None:
    world = world_of("no database")
    lose("primary")(world)
    began = world.clock.seconds
    assert world.run("over") is None
    assert world.clock.seconds - began < 60
    assert world.groups["dr"].desired == world.environment.primary.capacity.desired


def test_without_a_switch_it_says_what_it_cannot_do(world_of: WorldOf) -> None:
    world = world_of("automatic")
    stopped = world.run("over")
    assert stopped is not None
    assert 'failover.failback is "automatic", so there is no switch' in stopped
    assert world.answered == "primary"
    lose("primary")(world)
    assert world.run("over") is None
    assert world.answered == "dr"


def test_without_dns_only_force_goes_on(world_of: WorldOf, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of("no database")
    monkeypatch.setattr(world, "lookup", lambda _: set())
    stopped = world.run("over")
    assert stopped is not None
    assert "DNS does not answer about standby-health.awspractice.space" in stopped
    assert "--force goes on without it" in stopped
    assert not world.is_set
    assert world.run("over", force=True) is None
    assert world.is_set
    assert steps(world)["see users move to us-east-1"] == "not needed"
