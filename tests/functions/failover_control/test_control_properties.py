"""What holds whatever happens, in any order, and whatever AWS refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.failover_control.control import DISTRUST_DNS
from functions.failover_control.endpoint import Health
from functions.failover_control.switch import Setting, UnreachableError
from tests.functions.failover_control.world import REGION, THIRD, World, deployed, refused

Step = Callable[[World], None]

HOUR = timedelta(hours=1)


def alarm_time(world: World, *, old: bool) -> datetime:
    """A time before or after the last clear."""
    return (world.operator.cleared_at() or datetime.now(UTC)) + (-HOUR if old else HOUR)


def looked(
    world: World, health: Health, alarmed_since: datetime | None = None
) -> tuple[Setting | None, Setting | None]:
    """Acts twice in a row, long after any clear. Returns the switch's setting before and after."""
    before = world.setting
    control = world.control(later=world.later + DISTRUST_DNS)
    for _ in range(2):
        control.act(health, alarmed_since, standby=Health.HEALTHY)
    after = world.setting
    assert world.published[-1] == (after is not None)
    assert world.marks == 2 * [after is not None]
    if health is Health.UNHEALTHY:
        assert after is not None
    if before is not None:
        assert after == before  # only an operator clears it, and the first reason is kept
    return before, after


def observes(health: Health) -> Step:
    def step(world: World) -> None:
        before, after = looked(world, health)
        if health is not Health.UNHEALTHY:
            assert after == before

    return step


def hears_old_alarm(world: World) -> None:
    ever_cleared = world.operator.cleared_at() is not None
    before, after = looked(world, Health.HEALTHY, alarm_time(world, old=True))
    if ever_cleared:
        assert after == before


def hears_new_alarm(world: World) -> None:
    _, after = looked(world, Health.HEALTHY, alarm_time(world, old=False))
    assert after is not None


def operator_sets(world: World) -> None:
    world.operator.set(by="ana", reason="a drill")


def operator_clears(world: World) -> None:
    world.operator.clear(by="ana", reason="the drill is over")


STEPS: dict[str, Step] = {
    "healthy": observes(Health.HEALTHY),
    "unhealthy": observes(Health.UNHEALTHY),
    "unknown": observes(Health.UNKNOWN),
    "old alarm": hears_old_alarm,
    "new alarm": hears_new_alarm,
    "set": operator_sets,
    "clear": operator_clears,
}


@pytest.mark.slow
@settings(max_examples=20)
@given(names=st.lists(st.sampled_from(list(STEPS)), min_size=1, max_size=8))
def test_failures_latch_and_operators_clear(aws: None, names: list[str]) -> None:  # noqa: ARG001
    with deployed() as world:
        for name in names:
            STEPS[name](world)


IN_REGION, IN_THIRD = f"s3 {REGION}", f"s3 {THIRD}"
OPERATIONS = [
    "GetObject",
    "HeadObject",
    "PutObject",
    "DeleteObject",
    "PutMetricData",
    "cloudwatch",
    IN_REGION,
    IN_THIRD,
]


# A control that cannot read a place may set the switch again in the other.
UNREAD = {"GetObject", IN_REGION, IN_THIRD}


@pytest.mark.slow
@settings(max_examples=30)
@example([(Health.UNHEALTHY, {IN_REGION}, None, None), (Health.HEALTHY, {IN_THIRD}, "old", None)])
@example([(Health.HEALTHY, {IN_REGION}, "old", None), (Health.UNHEALTHY, {IN_THIRD}, None, None)])
@given(
    looks=st.lists(
        st.tuples(
            st.sampled_from(Health),
            st.sets(st.sampled_from(OPERATIONS), max_size=2),
            st.sampled_from([None, "old", "new"]),
            st.sampled_from([None, None, operator_sets, operator_clears]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_aws_refuses_nothing_contradictory_is_published(
    aws: None,  # noqa: ARG001
    looks: list[tuple[Health, set[str], str | None, Step | None]],
) -> None:
    """Nor is a set switch cleared, or the switch set without a reason."""
    with deployed() as world:
        for health, broken, alarm, operator in looks:
            if operator is not None:
                operator(world)
            began = None if alarm is None else alarm_time(world, old=alarm == "old")
            before, told = world.setting, len(world.published)
            world.broken = dict.fromkeys(broken, refused("SlowDown"))
            control = world.control(later=world.later + DISTRUST_DNS)
            for _ in range(2):
                try:
                    control.act(health, began, standby=Health.HEALTHY)
                except* (ClientError, UnreachableError):
                    pass
            after = world.setting
            if before is not None and broken & UNREAD:
                assert after is not None
                assert after.at <= before.at  # the oldest mark counts, such as an old alarm's
            elif before is not None:
                assert after == before
            elif health is not Health.UNHEALTHY and alarm is None:
                assert after is None
            # The first look may report it clear before it is set, but not the reverse.
            for value in world.published[told:]:
                assert value == (after is not None) or (value == 0 and before is None)
