"""Hours of a deployment with a database: who can write, how soon, and that nobody writes where it
does not count. The control, its keeper of the database and `switch clear` are the real ones."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from environments import Role
from functions.failover_control.keeper import DatabaseKeeper
from modules.recovery_point import write_recovery
from modules.recovery_time import recovery_time
from operations.switch.commands import clear_switch
from proof.route53.data_invariants import seconds_without_writes, stale_writes
from proof.route53.databases import CONTRACT
from proof.route53.history import Change, Moment
from proof.route53.timeline import Timeline
from terminal.errors import OperationError
from tests.proof.route53.conftest import PLACE, Deploy

pytestmark = pytest.mark.slow

PRIMARY, STANDBY = PLACE[:2]
AURORA, REPLICA, ASLEEP = (
    ("hot", "aurora-postgresql"),
    ("warm", "rds-mysql-replica"),
    ("pilot_light", "aurora-mysql"),
)
ENGINES = [AURORA, REPLICA, ASLEEP]
# Each keeps users of the primary from writing.
FAILURES: list[dict[str, Any]] = [{"network": False}, {"status": 500}, {"database": False}]
WELL = {"network": True, "status": 200, "database": True}
Build = Callable[..., Timeline]

seeds = st.integers(0, 10**6)
failures = st.sampled_from(FAILURES)


@pytest.fixture(scope="module")
def calm(with_data: Deploy) -> Build:
    """A deployment after a calm start."""

    def build(
        engine: tuple[str, str],
        promotion: str = "automatic",
        seed: int = 0,
        needs_writer: frozenset[Role] = CONTRACT,
    ) -> Timeline:
        one = with_data(*engine, promotion)
        timeline = Timeline(
            one.configuration, one.environment, seed=seed, needs_writer=needs_writer
        )
        assert {moment.answered for moment in timeline.run(120)} == {PRIMARY}
        return timeline

    return build


def until_written(timeline: Timeline) -> int:
    """The longest time without writes that synth prints."""
    found = write_recovery(timeline.environment)
    assert found is not None
    return found.total


def lost(timeline: Timeline, failure: dict[str, Any], seconds: int) -> list[Moment]:
    """The primary fails for so long."""
    return timeline.run(seconds, [Change(0, PRIMARY, failure)])


def promoted(timeline: Timeline, failure: dict[str, Any] = FAILURES[0]) -> list[Moment]:
    """The primary fails until the standby writes, and returns."""
    moments = lost(timeline, failure, until_written(timeline) + 60)
    assert moments[-1].writer == STANDBY
    return moments + timeline.run(900, [Change(0, PRIMARY, WELL)])


def clear(timeline: Timeline, *, force: bool = False) -> None:
    """The operator's command."""

    def lookup(name: str) -> set[str]:
        answer = timeline.zone().answer(name)
        return set() if answer is None else set(answer.values)

    clear_switch(
        timeline.environment,
        by="operator",
        reason="",
        force=force,
        console=Console(file=io.StringIO()),
        lookup=lookup,
        switch=timeline.switch,
        connect=lambda _, region: timeline.aws.database.rds(region),
    )


@pytest.mark.parametrize("engine", ENGINES, ids="-".join)
@settings(max_examples=6)
@given(seed=seeds, failure=failures)
def test_writes_return_as_soon_as_synth_says(
    calm: Build, engine: tuple[str, str], seed: int, failure: dict[str, Any]
) -> None:
    timeline = calm(engine, seed=seed)
    bound = until_written(timeline)
    moments = lost(timeline, failure, bound + 60)
    found = seconds_without_writes(moments, moments[0].at)
    assert found is not None
    assert found <= bound
    assert list(stale_writes(moments)) == []


@pytest.mark.parametrize("engine", ENGINES, ids="-".join)
@settings(max_examples=4)
@given(seed=seeds, failure=failures)
def test_a_primary_that_returns_gets_no_users_and_nobody_can_give_it_any(
    calm: Build, engine: tuple[str, str], seed: int, failure: dict[str, Any]
) -> None:
    timeline = calm(engine, seed=seed)
    after = promoted(timeline, failure)[-900:]
    assert {moment.answered for moment in after} == {STANDBY}
    assert list(stale_writes(after)) == []
    with pytest.raises(OperationError):
        clear(timeline)
    assert {moment.answered for moment in timeline.run(300)} == {STANDBY}


