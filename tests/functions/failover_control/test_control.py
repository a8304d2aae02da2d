"""What follows from a look when AWS does as asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from functions.failover_control.agreed import NEEDED_KEY
from functions.failover_control.control import DISTRUST_DNS, NOTE_EVERY, REST_AFTER, Control
from functions.failover_control.endpoint import Health
from functions.failover_control.notes import written_at
from tests.functions.failover_control.role import environment_of, role_of
from tests.functions.failover_control.world import REGION, World

SECOND = timedelta(seconds=1)
SWITCH_SET, WOKEN, AT_REST = "switch set", "standby woken", "standby at rest"


def needed_at(world: World) -> datetime | None:
    return written_at(world.s3, world.name, NEEDED_KEY)


def fail_over_and_back(world: World) -> Control:
    """Fails over in two looks and clears; returns a control for when REST_AFTER has passed."""
    world.fail()
    world.clear()
    assert (world.size, world.guarded) == (4, 4)
    return world.control(later=REST_AFTER)


def test_the_first_look_at_a_failure_wakes_the_standby_and_the_second_sets_the_switch(
    world: World,
) -> None:
    world.add_group(2, awake=4)
    control = world.control()
    assert control.act(Health.UNHEALTHY, standby=Health.HEALTHY) == [WOKEN]
    assert world.marks == [False, False]
    assert (world.size, world.guarded) == (4, 2)
    assert needed_at(world) is not None
    assert control.act(Health.UNHEALTHY, standby=Health.HEALTHY) == [SWITCH_SET, WOKEN]
    assert world.marks == [True, True]
    assert world.setting is not None
    assert world.setting.by == "failover-control"
    assert world.setting.reason == "the primary's health check failed"
    assert world.published == [0, 1]
    assert (world.size, world.guarded) == (4, 4)


@pytest.mark.parametrize(
    "between",
    [
        (Health.HEALTHY, Health.HEALTHY),
        (Health.UNKNOWN, Health.HEALTHY),
        (Health.UNHEALTHY, Health.UNHEALTHY),
        (Health.UNHEALTHY, Health.UNKNOWN),
    ],
)
def test_two_looks_that_are_not_in_a_row_set_nothing(
    world: World, between: tuple[Health, Health]
) -> None:
    control, failing = world.control(), (Health.UNHEALTHY, Health.HEALTHY)
    for primary, standby in (failing, between, failing, between):
        control.act(primary, standby=standby)
    assert world.setting is None


@pytest.mark.parametrize("standby", [Health.UNHEALTHY, Health.UNKNOWN])
def test_a_standby_that_is_not_known_to_serve_has_nobody_moved_to_it(
    world: World, standby: Health
) -> None:
    world.add_group(2, awake=4)
    assert world.fail(4, standby=standby) == [WOKEN, WOKEN]
    assert world.setting is None


def test_a_failure_that_goes_on_changes_nothing_more(world: World) -> None:
    world.add_group(2, awake=4)
    world.fail()
    first = world.setting
    assert world.fail(4) == []
    assert world.setting == first
    assert world.published[-1] == 1
    assert (world.size, world.guarded) == (4, 4)


@pytest.mark.parametrize("health", [Health.HEALTHY, Health.UNKNOWN])
def test_a_set_switch_outlives_the_failure(world: World, health: Health) -> None:
    world.add_group(2, awake=4)
    world.fail()
    first = world.setting
    assert world.control().act(health) == []
    assert world.setting == first
    assert world.published == [0, 1, 1]


@pytest.mark.parametrize("health", [Health.HEALTHY, Health.UNKNOWN])
def test_without_a_failure_only_the_switchs_position_is_repeated(
    world: World, health: Health
) -> None:
    world.add_group(2)
    assert world.control(later=2 * REST_AFTER).act(health) == []
    assert world.setting is None
    assert world.published == [0]
    assert (world.size, world.guarded) == (2, 0)
    assert needed_at(world) is None


def test_an_operators_switch_wakes_the_standby_and_keeps_its_reason(world: World) -> None:
    world.add_group(2, awake=4)
    world.operator.set(by="ana", reason="a drill")
    by_ana = world.setting
    assert world.control().act(Health.HEALTHY) == [WOKEN]
    assert world.fail() == [WOKEN]
    assert world.setting == by_ana
    assert world.published == [1, 1]
    assert (world.size, world.guarded) == (4, 4)


def test_an_empty_object_counts_as_set_and_is_repeated_in_the_other_place(world: World) -> None:
    world.add_group(2, awake=4)
    world.s3.put_object(Bucket=world.name, Key="failed-over")
    assert world.control().act(Health.HEALTHY) == ["switch set in us-west-2 too", WOKEN]
    assert world.marks == [True, True]
    assert world.published == [1]


def alarmed(world: World, began: datetime, looks: int = 2) -> list[str]:
    """Makes the function look twice, as the alarm's event does."""
    control = world.control()
    return [
        done
        for _ in range(looks)
        for done in control.act(Health.HEALTHY, began, standby=Health.HEALTHY)
    ]


