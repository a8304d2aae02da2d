"""The switch's two places over time: what remains of a set, a clear or a latch while one of them is
away and when it is back; and partial deployments."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from hypothesis import given, settings
from hypothesis import strategies as st

from emitted import read
from environments import Environment
from functions.failover_control.agreed import SET_KEY
from proof.route53 import Configuration, configuration_of
from proof.route53.bound import completion_bound, switch_bound
from proof.route53.configuration import Record
from proof.route53.history import Change, Moment
from proof.route53.timeline import RESOLVERS, Timeline
from tests.proof.route53.conftest import PLACE
from tests.synthesis import synthesise
from tests.variants import changed

pytestmark = pytest.mark.slow

SEEDS = range(3)
STANDBY, THIRD = PLACE[1:]
AWAY: dict[str, dict[str, Any]] = {"gone": {"s3": False}, "refused": {"s3_writes": False}}
BACK: dict[str, Any] = {"s3": True, "s3_writes": True, "network": True}
Build = Callable[..., Timeline]
Deployed = tuple[Environment, Configuration]


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    environment = changed("hot", "manual", PLACE)
    folder = tmp_path_factory.mktemp("hot")
    synthesise(environment, folder)
    return environment, configuration_of(read(folder))


@pytest.fixture(scope="module")
def calm(emitted: Deployed) -> Build:
    """A deployment after a calm start, with the switch set or clear."""

    def build(seed: int, *, is_set: bool = False) -> Timeline:
        environment, configuration = emitted
        timeline = Timeline(configuration, environment, seed=seed)
        timeline.run(120)
        if is_set:
            timeline.switch.set(by="operator", reason="")
            assert {one.answered for one in timeline.run(240)[-60:]} == {STANDBY}
        return timeline

    return build


def moved(moments: Sequence[Moment], region: str) -> int:
    """The largest number of resolvers, at any time, whose users were not on the region."""
    return max(sum(one != region for one in moment.users) for moment in moments)


def holders(timeline: Timeline) -> set[str]:
    """The regions whose places have the object that sets the switch."""
    return {
        place.region
        for place in timeline.environment.switch_places
        if f"{place.bucket}/{SET_KEY}" in timeline.aws.objects
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("away", AWAY.values(), ids=list(AWAY))
def test_a_set_that_every_place_refuses_moves_nobody(
    calm: Build, away: dict[str, Any], seed: int
) -> None:
    timeline = calm(seed)
    timeline.run(60, [Change(0, region, away) for region in (STANDBY, THIRD)])
    with pytest.raises(BotoCoreError):
        timeline.switch.set(by="operator", reason="")
    moments = timeline.run(600)
    moments += timeline.run(600, [Change(0, region, BACK) for region in (STANDBY, THIRD)])
    assert moved(moments, PLACE[0]) == 0
    assert holders(timeline) == set()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("away", AWAY.values(), ids=list(AWAY))
@pytest.mark.parametrize("region", [STANDBY, THIRD])
def test_a_set_holds_that_one_place_took(
    calm: Build, region: str, away: dict[str, Any], seed: int
) -> None:
    timeline = calm(seed)
    timeline.run(60, [Change(0, region, away)])
    assert len(timeline.switch.set(by="operator", reason="").missed) == 1
    began = timeline.clock.seconds
    moments = timeline.run(600)
    moments += timeline.run(600, [Change(0, region, BACK)])
    bound = switch_bound(timeline.configuration, timeline.environment)
    assert bound is not None
    assert {one.answered for one in moments if one.at >= began + bound} == {STANDBY}
    assert holders(timeline) == {STANDBY, THIRD}, "the other learned of it"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("region", [STANDBY, THIRD])
def test_a_latch_holds_that_was_made_while_a_place_was_away(
    calm: Build, region: str, seed: int
) -> None:
    timeline = calm(seed)
    primary = PLACE[0]
    timeline.run(600, [Change(0, region, {"s3": False}), Change(30, primary, {"network": False})])
    back = [Change(0, primary, {"network": True}), Change(300, region, {"s3": True})]
    moments = timeline.run(1800, back)
    assert {moment.answered for moment in moments} == {STANDBY}
    assert holders(timeline) == {STANDBY, THIRD}


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), region=st.sampled_from([STANDBY, THIRD]), gap=st.integers(0, 60))
def test_a_clear_is_completed_once_the_place_is_back(
    calm: Build, seed: int, region: str, gap: int
) -> None:
    """Users return at once. While the object is seen again, users who ask are sent away, for at
    most the bound in docs/proof.md."""
    timeline = calm(seed, is_set=True)
    timeline.run(120 + gap, [Change(0, region, {"s3": False})])
    assert len(timeline.switch.clear(by="operator", reason="").missed) == 1
    moments = timeline.run(600)
    assert {one.answered for one in moments[60:]} == {PLACE[0]}
    assert holders(timeline) == {region}
    away = [one.answered for one in timeline.run(900, [Change(0, region, BACK)])]
    bound = completion_bound(timeline.configuration, timeline.environment)
    assert bound is not None
    assert away.count(STANDBY) <= bound
    assert STANDBY not in away[bound:]
    assert holders(timeline) == set()


@pytest.mark.parametrize("region", [STANDBY, THIRD])
def test_a_clear_waits_for_a_place_that_refuses_it(calm: Build, region: str) -> None:
    """Its object is still visible to everybody, so users stay, and the operator is told."""
    timeline = calm(0, is_set=True)
    timeline.run(60, [Change(0, region, AWAY["refused"])])
    missed = timeline.switch.clear(by="operator", reason="").missed
    assert missed
    assert all(one.startswith(region) for one in missed)
    assert {one.answered for one in timeline.run(600)} == {STANDBY}
    moments = timeline.run(300, [Change(0, region, BACK)])
    assert moments[-1].answered == PLACE[0]
    assert holders(timeline) == set()


def test_how_many_users_a_late_clear_moves(calm: Build, report: Callable[[str], None]) -> None:
    """Measured for docs/proof.md."""
    seconds, resolvers, until = list[int](), list[int](), list[int]()
    at_rest = calm(0, is_set=True)
    bound = completion_bound(at_rest.configuration, at_rest.environment)
    for seed in range(24):
        timeline = calm(seed, is_set=True)
        timeline.run(120, [Change(0, THIRD, {"s3": False})])
        timeline.switch.clear(by="operator", reason="")
        timeline.run(180 + 11 * seed)
        moments = timeline.run(200, [Change(0, THIRD, BACK)])
        seconds.append(sum(one.answered == STANDBY for one in moments))
        resolvers.append(moved(moments, PLACE[0]))
        on_standby = [number for number, one in enumerate(moments) if STANDBY in one.users]
        until.append(max(on_standby, default=-1) + 1)
    report(
        f"a place back after a clear that it missed, {len(seconds)} seeds: DNS answers the standby"
        f" for {min(seconds)} to {max(seconds)} s (bound {bound}), {max(resolvers)} of {RESOLVERS}"
        f" resolvers move at most, {resolvers.count(0)} times none; the last is back after"
        f" {max(until)} s"
    )
    assert bound is not None
    assert max(until) <= bound + 60


def test_without_the_function_a_late_clear_waits_for_it(calm: Build) -> None:
    """docs/proof.md: until the function runs again, or an operator clears the switch again."""
    timeline = calm(0, is_set=True)
    timeline.run(120, [Change(0, THIRD, {"s3": False})])
    timeline.switch.clear(by="operator", reason="")
    timeline.run(300)
    timeline.stop_control()
    moments = timeline.run(1800, [Change(0, THIRD, BACK)])
    assert moments[-1].answered == STANDBY
    timeline.switch.clear(by="operator", reason="")
    assert timeline.run(300)[-1].answered == PLACE[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_with_no_place_to_be_read_the_switch_is_clear_until_one_is_back(
    calm: Build, seed: int
) -> None:
    """S3 is lost in both of its regions at once: users return to a healthy primary, and leave it
    again."""
    timeline = calm(seed, is_set=True)
    lost = timeline.run(300, [Change(0, region, {"s3": False}) for region in (STANDBY, THIRD)])
    assert lost[-1].answered == PLACE[0]
    again = timeline.run(300, [Change(0, THIRD, BACK)])
    assert again[-1].answered == STANDBY


@pytest.mark.parametrize("is_set", [False, True])
@pytest.mark.parametrize("regions", [(STANDBY,), (THIRD,), (STANDBY, THIRD)], ids="+".join)
def test_regions_that_are_lost_and_back_change_nothing(
    calm: Build, regions: tuple[str, ...], is_set: bool
) -> None:
    """While the standby is lost, the primary is answered; afterwards, the same region as before."""
    timeline = calm(1, is_set=is_set)
    before = STANDBY if is_set else PLACE[0]
    lost = timeline.run(900, [Change(0, region, {"network": False}) for region in regions])
    assert lost[-1].answered == (PLACE[0] if STANDBY in regions else before)
    back = timeline.run(900, [Change(0, region, BACK) for region in regions])
    assert back[-1].answered == before
    assert holders(timeline) == ({STANDBY, THIRD} if is_set else set())


@pytest.mark.parametrize("seed", range(6))
def test_hours_of_faults_one_place_at_a_time(calm: Build, seed: int) -> None:
    """An operator sets and clears at any moment, and either place is away for a while. Whenever
    nothing has happened for as long as the bound, users are where the last move put them."""
    timeline, chance = calm(seed), random.Random(seed)
    bound = completion_bound(timeline.configuration, timeline.environment)
    assert bound is not None
    wanted = False
    for _ in range(25):
        region = chance.choice([STANDBY, THIRD])
        away = {"network": False} if region == THIRD and chance.random() < 0.5 else AWAY["gone"]
        timeline.run(chance.randint(1, 200), [Change(0, region, away)])
        if chance.random() < 0.6:
            wanted = not wanted
            move = timeline.switch.set if wanted else timeline.switch.clear
            move(by="operator", reason="")
        for events in ([], [Change(0, region, BACK)]):
            moments = timeline.run(chance.randint(1, 2 * bound), events)
            assert {one.answered for one in moments[bound:]} <= {STANDBY if wanted else PLACE[0]}
    timeline.run(bound)
    assert holders(timeline) == ({STANDBY, THIRD} if wanted else set())


def orders(configuration: Configuration, chance: random.Random) -> list[Record]:
    """The failover records, in an order in which Terraform may create them."""
    left = [one for one in configuration.records if one.role is not None]
    addresses = {one.address for one in left}
    order = list[Record]()
    while left:
        done = {one.address for one in order}
        free = [one for one in left if one.after & addresses <= done]
        order.append(chance.choice(free))
        left.remove(order[-1])
    return order


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), killed=st.booleans())
def test_a_deployment_that_is_there_in_part_never_latches(
    emitted: Deployed, seed: int, killed: bool
) -> None:
    """A first apply in any order that the emitted JSON allows, possibly killed after any record and
    left so for an hour; then a destroy in reverse. The checks are new as well."""
    environment, configuration = emitted
    chance = random.Random(seed)
    order = orders(configuration, chance)
    regional = tuple(one for one in configuration.records if one.role is None)
    timeline = Timeline(configuration, environment, seed=seed, new=True)
    steps = list(range(len(order) + 1))
    halt = chance.choice(steps) if killed else None
    moments = list[Moment]()
    for number in [*steps, *reversed(steps)]:
        timeline.configuration = replace(configuration, records=(*regional, *order[:number]))
        moments += timeline.run(3600 if number == halt else chance.randint(1, 45))
        halt = None if number == halt else halt
    assert not any(one.is_set for one in moments)
    assert holders(timeline) == set()