@settings(max_examples=6)
@given(
    seed=seeds,
    failure=failures,
    lengths=st.lists(st.integers(30, 400), min_size=2, max_size=8),
    engine=st.sampled_from([AURORA, REPLICA]),
)
def test_a_flapping_primary_never_has_two_writers_with_users(
    calm: Build,
    seed: int,
    failure: dict[str, Any],
    lengths: list[int],
    engine: tuple[str, str],
) -> None:
    timeline = calm(engine, seed=seed)
    moments: list[Moment] = []
    for number, length in enumerate(lengths):
        moments += timeline.run(length, [Change(0, PRIMARY, WELL if number % 2 else failure)])
    assert list(stale_writes(moments)) == []


@settings(max_examples=3)
@given(seed=seeds, engine=st.sampled_from([AURORA, REPLICA]))
def test_with_manual_promotion_users_read_until_somebody_promotes(
    calm: Build, seed: int, engine: tuple[str, str]
) -> None:
    timeline = calm(engine, "manual", seed=seed)
    users = recovery_time(timeline.environment).total
    moments = lost(timeline, {"network": False}, 1800)
    settled = moments[users + 1 :]
    assert {one for moment in settled for one in moment.users} == {STANDBY}, "served, to read"
    assert {moment.writer for moment in moments} == {PRIMARY}
    timeline.aws.database.move(STANDBY)  # failover data promote
    moments = timeline.run(600)
    assert seconds_without_writes(moments, moments[0].at) is not None


def test_with_manual_promotion_a_primary_that_returns_has_every_write(calm: Build) -> None:
    timeline = calm(AURORA, "manual")
    lost(timeline, {"network": False}, 1800)
    timeline.run(300, [Change(0, PRIMARY, WELL)])
    clear(timeline)
    moments = timeline.run(600)
    assert set(moments[-1].users) == {PRIMARY}
    assert moments[-1].writer == PRIMARY


def test_users_return_once_the_writer_is_back(calm: Build) -> None:
    timeline = calm(AURORA)
    promoted(timeline)
    # failover data switchover. Until Route 53 has noticed, the primary is unhealthy, and has been
    # since the failure: that is no reason to promote the standby again.
    timeline.aws.database.move(PRIMARY)
    with pytest.raises(OperationError):
        clear(timeline)
    timeline.run(600)
    clear(timeline)
    moments = timeline.run(600)
    assert seconds_without_writes(moments, moments[0].at) is not None
    assert set(moments[-1].users) == {moments[-1].writer} == {PRIMARY}


def test_a_planned_failover_is_no_reason_to_promote(calm: Build) -> None:
    """An operator sets the switch while the primary is well."""
    timeline = calm(AURORA)
    timeline.switch.set(by="operator", reason="maintenance")
    moments = timeline.run(3600)
    assert {moment.writer for moment in moments} == {PRIMARY}
    assert moments[-1].answered == STANDBY


def test_a_control_that_never_promotes_is_noticed(
    calm: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabaseKeeper, "promote", lambda *_, **__: False)
    timeline = calm(AURORA)
    moments = lost(timeline, {"network": False}, until_written(timeline) + 60)
    assert seconds_without_writes(moments, moments[0].at) is None


@pytest.mark.parametrize("promotes", [AURORA, REPLICA], ids="-".join)
def test_a_standby_that_is_unhealthy_until_it_writes_is_noticed(
    calm: Build, promotes: tuple[str, str]
) -> None:
    """Nobody is moved, so nothing is latched, so nothing is promoted."""
    timeline = calm(promotes, needs_writer=frozenset({"primary", "dr"}))
    moments = lost(timeline, {"network": False}, until_written(timeline) + 60)
    assert seconds_without_writes(moments, moments[0].at) is None


def test_a_primary_that_is_healthy_while_it_only_reads_is_noticed(calm: Build) -> None:
    """Its database alone fails: its users are not moved, and can write nowhere."""
    timeline = calm(AURORA, needs_writer=frozenset())
    moments = lost(timeline, {"database": False}, until_written(timeline) + 60)
    assert seconds_without_writes(moments, moments[0].at) is None
    assert {moment.answered for moment in moments} == {PRIMARY}


def test_a_clear_while_both_take_writes_is_noticed(calm: Build) -> None:
    """Only by force: a replica's source takes writes that the promoted replica never gets."""
    timeline = calm(REPLICA)
    promoted(timeline)
    clear(timeline, force=True)
    assert list(stale_writes(timeline.run(600)))
