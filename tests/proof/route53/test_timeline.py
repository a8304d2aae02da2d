"""Hours of the deployment, second by second, with faults at any moment: how soon users are served
again, and who brings them back."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emitted import read
from environments import Environment
from modules.recovery_time import PROPAGATION, recovery_time
from proof.route53 import Configuration, configuration_of
from proof.route53.history import Change, recovery_seconds, returns
from proof.route53.timeline import Timeline
from tests.synthesis import synthesise
from tests.variants import PLACES, changed

pytestmark = pytest.mark.slow

CALM = 120
Build = Callable[..., Timeline]

seeds = st.integers(0, 10**6)
propagations = st.integers(0, PROPAGATION)
# Each makes the primary stop serving everybody.
failures = st.sampled_from(
    [{"network": False}, {"status": 500}, {"status": 200, "latency": 30.0}, {"registered": 0}]
)
WELL = {"network": True, "status": 200, "latency": 0.1, "registered": 3}


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """A variant's environment and its configuration from the JSON, each built once."""
    made: dict[tuple[Any, ...], tuple[Environment, Configuration]] = {}

    def variant(*which: str) -> tuple[Environment, Configuration]:
        if which not in made:
            strategy, failback, *record = which
            environment = changed(strategy, failback, PLACES[1], *record)
            folder = tmp_path_factory.mktemp("variant")
            synthesise(environment, folder)
            made[which] = (environment, configuration_of(read(folder)))
        return made[which]

    return variant


@pytest.fixture(scope="module")
def calm(emitted: Callable[..., Any]) -> Build:
    """A deployment after a calm start."""

    def build(
        *which: str,
        seed: int = 0,
        propagation: int = PROPAGATION,
        extending: tuple[int, ...] = (),
    ) -> Timeline:
        environment, configuration = emitted(*which)
        timeline = Timeline(
            configuration, environment, seed=seed, propagation=propagation, extending=extending
        )
        moments = timeline.run(CALM)
        assert {moment.answered for moment in moments} == {environment.primary.region}
        return timeline

    return build


VARIANTS = [
    *(
        (strategy, "manual", record)
        for strategy in ("hot", "warm")
        for record in ("alias", "cname")
    ),
    ("pilot_light", "manual", "alias"),
    ("hot", "automatic", "alias"),
    ("pilot_light", "automatic", "cname"),
]


@pytest.mark.parametrize("which", VARIANTS, ids="-".join)
@settings(max_examples=12)
@given(pace=st.tuples(seeds, propagations), failure=failures, after=st.integers(0, 90))
def test_the_recovery_time_is_never_longer_than_synth_says(
    calm: Build, which: tuple[str, ...], pace: tuple[int, int], failure: dict[str, Any], after: int
) -> None:
    timeline = calm(*which, seed=pace[0], propagation=pace[1])
    environment = timeline.environment
    bound = recovery_time(environment).total
    moments = timeline.run(after + bound + 60, [Change(after, environment.primary.region, failure)])
    found = recovery_seconds(moments, moments[after].at)
    assert found is not None
    assert found <= bound


@settings(max_examples=6)
@given(
    pace=st.tuples(seeds, propagations),
    failure=failures,
    excesses=st.lists(st.integers(1, 900), min_size=1, max_size=6).map(tuple),
)
def test_resolvers_that_extend_the_ttl_follow_as_much_later(
    calm: Build,
    pace: tuple[int, int],
    failure: dict[str, Any],
    excesses: tuple[int, ...],
) -> None:
    """And users of the others are served by the bound all the same."""
    timeline = calm("hot", "manual", seed=pace[0], propagation=pace[1], extending=excesses)
    bound = recovery_time(timeline.environment).total
    lost = Change(0, timeline.environment.primary.region, failure)
    moments = timeline.run(bound + max(excesses) + 60, [lost])
    found = recovery_seconds(moments, moments[0].at)
    assert found is not None
    assert found <= bound
    for number, excess in enumerate(excesses):
        late = [moment.at for moment in moments if moment.extending[number] is None]
        assert late[-1] - moments[0].at < bound + excess


def test_a_primary_that_is_back_serves_who_extend_the_ttl_although_the_switch_is_set(
    calm: Build,
) -> None:
    timeline = calm("hot", "manual", extending=(900,))
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    timeline.run(300, [Change(0, primary, {"network": False})])
    back = timeline.run(60, [Change(0, primary, WELL)])
    assert all(moment.is_set for moment in back)
    assert {user for moment in back for user in moment.users} == {standby}
    assert {user for moment in back for user in moment.extending} == {primary}


