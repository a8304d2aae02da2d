"""The function, called as Lambda calls it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest
from botocore.exceptions import ClientError

from functions.failover_control.agreed import BETWEEN_LOOKS, LONGEST_GAP, LOOKS, TTL
from functions.failover_control.handler import control_from
from functions.failover_control.standby import StandbyMissingError
from functions.failover_control.switch import UnreachableError
from tests.functions.failover_control.events import Event, alarm, scheduled
from tests.functions.failover_control.world import (
    HEALTH_NAME,
    HEALTHY,
    NO_ANSWER,
    STANDBY_HEALTH_NAME,
    UNHEALTHY,
    World,
    answers,
    deployed,
    refused,
)

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PAUSES = (LOOKS - 1) * [BETWEEN_LOOKS]
SWITCH_SET, WOKEN = "switch set", "standby woken"


def endpoint_alarm(world: World, began: datetime = NOW, value: str = "ALARM") -> Event:
    return alarm(f"{world.name}-primary-endpoint", began=began, value=value)


def test_a_quiet_minute_has_looks_with_pauses_between_and_is_one_heartbeat(world: World) -> None:
    looked: list[str] = []

    def lookup(name: str) -> set[str]:
        looked.append(name)
        return HEALTHY

    assert world.handle(scheduled(), lookup) == []
    assert looked == LOOKS * [HEALTH_NAME, STANDBY_HEALTH_NAME]
    assert world.slept == PAUSES
    assert world.published == [0]
    assert world.needed == [0]
    assert world.setting is None


def test_a_run_without_time_for_another_look_ends(world: World) -> None:
    """The next minute's run has long started."""
    assert world.handle(scheduled(), seconds=40) == []
    assert world.slept == []
    assert world.published == [0]


def test_runs_leave_no_failure_of_a_minute_unseen() -> None:
    """Wherever in their minutes EventBridge starts the runs, the standby is woken within two
    minutes, including Route 53's propagation (10 s) and the health record's TTL."""
    for first, second in product(range(60), repeat=2):
        looks = [first + look * BETWEEN_LOOKS for look in range(LOOKS)]
        assert 60 + second - looks[-1] <= LONGEST_GAP
    assert LONGEST_GAP + TTL + 10 < 120


def test_the_first_failing_minute_latches_and_wakes(world: World) -> None:
    world.add_group(2, awake=4)
    # The second look protects the new instances; later looks have nothing left to do.
    assert world.handle(scheduled(), answers(UNHEALTHY)) == [WOKEN, SWITCH_SET, WOKEN]
    assert world.setting is not None
    assert world.setting.by == "failover-control"
    assert world.published == [0, 1]
    assert (world.size, world.guarded) == (4, 4)


def test_a_minute_that_comes_twice_does_nothing_the_second_time(world: World) -> None:
    world.add_group(2, awake=4)
    world.handle(scheduled(), answers(UNHEALTHY))
    first = world.setting
    assert world.handle(scheduled(), answers(UNHEALTHY)) == []
    assert world.handle(scheduled()) == []
    assert world.setting == first


def test_a_blip_of_two_looks_latches(world: World) -> None:
    done = world.handle(scheduled(), answers(HEALTHY, UNHEALTHY, UNHEALTHY, HEALTHY))
    assert done == [SWITCH_SET]
    assert world.published == [0, 1]


def test_a_blip_of_one_look_does_not(world: World) -> None:
    """Route 53 moves nobody for so short a time; if it did, the alarm says so."""
    assert world.handle(scheduled(), answers(HEALTHY, UNHEALTHY, HEALTHY)) == []
    assert world.setting is None


def test_a_standby_asleep_is_woken_and_the_switch_set_once_it_serves(world: World) -> None:
    world.add_group(0, rest=0, awake=4)
    asleep = answers(UNHEALTHY, standby=UNHEALTHY)
    assert world.handle(scheduled(), asleep) == [WOKEN, WOKEN]
    assert world.setting is None
    assert world.handle(scheduled(), answers(UNHEALTHY)) == [SWITCH_SET]


