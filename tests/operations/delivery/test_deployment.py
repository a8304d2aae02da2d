"""Both regions are brought to a release, or back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from environments import Role
from operations.aws import NoAnswerError
from operations.delivery import region as delivering
from operations.delivery.bucket import SupersededError
from operations.delivery.deployment import Deployment, Order, Plan
from operations.delivery.group import Instance
from operations.delivery.region import FailedError, LostError, RegionalDelivery
from releases import Pointer
from terminal.errors import OperationError
from tests.operations.delivery.fakes import NEW, OLD, OTHER, START, World, delivery, world_of


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "CLOCK_TICK", 0)


@pytest.fixture
def worlds() -> dict[Role, World]:
    return {"primary": world_of("primary"), "dr": world_of("dr")}


Meanwhile = Callable[[str], None]


def deployment(
    worlds: dict[Role, World],
    digest: str = NEW,
    order: Order = "together",
    meanwhile: Meanwhile = lambda _: None,
    bake: float = 0,
) -> Deployment:
    """A deployment that reads both regions; `meanwhile` is called after each look."""
    regions = [delivery(role, world, digest) for role, world in worlds.items()]
    for one in regions:
        one.read()

    def show(_: Sequence[RegionalDelivery], step: str) -> None:
        meanwhile(step)

    return Deployment(regions, Plan(order, bake, by="me", why="a test", poll=0), show)


def released(world: World) -> set[str]:
    """What its instances run: what was current when each was launched."""
    assert world.current is not None
    assert all(one.launched >= world.current.since for one in world.instances)
    return {world.current.pointer.release}


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


@pytest.mark.parametrize("broken", ["primary", "dr"])
def test_what_fails_in_one_region_is_brought_back_in_both(
    worlds: dict[Role, World], broken: Role
) -> None:
    worlds[broken].broken.add(NEW)
    with pytest.raises(FailedError) as failed:
        deployment(worlds).run()
    lines = str(failed.value).splitlines()
    assert "no further instance serves after 60 s (no answer)" in lines[0]
    assert lines[1:] == [
        f"  primary, ap-south-1: serves {OLD[:12]} again",
        f"  standby, us-east-1: serves {OLD[:12]} again",
    ]
    for world in worlds.values():
        assert released(world) == {OLD}
        assert all(one.healthy for one in world.instances)
        assert world.current is not None
        assert world.current.pointer.why.startswith("rollback: ")
        assert world.current.pointer.previous == OLD, "itself"


def test_with_one_region_first_the_other_never_sees_a_bad_release(
    worlds: dict[Role, World],
) -> None:
    worlds["dr"].broken.add(NEW)
    with pytest.raises(FailedError):
        deployment(worlds, order="standby-first").run()
    assert worlds["primary"].log == []
    assert released(worlds["dr"]) == {OLD}


def test_an_alarm_while_it_bakes_brings_both_back(worlds: dict[Role, World]) -> None:
    def meanwhile(step: str) -> None:
        if step == "bakes":
            worlds["dr"].ring("target-errors")

    with pytest.raises(FailedError, match="standby, us-east-1: target-errors in alarm"):
        deployment(worlds, meanwhile=meanwhile, bake=5).run()
    assert released(worlds["primary"]) == released(worlds["dr"]) == {OLD}


def test_a_first_release_that_fails_has_nothing_to_go_back_to(worlds: dict[Role, World]) -> None:
    worlds = {"primary": world_of("primary", release=None), "dr": world_of("dr", release=None)}
    for world in worlds.values():
        world.broken.add(NEW)
    with pytest.raises(FailedError, match="stays as it is: there is no release before it"):
        deployment(worlds).run()


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


def test_what_cannot_be_brought_back_is_told_and_the_other_is(worlds: dict[Role, World]) -> None:
    def meanwhile(_: str) -> None:
        worlds["primary"].ring("target-errors")
        worlds["dr"].denies = "AccessDenied"

    with pytest.raises(FailedError) as failed:
        deployment(worlds, meanwhile=meanwhile).run()
    told = str(failed.value)
    assert f"primary, ap-south-1: serves {OLD[:12]} again" in told
    assert "standby, us-east-1: not brought back: us-east-1: AccessDenied" in told
    assert f"deliver {OLD} to it once it answers" in told


def test_a_refusal_says_nothing_about_the_release(worlds: dict[Role, World]) -> None:
    def meanwhile(_: str) -> None:
        for world in worlds.values():
            world.denies = "ExpiredToken"

    with pytest.raises(OperationError, match="ExpiredToken") as told:
        deployment(worlds, meanwhile=meanwhile).run()
    assert not isinstance(told.value, FailedError)
    for world in worlds.values():
        assert world.current is not None
        assert world.current.pointer.release == NEW, "nothing was rolled back"


def test_a_region_that_served_it_before_is_not_brought_back(worlds: dict[Role, World]) -> None:
    """The standby was lost when the primary got it, and cannot run it now."""
    first = deployment(worlds)
    first.regions = [one for one in first.regions if one.role == "primary"]
    first.run()
    worlds["dr"].broken.add(NEW)
    log = list(worlds["primary"].log)
    with pytest.raises(FailedError, match="primary, ap-south-1: left as it is"):
        deployment(worlds).run()
    assert worlds["primary"].log == log
    assert released(worlds["primary"]) == {NEW}
    assert released(worlds["dr"]) == {OLD}


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


def test_a_lost_region_does_not_keep_naming_a_release_that_failed(
    worlds: dict[Role, World],
) -> None:
    """It was lost, and answers again when the release fails in the other one."""
    worlds["dr"].broken.add(NEW)
    primary = worlds["primary"]

    def meanwhile(step: str) -> None:
        if step == "delivers" and primary.log.count("point b") and len(primary.log) < 3:
            primary.refuse = "no answer"
            primary.now += (START.replace(second=30)) - START

    one = deployment(worlds, meanwhile=meanwhile)
    lose = one._lose

    def lost_and_back(*arguments: Any) -> None:
        lose(*arguments)
        primary.refuse = None
        primary.log.append("back")
        primary.log.append("for good")

    one._lose = lost_and_back  # type: ignore[method-assign]
    with pytest.raises(FailedError, match=f"primary, ap-south-1: serves {OLD[:12]} again"):
        one.run()
    assert released(primary) == {OLD}


def test_a_bake_does_not_end_while_instances_are_down(worlds: dict[Role, World]) -> None:
    dead: list[Instance] = []

    def meanwhile(step: str) -> None:
        standby = worlds["dr"]
        if step == "bakes" and not dead:
            dead.append(standby.instances[0])
            standby.instances[0] = replace(dead[0], healthy=False, why="no answer")

    with pytest.raises(FailedError, match=r"no further instance serves after 60 s \(no answer\)"):
        deployment(worlds, meanwhile=meanwhile, bake=0.3).run()


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