def test_an_alarm_latches_what_dns_no_longer_shows(world: World) -> None:
    cleared = world.clear()
    assert alarmed(world, cleared + SECOND, looks=1) == []
    assert alarmed(world, cleared + SECOND) == [SWITCH_SET]
    assert world.published == [0, 0, 1]


def test_a_failure_in_the_second_of_the_clear_is_news(world: World) -> None:
    assert alarmed(world, world.clear()) == [SWITCH_SET]


def test_an_alarm_of_before_the_clear_is_no_news(world: World) -> None:
    began = world.clear() - SECOND
    assert alarmed(world, began) == []
    assert world.setting is None
    assert world.published == [0]


def test_an_old_alarm_does_not_hide_what_dns_shows(world: World) -> None:
    began = world.clear() - SECOND
    control = world.control(later=DISTRUST_DNS)
    looks = [control.act(Health.UNHEALTHY, began, standby=Health.HEALTHY) for _ in range(2)]
    assert looks[-1] == [SWITCH_SET]


def test_right_after_a_clear_dns_is_not_believed(world: World) -> None:
    """DNS may still show the state from before the clear, and an operator has just decided
    otherwise."""
    world.add_group(2, awake=4)
    world.fail()
    world.clear()
    assert world.fail(4, later=DISTRUST_DNS - 5 * SECOND) == []
    assert world.setting is None
    assert world.needed[-1] == 1, "nothing new is said of a need that is not known"


def test_a_clear_while_the_endpoint_fails_does_not_last(world: World) -> None:
    world.fail()
    world.clear()
    assert world.fail(later=DISTRUST_DNS) == [SWITCH_SET]
    assert world.published == [0, 1, 0, 1]


def test_a_clear_that_comes_between_the_looks_and_the_latch_wins(world: World) -> None:
    control = world.control(later=-DISTRUST_DNS)
    control.act(Health.UNHEALTHY, standby=Health.HEALTHY)
    world.later = timedelta(0)
    world.clear()
    control.now = lambda: datetime.now(UTC) + DISTRUST_DNS
    assert control.act(Health.UNHEALTHY, standby=Health.HEALTHY) == []
    assert world.setting is None
    assert world.published == [0], "and nobody is told that it is set"


def test_a_cleared_switch_is_published_and_the_standby_stays_awake_for_now(world: World) -> None:
    world.add_group(2, awake=4)
    fail_over_and_back(world)
    assert world.control(later=REST_AFTER - 5 * SECOND).act(Health.HEALTHY) == []
    assert world.published[-1] == 0
    assert (world.size, world.guarded) == (4, 4)


def test_the_standby_lies_down_once_it_was_not_needed_for_long(world: World) -> None:
    world.add_group(2, rest=2, awake=4)
    control = fail_over_and_back(world)
    assert control.act(Health.HEALTHY) == [AT_REST]
    assert (world.size, world.guarded) == (2, 0)
    assert control.act(Health.HEALTHY) == []