def test_users_stay_on_a_primary_that_is_well_before_the_standby_is(world: World) -> None:
    """Nobody was moved, and nobody should be once the standby is awake."""
    world.add_group(0, rest=0, awake=4)
    world.handle(scheduled(), answers(UNHEALTHY, standby=UNHEALTHY))
    assert world.handle(scheduled(), answers(HEALTHY, standby=HEALTHY)) == []
    assert world.setting is None
    assert world.published[-1] == 0


def test_a_standby_of_which_nothing_is_known_has_nobody_moved_to_it(world: World) -> None:
    """As during a first deployment, when the standby's record may not exist yet."""
    assert world.handle(scheduled(), answers(UNHEALTHY, standby=NO_ANSWER)) == []
    assert world.setting is None


def test_dns_without_an_answer_latches_nothing(world: World) -> None:
    assert world.handle(scheduled(), answers(NO_ANSWER)) == []
    assert world.setting is None


@pytest.mark.parametrize("failing", range(1, LOOKS + 1))
def test_a_look_that_fails_keeps_none_of_the_others_from_being_taken(
    world: World, failing: int
) -> None:
    looks = count(1)

    def lookup(name: str) -> set[str]:
        if name == HEALTH_NAME:
            world.broken = {"s3": refused("SlowDown")} if next(looks) == failing else {}
        return HEALTHY

    with pytest.RaisesGroup(
        pytest.RaisesGroup(UnreachableError), match=f"1 of {LOOKS} looks failed"
    ):
        world.handle(scheduled(), lookup)
    assert world.slept == PAUSES
    assert world.published == [0]


def test_a_resolver_that_breaks_costs_one_look(world: World) -> None:
    looks = count(1)

    def lookup(name: str) -> set[str]:
        if name != HEALTH_NAME:
            return HEALTHY
        look = next(looks)
        if look == 2:
            raise RuntimeError("the resolver broke")
        return UNHEALTHY if look in (1, 3) else HEALTHY

    with pytest.RaisesGroup(RuntimeError):
        world.handle(scheduled(), lookup)
    assert world.setting is not None, "what was seen before and after is in a row"


def test_a_minute_of_failing_looks_tells_of_them_all(world: World) -> None:
    world.wants_group()
    look = pytest.RaisesGroup(StandbyMissingError)
    with pytest.RaisesGroup(*LOOKS * [look], match=f"{LOOKS} of {LOOKS} looks failed"):
        world.handle(scheduled(), answers(UNHEALTHY))
    assert world.setting is not None
    assert world.published == [0, 1]


def test_the_alarm_latches_at_once_though_dns_is_healthy_again(world: World) -> None:
    world.add_group(2, awake=4)
    assert world.handle(endpoint_alarm(world)) == [WOKEN, SWITCH_SET, WOKEN]
    assert world.slept == [BETWEEN_LOOKS]
    assert world.published == [0, 1]
    assert (world.size, world.guarded) == (4, 4)


def test_the_alarm_moves_nobody_to_a_standby_that_is_down(world: World) -> None:
    assert world.handle(endpoint_alarm(world), answers(HEALTHY, standby=UNHEALTHY)) == []
    assert world.setting is None


def test_an_alarm_told_twice_latches_once(world: World) -> None:
    assert world.handle(endpoint_alarm(world)) == [SWITCH_SET]
    first = world.setting
    assert world.handle(endpoint_alarm(world)) == []
    assert world.setting == first
    assert world.published == [0, 1, 1]


def test_an_alarm_that_is_told_after_the_clear_does_not_latch_again(world: World) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    world.handle(endpoint_alarm(world, began))
    world.clear()
    # Sent after the clear, but what counts is when the alarm's data began.
    assert world.handle(endpoint_alarm(world, began + timedelta(minutes=4))) == []
    assert world.handle(endpoint_alarm(world, began)) == []
    assert world.setting is None
    assert world.published == [0, 1, 0, 0]


def test_an_alarm_of_after_the_clear_latches_anew(world: World) -> None:
    world.handle(endpoint_alarm(world))
    began = world.clear() + SECOND
    assert world.handle(endpoint_alarm(world, began)) == [SWITCH_SET]


