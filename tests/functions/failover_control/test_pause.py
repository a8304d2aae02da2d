"""A pause keeps the control from latching and promoting, until it ends, and any doubt ends it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.failover_control.agreed import MOST_PAUSED_MINUTES, PAUSED_KEY
from functions.failover_control.endpoint import Health
from functions.failover_control.notes import note
from functions.failover_control.pause import Pause
from tests.functions.failover_control.world import GONE, World

HOUR = timedelta(hours=1)
SWITCH_SET, WOKEN = "switch set", "standby woken"


@pytest.fixture
def paused(world: World) -> World:
    """For an hour."""
    Pause(world.places).begin(minutes=60, by="ana", reason="new racks")
    return world


def told(world: World, later: timedelta = timedelta(0), looks: int = 2) -> list[str]:
    """What the control logs while the primary fails."""
    said: list[str] = []
    control = world.control(later=later)
    control.tell = said.append
    for _ in range(looks):
        control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    return said


def test_it_keeps_the_control_from_latching_and_is_told(paused: World) -> None:
    (first, _) = told(paused)
    assert paused.setting is None
    assert first.startswith("paused until ")
    assert first.endswith(" UTC by ana: new racks; the switch is not set, and nothing is promoted")


def test_the_standby_is_woken_all_the_same(paused: World) -> None:
    paused.add_group(2, awake=4)
    assert WOKEN in paused.fail()
    assert (paused.size, paused.setting) == (4, None)


def test_after_its_end_the_primary_that_still_fails_is_latched(paused: World) -> None:
    assert paused.fail(later=HOUR - timedelta(seconds=5)) == []
    assert paused.fail(later=HOUR + timedelta(seconds=5)) == [SWITCH_SET]


def test_it_ends_in_the_middle_of_a_run(paused: World) -> None:
    """A failure that two looks have seen is latched by the first look after the end."""
    control = paused.control()
    for _ in range(2):
        assert control.act(Health.UNHEALTHY, standby=Health.HEALTHY) == []
    control.now = lambda: datetime.now(UTC) + HOUR + timedelta(seconds=5)
    assert control.act(Health.UNHEALTHY, standby=Health.HEALTHY) == [SWITCH_SET]


def test_an_alarm_does_not_latch_either(paused: World) -> None:
    control = paused.control()
    began = datetime.now(UTC)
    assert [control.act(Health.HEALTHY, began, standby=Health.HEALTHY) for _ in range(2)] == [
        [],
        [],
    ]


def test_an_operator_still_moves_the_switch(paused: World) -> None:
    paused.operator.set(by="ana", reason="over")
    assert paused.marks == [True, True]
    paused.operator.clear(by="ana", reason="back")
    assert paused.marks == [False, False]


def test_one_place_ends_it(paused: World) -> None:
    paused.third.delete_object(Bucket=paused.places[1].bucket, Key=PAUSED_KEY)
    assert paused.fail() == [SWITCH_SET]


@pytest.mark.parametrize("place", ["s3 eu-west-1", "s3 us-west-2"])
def test_a_place_that_cannot_be_read_ends_it(paused: World, place: str) -> None:
    """Protection comes first."""
    paused.broken[place] = GONE
    control = paused.control()
    for _ in range(2):
        with pytest.raises(ExceptionGroup):
            control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    assert any(paused.marks)


@pytest.mark.parametrize("minutes", ["999999", str(MOST_PAUSED_MINUTES + 1)])
def test_no_note_pauses_for_longer_than_the_most(world: World, minutes: str) -> None:
    for place in world.places:
        place.s3.put_object(
            Bucket=place.bucket, Key=PAUSED_KEY, Body=note("ana", "", minutes=minutes)
        )
    most = timedelta(minutes=MOST_PAUSED_MINUTES)
    assert world.fail(later=most - timedelta(seconds=5)) == []
    assert world.fail(later=most + timedelta(seconds=5)) == [SWITCH_SET]


@pytest.mark.parametrize("body", ["", "{}", note("ana", "", minutes="-5"), note("ana", "")])
def test_what_is_no_pause_pauses_nothing(world: World, body: str) -> None:
    for place in world.places:
        place.s3.put_object(Bucket=place.bucket, Key=PAUSED_KEY, Body=body)
    assert world.fail() == [SWITCH_SET]


def test_on_a_calm_day_nobody_asks_for_it(paused: World) -> None:
    paused.control().act(Health.HEALTHY)
    assert not [call for call in paused.called("GetObject") if call["Key"] == PAUSED_KEY]


class Refusing:
    """A place whose writes, or deletes, fail."""

    def __init__(self, s3: Any, *operations: str) -> None:
        self._s3, self._operations = s3, operations

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in self._operations:
            raise EndpointConnectionError(endpoint_url="https://s3.test")
        return getattr(self._s3, name)


def test_a_pause_that_one_place_does_not_take_leaves_none(world: World) -> None:
    first, second = world.places
    broken = type(second)(Refusing(second.s3, "put_object"), second.bucket, second.region)
    with pytest.raises(EndpointConnectionError):
        Pause([first, broken]).begin(minutes=60, by="ana", reason="")
    keys = first.s3.list_objects_v2(Bucket=first.bucket).get("Contents", [])
    assert PAUSED_KEY not in {one["Key"] for one in keys}


def test_an_end_that_one_place_takes_is_enough(paused: World) -> None:
    first, second = paused.places
    broken = type(second)(Refusing(second.s3, "delete_object"), second.bucket, second.region)
    (missed,) = Pause([first, broken]).end()
    assert missed.startswith("us-west-2: Could not connect")
    assert Pause(paused.places).current(datetime.now(UTC)) is None


def test_an_end_that_no_place_takes_is_an_error(paused: World) -> None:
    places = [
        type(one)(Refusing(one.s3, "delete_object"), one.bucket, one.region)
        for one in paused.places
    ]
    with pytest.raises(EndpointConnectionError):
        Pause(places).end()