def test_the_standby_serves_for_long_after_the_clear_though_nobody_noted_its_need(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function was down while users were on the standby; now they are on their way back."""
    world.add_group(2, rest=2, awake=4)
    control = fail_over_and_back(world)
    long_ago = datetime.now(UTC) - 2 * REST_AFTER
    monkeypatch.setattr("functions.failover_control.control.written_at", lambda *_: long_ago)
    assert world.control().act(Health.HEALTHY) == []
    assert world.size == 4
    assert control.act(Health.HEALTHY) == [AT_REST]


def test_the_standby_does_not_lie_down_below_its_minimum(world: World) -> None:
    world.add_group(3, least=3, rest=2, awake=4)
    assert fail_over_and_back(world).act(Health.HEALTHY) == [AT_REST]
    assert world.size == 3


def test_a_standby_at_rest_is_nobodys_to_lay_down(world: World) -> None:
    """Somebody enlarged it by hand, so there is no failover to undo."""
    world.add_group(5, rest=2)
    assert world.control(later=2 * REST_AFTER).act(Health.HEALTHY) == []
    assert world.size == 5


def test_without_an_answer_of_dns_the_standby_stays_awake(world: World) -> None:
    world.add_group(2, awake=4)
    control = fail_over_and_back(world)
    assert control.act(Health.UNKNOWN) == []
    assert (world.size, world.guarded) == (4, 4)
    assert control.act(Health.HEALTHY) == [AT_REST]


def test_while_the_switch_is_set_the_standby_never_lies_down(world: World) -> None:
    world.add_group(2, awake=4)
    world.operator.set(by="ana", reason="a long repair")
    for _ in range(3):
        assert AT_REST not in world.control(later=2 * REST_AFTER).act(Health.HEALTHY)
    assert (world.size, world.guarded) == (4, 4)


def test_the_need_is_noted_at_most_once_a_minute(world: World) -> None:
    world.add_group(2)
    for later in (0 * SECOND, NOTE_EVERY / 2, NOTE_EVERY, 2 * NOTE_EVERY):
        world.fail(1, later=later)
    noted = [call for call in world.called("PutObject") if call["Key"] == NEEDED_KEY]
    assert len(noted) == 3


@pytest.fixture
def automatic(world: World) -> Iterator[World]:
    """A deployment without a switch, and with the role for that."""
    world.environ.setenv("FAILBACK", "automatic")
    world.role = role_of(
        environment_of("automatic"), buckets=[world.name], group=world.name, region=REGION
    )
    yield world
    assert not world.role.refused


def test_with_automatic_failback_there_is_no_switch(automatic: World) -> None:
    world = automatic
    world.add_group(2, rest=2, awake=4)
    assert world.fail(1) == [WOKEN]
    assert (world.size, world.guarded) == (4, 2)
    assert world.control(later=REST_AFTER - 5 * SECOND).act(Health.HEALTHY) == []
    assert world.control(later=REST_AFTER).act(Health.UNKNOWN) == []
    assert world.control(later=REST_AFTER).act(Health.HEALTHY) == [AT_REST]
    assert (world.size, world.guarded) == (2, 0)
    assert world.setting is None
    assert world.published == []


def test_with_automatic_failback_a_calm_day_needs_nothing(automatic: World) -> None:
    """The object that records the standby's need does not exist."""
    automatic.add_group(2, rest=2, awake=4)
    assert automatic.control().act(Health.HEALTHY) == []


def test_with_automatic_failback_an_alarm_wakes_the_standby(automatic: World) -> None:
    world = automatic
    world.add_group(2, awake=4)
    assert world.control().act(Health.HEALTHY, datetime.fromisoformat("2026-11-24T10:00Z")) == [
        WOKEN
    ]
    assert world.setting is None


def test_without_activation_the_switch_is_set_all_the_same(world: World) -> None:
    assert world.fail() == [SWITCH_SET]
    assert needed_at(world) is None
    assert {operation for operation, _ in world.calls} <= {
        "CreateBucket",
        "GetObject",
        "HeadObject",
        "PutObject",
        "PutMetricData",
    }
