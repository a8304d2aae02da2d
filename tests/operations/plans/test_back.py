"""What `failover back` does, and when it leaves users where they are."""

from collections.abc import Callable

import pytest

from operations.plans import commands
from operations.plans.facts import Facts
from tests.operations.plans.outages import lose, restore
from tests.operations.plans.test_over import steps
from tests.operations.plans.world import World

WorldOf = Callable[[str], World]
AURORA, RDS = "aurora-postgresql", "rds-postgres-replica"


@pytest.fixture
def failed_over(world_of: WorldOf) -> WorldOf:
    """The primary was lost, users were moved, and it is back."""

    def build(kind: str) -> World:
        world = world_of(kind)
        lose("primary")(world)
        assert world.run("over") is None
        restore(world)
        return world

    return build


@pytest.mark.parametrize("kind", ["no database", "pilot light", "routing control", AURORA])
def test_it_returns_users_and_the_writer(failed_over: WorldOf, kind: str) -> None:
    world = failed_over(kind)
    assert world.run("back") is None
    assert world.answered == "primary"
    assert not world.is_set
    if world.environment.data.kind is not None:
        assert world.writers == {"primary"}
    assert world.losses == 0
    assert world.run("back", yes=False) is None
    assert set(steps(world).values()) == {"done already"}


def test_the_writer_returns_only_by_somebodys_leave(
    failed_over: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, asked = failed_over(AURORA), list[str]()
    monkeypatch.setattr(commands.typer, "confirm", lambda said, **_: asked.append(said))
    stopped = world.run("back", yes=False)
    assert stopped is not None
    assert stopped.endswith("return the writer to the primary: the answer was no")
    assert asked == ["  Let ap-south-1 take the writes? They pause, and users have to follow."]
    assert (world.writers, world.answered) == ({"dr"}, "dr")


def test_the_primary_grows_to_what_the_standby_has(failed_over: WorldOf) -> None:
    world = failed_over("no database")
    world.groups["dr"].set_desired_capacity(DesiredCapacity=5)
    world.sleep(200)
    assert world.run("back") is None
    assert world.groups["primary"].in_service == 5


def test_a_primary_that_cannot_grow_gets_no_users(failed_over: WorldOf) -> None:
    world = failed_over("no database")
    world.groups["primary"].most = 3
    world.groups["dr"].set_desired_capacity(DesiredCapacity=5)
    world.sleep(200)
    stopped = world.run("back")
    assert stopped is not None
    assert "may have 3 instances at most, and the standby has 5: raise its maximum" in stopped
    assert world.answered == "dr"


def test_users_stay_while_the_primary_is_not_healthy(failed_over: WorldOf) -> None:
    world = failed_over("no database")
    world.well = False
    world.sleep(100)
    stopped = world.run("back")
    assert stopped is not None
    assert "the primary is not healthy (primary-health.awspractice.space)" in stopped
    assert world.is_set


def test_users_stay_while_the_releases_differ(
    failed_over: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = failed_over("no database")
    application = world.environment.application.model_copy(update={"kind": "release"})
    world.environment = world.environment.model_copy(update={"application": application})
    releases = {"primary": "a" * 64, "dr": "b" * 64}
    monkeypatch.setattr(Facts, "release", lambda _, role: releases[role])
    stopped = world.run("back")
    assert stopped is not None
    assert f"run `failover deploy {releases['dr']}` first" in stopped
    assert world.is_set
    releases["primary"] = releases["dr"]
    assert world.run("back") is None


def test_an_rds_engine_goes_back_by_hand(failed_over: WorldOf) -> None:
    world = failed_over(RDS)
    stopped = world.run("back")
    assert stopped is not None
    assert "both regions' databases take writes" in stopped
    assert "`failover data promote --to primary --accept-loss`" in stopped
    assert world.is_set
    assert world.run("back", force=True) is None
    assert world.answered == "primary"


def test_without_a_switch_users_return_by_themselves(failed_over: WorldOf) -> None:
    world = failed_over("automatic")
    assert world.run("back") is None
    assert "clear the switch" not in steps(world)
    assert world.answered == "primary"