@settings(max_examples=25)
@given(
    pace=st.tuples(seeds, propagations),
    failure=failures,
    lengths=st.lists(st.integers(5, 150), min_size=4, max_size=20),
)
def test_a_flapping_primary_gets_its_users_back_once_at_most(
    calm: Build, pace: tuple[int, int], failure: dict[str, Any], lengths: list[int]
) -> None:
    timeline = calm("hot", "manual", seed=pace[0], propagation=pace[1])
    primary = timeline.environment.primary.region
    at, events = 0, list[Change]()
    for number, length in enumerate(lengths):
        events.append(Change(at, primary, failure if number % 2 == 0 else WELL))
        at += length
    moments = timeline.run(at + 300, events)
    assert returns(moments, primary) <= 1


@settings(max_examples=25)
@given(seed=seeds, failure=failures, lasting=st.integers(60, 600))
def test_a_recovered_primary_waits_for_the_operator(
    calm: Build, seed: int, failure: dict[str, Any], lasting: int
) -> None:
    timeline = calm("warm", "manual", seed=seed)
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    timeline.run(lasting, [Change(0, primary, failure)])
    after = timeline.run(1800, [Change(0, primary, WELL)])
    if any(moment.is_set for moment in after):  # sometimes a short failure moves nobody
        set_at = next(number for number, moment in enumerate(after) if moment.is_set)
        settled = after[set_at + 180 :]
        assert {moment.answered for moment in settled} == {standby}
    timeline.clear()
    back = timeline.run(300)
    assert back[-1].answered == primary
    assert not back[-1].is_set


@settings(max_examples=20)
@given(
    seed=seeds,
    gone=st.sampled_from(["standby s3", "standby cloudwatch", "third s3", "third network"]),
    is_set=st.booleans(),
)
def test_the_position_outlives_hours_without_one_of_its_machines(
    calm: Build, seed: int, gone: str, is_set: bool
) -> None:
    timeline = calm("hot", "manual", seed=seed)
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    where, _, what = gone.partition(" ")
    region = standby if where == "standby" else timeline.environment.switch_places[1].region
    if is_set:
        timeline.switch.set(by="operator", reason="")
    timeline.run(300)
    moments = timeline.run(2 * 3600, [Change(60, region, {what: False})])
    assert {moment.answered for moment in moments} == {standby if is_set else primary}


@settings(max_examples=10)
@given(seed=seeds, is_set=st.booleans())
def test_the_position_outlives_hours_without_the_function(
    calm: Build, seed: int, is_set: bool
) -> None:
    timeline = calm("hot", "manual", seed=seed)
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    timeline.stop_control()
    if is_set:
        timeline.switch.set(by="operator", reason="")
    timeline.run(300)
    moments = timeline.run(2 * 3600)
    assert {moment.answered for moment in moments} == {standby if is_set else primary}


@settings(max_examples=15)
@given(seed=seeds, first=st.booleans(), gap=st.integers(0, 300))
def test_with_both_regions_lost_there_is_an_answer_and_whoever_returns_serves(
    calm: Build, seed: int, first: bool, gap: int
) -> None:
    timeline = calm("hot", "manual", seed=seed)
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    order = (primary, standby) if first else (standby, primary)
    lost = [Change(0, order[0], {"network": False}), Change(gap, order[1], {"network": False})]
    moments = timeline.run(gap + 300, lost)
    assert None not in {moment.answered for moment in moments}
    for region in (standby, primary):
        moments = timeline.run(400, [Change(0, region, {"network": True})])
        assert None not in moments[-1].users


@settings(max_examples=20)
@given(seed=seeds, blind=st.sets(st.integers(0, 15), max_size=16))
def test_a_few_checkers_that_see_it_keep_the_primary_in_service(
    calm: Build, seed: int, blind: set[int]
) -> None:
    """18 % of 16 checkers are 2.88: three that see it are enough, two are not."""
    timeline = calm("hot", "manual", seed=seed)
    primary, standby = timeline.environment.primary.region, timeline.environment.dr.region
    moments = timeline.run(400, [Change(0, primary, {}, blind=frozenset(blind))])
    sees = 16 - len(blind)
    assert moments[-1].answered == (primary if sees >= 3 else standby)


def test_a_pilot_light_that_was_not_needed_lets_users_stay(calm: Build) -> None:
    """The primary recovers before the standby is awake."""
    for seed in range(10):
        timeline = calm("pilot_light", "manual", seed=seed)
        primary = timeline.environment.primary.region
        events = [Change(0, primary, {"status": 500}), Change(100, primary, WELL)]
        moments = timeline.run(600, events)
        assert timeline.aws.group.serving == timeline.environment.primary.capacity.desired
        moments += timeline.run(900)
        assert timeline.aws.group.serving == 0, "it went back to sleep"
        assert {moment.answered for moment in moments} == {primary}
        assert not any(moment.is_set for moment in moments)
