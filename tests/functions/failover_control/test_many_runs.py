"""Many runs at once, as after an outage of Lambda or EventBridge.

Few scheduled runs can pile up: an event waits at most a minute in EventBridge and five in Lambda's
queue. Alarm events may arrive a day late, and any event may arrive twice. These tests use more runs
than can occur.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from functions.failover_control.agreed import LOOKS
from functions.failover_control.control import DISTRUST_DNS
from tests.functions.failover_control.crowd import ALARM, AWAKE, Crowd, crowd
from tests.functions.failover_control.events import Event, alarm, scheduled

RUNS = 30
SET = "switch set"
HOUR = 3600


@pytest.fixture(params=range(16))
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    """A crowd with a different order each time."""
    with monkeypatch.context() as patch:
        yield crowd(patch, request.param)


def runs(many: Crowd, event: Event) -> list[partial[list[str]]]:
    return [partial(many.run, event)] * RUNS


def test_over_a_healthy_primary_nothing_latches(many: Crowd) -> None:
    many.all(*runs(many, scheduled()))
    assert many.told == []
    assert many.marks == [False, False]
    # Each look reads both places, and when the standby was last needed.
    assert set(many.calls) == {"GetObject", "HeadObject"}
    assert many.calls["GetObject"] == 2 * many.calls["HeadObject"] <= RUNS * LOOKS * 2


def test_over_an_unhealthy_primary_the_switch_is_set_once(many: Crowd) -> None:
    many.ill = lambda: True
    many.all(*runs(many, scheduled()))
    assert many.told.count(SET) == 1
    assert many.marks == [True, True]
    assert many.group.desired == AWAKE
    # Each look reads both marks, both clears twice, and when the standby was last needed.
    assert many.calls["HeadObject"] <= RUNS * LOOKS * 5
    # Each look reads both marks, and one place's word that there is no pause. In one look of each
    # run, another run may have been first, in both places.
    assert many.calls["GetObject"] <= RUNS * (LOOKS * 3 + 2)
    # Each run writes both marks and, twice, a note of the need; and one run writes who set the
    # switch.
    assert many.calls["PutObject"] <= RUNS * (2 + 2) + 2
    assert set(many.calls) == {"GetObject", "HeadObject", "PutObject"}


def test_a_clear_in_the_middle_sticks(many: Crowd) -> None:
    """Even though DNS still shows the failure for a while, and the runs have seen it."""
    remembered = DISTRUST_DNS.total_seconds() - 10
    many.ill = lambda: many.cleared is None or many.clock.seconds < many.cleared + remembered
    many.all(*runs(many, scheduled()), partial(many.clear, after=2 + 3.7 * many.seed))
    assert many.told.count(SET) <= 1
    assert many.switch.setting() is None
    many.run(scheduled())
    assert many.marks == [False, False]


def test_alarms_that_come_hours_after_the_clear_latch_nothing(many: Crowd) -> None:
    began = many.clock.now()
    many.switch.set(by="failover-control", reason="the primary's health check failed")
    many.clear(after=600)
    many.clock.seconds += 6 * HOUR
    many.calls.clear()
    late = alarm(ALARM, began=began + timedelta(seconds=300))
    many.all(*runs(many, late), *runs(many, scheduled()))
    assert SET not in many.told
    assert many.marks == [False, False]
    assert many.calls["PutObject"] == 0
