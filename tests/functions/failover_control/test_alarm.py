"""When a failure began, according to an alarm."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.failover_control.alarm import failure_began
from tests.functions.failover_control.events import Event, alarm, cloudwatch_time, scheduled

ALARM = "mission-primary-endpoint"
BEGAN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CHANGED = BEGAN + timedelta(minutes=2)


def event(**changes: Any) -> Event:
    return alarm(ALARM, began=BEGAN) | changes


def event_in_state(**changes: Any) -> Event:
    one = event()
    one["detail"]["state"] |= changes
    return one


def test_a_failure_began_when_the_data_did_and_not_when_the_alarm_told() -> None:
    assert failure_began(event(), ALARM) == BEGAN


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T10:00:00.000+0000",
        "2026-11-24T10:00:00Z",
        "2026-11-24T10:00:00+00:00",
        "2026-11-24T12:00:00.000+0200",
        "2026-11-24T10:00:00",
    ],
)
def test_times_are_read_however_aws_writes_them(text: str) -> None:
    state = event_in_state(reasonData=f'{{"version": "1.0", "startDate": "{text}"}}')
    assert failure_began(state, ALARM) == BEGAN


@pytest.mark.parametrize(
    "said", [None, "", "{}", '{"version": "1.0"}', '{"version": "1.0", "startDate": null}']
)
def test_without_a_start_the_failure_began_when_the_alarm_went_off(said: str | None) -> None:
    """As after `aws cloudwatch set-alarm-state`, which operators use to try out the alarm."""
    assert failure_began(event_in_state(reasonData=said), ALARM) == CHANGED


def test_without_any_reason_data_the_failure_began_when_the_alarm_went_off() -> None:
    one = event()
    del one["detail"]["state"]["reasonData"]
    assert failure_began(one, ALARM) == CHANGED


def test_without_a_time_of_its_own_the_failure_began_when_the_event_was_sent() -> None:
    one = event(time="2026-11-24T10:05:00Z")
    one["detail"]["state"] = {"value": "ALARM"}
    assert failure_began(one, ALARM) == BEGAN + timedelta(minutes=5)


@pytest.mark.parametrize("said", ['"a drill"', "[]", "null", "a drill"])
def test_reason_data_that_nobody_can_read_does_not_hide_the_alarm(said: str) -> None:
    assert failure_began(event_in_state(reasonData=said), ALARM) == CHANGED


@pytest.mark.parametrize("value", ["OK", "INSUFFICIENT_DATA"])
def test_an_alarm_that_does_not_go_off_tells_of_no_failure(value: str) -> None:
    assert failure_began(alarm(ALARM, began=BEGAN, value=value), ALARM) is None


@pytest.mark.parametrize(
    "other",
    [
        alarm(f"{ALARM}-2", began=BEGAN),
        event(source="com.example"),
        event(**{"detail-type": "CloudWatch Alarm Configuration Change"}),
        event(detail={}),
        scheduled(),
        {"time": cloudwatch_time(BEGAN)},
        {},
    ],
    ids=["name", "source", "detail type", "no detail", "scheduled", "no type", "empty"],
)
def test_another_event_tells_of_no_failure(other: Event) -> None:
    assert failure_began(other, ALARM) is None
