"""Both regions are brought to a release."""

from typing import Any, cast

import pytest

from environments import Role
from operations.aws import NoAnswerError
from operations.delivery.bucket import SupersededError
from operations.delivery.deployment import Deployment, Order, Plan
from operations.delivery.region import FailedError, LostError
from releases import Pointer
from tests.operations.delivery.fakes import (
    NEW,
    OLD,
    OTHER,
    START,
    World,
    deployment,
    released,
)

pytestmark = pytest.mark.usefixtures("no_pause")


def test_both_serve_it_at_once(worlds: dict[Role, World]) -> None:
    deployment(worlds).run()
    assert {role: released(world) for role, world in worlds.items()} == {
        "primary": {NEW},
        "dr": {NEW},
    }


@pytest.mark.parametrize(
    ("order", "first"), [("primary-first", "primary"), ("standby-first", "dr")]
)
def test_one_after_the_other(worlds: dict[Role, World], order: str, first: Role) -> None:
    second: Role = "dr" if first == "primary" else "primary"
    logs: list[tuple[int, int]] = []

    def meanwhile(_: str) -> None:
        logs.append((len(worlds[first].log), len(worlds[second].log)))

    deployment(worlds, order=cast("Order", order), meanwhile=meanwhile).run()
    assert logs[0] == (2, 0)
    assert released(worlds["primary"]) == released(worlds["dr"]) == {NEW}


def test_a_region_that_is_lost_meanwhile_does_not_stop_the_other(
    worlds: dict[Role, World],
) -> None:
    def meanwhile(_: str) -> None:
        worlds["primary"].refuse = "no answer"
        worlds["primary"].now += (START.replace(second=20)) - START

    one = deployment(worlds, meanwhile=meanwhile)
    one.run()
    assert released(worlds["dr"]) == {NEW}
    assert list(one.lost) == ["primary, ap-south-1"]
    assert worlds["primary"].log[0] == "point b"

    worlds["primary"].refuse = None
    deployment(worlds).run()
    assert released(worlds["primary"]) == {NEW}
    assert worlds["dr"].log == ["point b", "start with 2 alarms"], "it was level already"


def test_where_both_are_lost_it_ends(worlds: dict[Role, World]) -> None:
    def meanwhile(_: str) -> None:
        for world in worlds.values():
            world.refuse = "no answer"
            world.now += (START.replace(second=20)) - START

    with pytest.raises((FailedError, LostError), match="no answer for"):
        deployment(worlds, meanwhile=meanwhile).run()


def test_a_lost_request_at_the_pointer_is_repeated(worlds: dict[Role, World]) -> None:
    one = deployment(worlds)
    standby = next(region for region in one.regions if region.role == "dr")
    point, refusals = standby.bucket.point, ["no answer", "no answer"]

    def answers_later(*arguments: Any) -> Any:
        if refusals:
            raise NoAnswerError(refusals.pop())
        return point(*arguments)

    standby.bucket.point = answers_later  # type: ignore[method-assign]
    one.run()
    assert released(worlds["primary"]) == released(worlds["dr"]) == {NEW}


def test_where_the_first_region_is_lost_the_second_gets_it(worlds: dict[Role, World]) -> None:
    def meanwhile(_: str) -> None:
        worlds["primary"].refuse = "no answer"
        worlds["primary"].now += (START.replace(second=20)) - START

    one = deployment(worlds, order="primary-first", meanwhile=meanwhile)
    one.run()
    assert released(worlds["dr"]) == {NEW}
    assert list(one.lost) == ["primary, ap-south-1"]


def test_of_mixed_orders_the_one_with_the_primary_overrules(worlds: dict[Role, World]) -> None:
    together, standby_first = deployment(worlds), deployment(worlds, OTHER, order="standby-first")
    primary = next(one for one in together.regions if one.role == "primary")
    standby = next(one for one in standby_first.regions if one.role == "dr")
    primary.point(by="together", why="")
    standby.point(by="standby-first", why="")
    with pytest.raises(SupersededError):
        standby_first.run()
    together.run()
    assert released(worlds["primary"]) == released(worlds["dr"]) == {NEW}


def test_of_two_deployers_the_later_wins_in_both_regions(worlds: dict[Role, World]) -> None:
    """The first one has made its release current in the primary alone when the second reads."""
    first = deployment(worlds)
    primary = next(one for one in first.regions if one.role == "primary")
    primary.point(by="first", why="")
    second = deployment(worlds, OTHER)
    standby = next(one for one in first.regions if one.role == "dr")
    second_primary = next(one for one in second.regions if one.role == "primary")
    second_primary.point(by="second", why="")
    standby.point(by="first", why="")
    second.run()
    assert released(worlds["primary"]) == released(worlds["dr"]) == {OTHER}
    with pytest.raises(SupersededError):
        first.run()
    assert released(worlds["primary"]) == released(worlds["dr"]) == {OTHER}


def test_a_deployer_that_comes_second_changes_nothing(worlds: dict[Role, World]) -> None:
    first, second = deployment(worlds), deployment(worlds, OTHER)
    first.run()
    logs = {role: list(world.log) for role, world in worlds.items()}
    with pytest.raises(SupersededError, match="another deployer was faster"):
        second.run()
    assert {role: world.log for role, world in worlds.items()} == logs


def test_a_deployer_that_is_overtaken_leaves_the_rest_to_the_other(
    worlds: dict[Role, World],
) -> None:
    def meanwhile(_: str) -> None:
        for world in worlds.values():
            assert world.current is not None
            if world.current.pointer.release != OTHER:
                pointer = Pointer(release=OTHER, previous=NEW, by="other", at=START, why="")
                world.current = type(world.current)(pointer, "other", world.tick())

    with pytest.raises(SupersededError, match="another release became current, by other"):
        deployment(worlds, meanwhile=meanwhile).run()
    for world in worlds.values():
        assert world.current is not None
        assert world.current.pointer.release == OTHER


@pytest.mark.parametrize("looks", range(12))
def test_killed_at_any_look_the_same_command_goes_on(worlds: dict[Role, World], looks: int) -> None:
    class Killed(Exception):  # noqa: N818 - no error of the code's
        pass

    left = looks

    def meanwhile(_: str) -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1

    with pytest.raises(Killed):
        deployment(worlds, meanwhile=meanwhile, bake=60).run()
    deployment(worlds).run()
    for world in worlds.values():
        assert released(world) == {NEW}
        assert world.log == ["point b", "start with 2 alarms"], "nothing was done twice"
        assert world.current is not None
        assert world.current.pointer.previous == OLD


def test_it_looks_and_bakes_by_the_clock_that_it_is_given(worlds: dict[Role, World]) -> None:
    made = deployment(worlds)
    slept: list[float] = []
    plan = Plan(
        *("together", 300, "me", "a test", 50.0),
        clock=lambda: sum(slept),
        sleep=slept.append,
    )
    Deployment(made.regions, plan, lambda *_: None).run()
    assert set(slept) == {50}
    assert sum(slept) >= 300