def test_an_old_alarm_still_has_the_function_look(world: World) -> None:
    world.add_group(2, awake=4)
    done = world.handle(endpoint_alarm(world, NOW), answers(UNHEALTHY))
    assert done == [WOKEN, SWITCH_SET, WOKEN]


def test_an_alarm_without_reason_data_latches(world: World) -> None:
    event = endpoint_alarm(world, world.clear())
    del event["detail"]["state"]["reasonData"]
    assert world.handle(event) == [SWITCH_SET]


def test_what_an_alarm_wants_is_tried_until_it_is_done(world: World) -> None:
    """The function itself retries: the event is not sent again."""
    world.add_group(2, awake=4)
    world.broken |= {"s3": refused("SlowDown"), "autoscaling": refused("Throttling")}

    def sleep(seconds: float) -> None:
        world.slept.append(seconds)
        world.broken.clear()

    with pytest.RaisesGroup(pytest.RaisesGroup(*2 * [UnreachableError], *2 * [ClientError])):
        world.handle(endpoint_alarm(world), answers(UNHEALTHY), sleep, seconds=40)
    done = world.handle(endpoint_alarm(world), answers(UNHEALTHY), sleep)
    assert done == [SWITCH_SET, WOKEN, WOKEN], "the look that failed had seen the failure"
    assert world.slept == 2 * [BETWEEN_LOOKS]
    assert world.size == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event["detail"].update(alarmName="another"),
        lambda event: event.update(source="com.example"),
        lambda event: event.update({"detail-type": "CloudWatch Alarm Configuration Change"}),
        lambda event: event["detail"]["state"].update(value="OK"),
        lambda event: event["detail"]["state"].update(value="INSUFFICIENT_DATA"),
        lambda event: event.clear(),
    ],
    ids=["name", "source", "detail type", "OK", "insufficient data", "empty"],
)
def test_an_event_that_is_not_the_alarms_changes_nothing(
    world: World, change: Callable[[Event], None], capsys: pytest.CaptureFixture[str]
) -> None:
    event = endpoint_alarm(world)
    change(event)
    world.calls.clear()
    assert world.handle(event, answers(UNHEALTHY)) == []
    assert world.calls == []
    assert capsys.readouterr().out.startswith("not for this function: ")


def test_with_automatic_failback_the_standby_is_all_that_moves(world: World) -> None:
    world.environ.setenv("FAILBACK", "automatic")
    world.add_group(2, awake=4)
    assert world.handle(scheduled(), answers(UNHEALTHY)) == [WOKEN, WOKEN]
    assert world.setting is None
    assert world.published == []
    assert (world.size, world.guarded) == (4, 4)


def test_without_a_group_the_switch_is_all_that_moves(world: World) -> None:
    assert world.handle(scheduled(), answers(UNHEALTHY)) == [SWITCH_SET]
    assert not any("AutoScaling" in operation for operation, _ in world.calls)


def test_with_neither_switch_nor_group_nothing_moves(world: World) -> None:
    world.environ.setenv("FAILBACK", "automatic")
    world.calls.clear()
    assert world.handle(scheduled(), answers(UNHEALTHY)) == []
    assert world.needed == [1]
    assert {operation for operation, _ in world.calls} == {"PutMetricData"}


def test_the_log_tells_what_was_done_and_no_more(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.add_group(4, awake=4)
    world.handle(scheduled())
    assert capsys.readouterr().out == ""
    world.handle(scheduled(), answers(HEALTHY, UNHEALTHY, UNHEALTHY, NO_ANSWER))
    assert capsys.readouterr().out.splitlines() == [
        "the primary's health: unhealthy, the standby's: healthy",
        "standby woken",
        "the primary's health: unhealthy, the standby's: healthy",
        "switch set",
        *(LOOKS - 3) * ["the primary's health: unknown, the standby's: healthy"],
    ]


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_the_function_works_in_its_own_region(aws: None, region: str) -> None:  # noqa: ARG001
    with deployed(region) as world:
        world.add_group(2, awake=4)
        assert world.handle(endpoint_alarm(world)) == [WOKEN, SWITCH_SET, WOKEN]
        control = control_from({**os.environ})
        assert control.s3.meta.region_name == region
        assert control.standby is not None
        assert control.standby.autoscaling.meta.region_name == region
