"""Regions are brought back where a release fails."""

from dataclasses import replace
from typing import Any

import pytest

from environments import Role
from operations.delivery.group import Instance
from operations.delivery.region import FailedError
from terminal.errors import OperationError
from tests.operations.delivery.fakes import (
    NEW,
    OLD,
    START,
    World,
    deployment,
    released,
    world_of,
)

pytestmark = pytest.mark.usefixtures("no_pause")


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
        if step.startswith("bakes"):
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
        if step.startswith("bakes") and not dead:
            dead.append(standby.instances[0])
            standby.instances[0] = replace(dead[0], healthy=False, why="no answer")

    with pytest.raises(FailedError, match=r"no further instance serves after 60 s \(no answer\)"):
        deployment(worlds, meanwhile=meanwhile, bake=0.3).run()
