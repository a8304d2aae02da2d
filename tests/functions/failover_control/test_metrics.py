"""What is reported to alarms and people: whether the standby is needed, and whether the switch is
set."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from functions.failover_control.control import REST_AFTER
from functions.failover_control.endpoint import Health
from functions.failover_control.switch import UnreachableError
from tests.functions.failover_control.events import scheduled
from tests.functions.failover_control.world import (
    HEALTHY,
    NO_ANSWER,
    UNHEALTHY,
    World,
    answers,
    deployed,
    refused,
)

FAILBACKS = pytest.mark.parametrize("failback", ["manual", "automatic"])


@FAILBACKS
def test_it_is_needed_while_the_primary_fails(world: World, failback: str) -> None:
    world.environ.setenv("FAILBACK", failback)
    world.add_group(2, awake=4)
    world.control().act(Health.UNHEALTHY)
    assert world.needed == [1]


@FAILBACKS
def test_it_is_not_needed_while_the_primary_serves(world: World, failback: str) -> None:
    world.environ.setenv("FAILBACK", failback)
    world.add_group(2)
    world.control().act(Health.HEALTHY)
    assert world.needed == [0]


@pytest.mark.parametrize("health", list(Health))
def test_it_is_needed_while_the_switch_is_set(world: World, health: Health) -> None:
    world.operator.set(by="ana", reason="a drill")
    world.control().act(health)
    assert world.needed == [1]


def test_after_failback_it_is_awake_but_not_needed(world: World) -> None:
    world.add_group(2, awake=4)
    world.fail()
    world.clear()
    world.control().act(Health.HEALTHY)
    assert world.needed == [1, 0]
    assert world.size == 4


@FAILBACKS
def test_of_a_primary_that_dns_does_not_know_nothing_is_said(world: World, failback: str) -> None:
    """An alarm reports the silence: a function that sees nothing latches nothing."""
    world.environ.setenv("FAILBACK", failback)
    world.add_group(2)
    assert world.handle(scheduled(), answers(NO_ANSWER)) == []
    assert world.needed == []


@pytest.mark.parametrize("health", [Health.HEALTHY, Health.UNKNOWN])
def test_of_a_switch_that_cannot_be_read_nothing_is_said(world: World, health: Health) -> None:
    world.broken["s3"] = refused("SlowDown")
    with pytest.RaisesGroup(UnreachableError):
        world.control().act(health)
    assert world.needed == []


def test_a_run_repeats_it_only_where_it_changes(world: World) -> None:
    world.environ.setenv("FAILBACK", "automatic")
    world.handle(scheduled(), answers(HEALTHY, HEALTHY, UNHEALTHY, UNHEALTHY, HEALTHY))
    assert world.needed == [0, 1, 0]
    world.handle(scheduled())
    assert world.needed == [0, 1, 0, 0], "the next run's heartbeat"


def test_it_is_the_last_thing_that_is_done(world: World) -> None:
    """A hanging CloudWatch delays neither the switch nor the standby."""
    world.add_group(2, awake=4)
    world.control().act(Health.UNHEALTHY)
    (*_, (last, parameters)) = world.calls
    assert last == "PutMetricData"
    told = {one["MetricName"]: one["Value"] for one in parameters["MetricData"]}
    assert told == {"StandbyNeeded": 1, "FailedOver": 0}


def test_the_switchs_position_is_told_once_in_a_run_and_when_it_changes(world: World) -> None:
    world.handle(scheduled(), answers(HEALTHY, HEALTHY, UNHEALTHY, UNHEALTHY, HEALTHY))
    assert world.published == [0, 1]
    world.handle(scheduled())
    assert world.published == [0, 1, 1], "the next run's heartbeat"


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_the_metric_is_where_the_alarm_looks_for_it(aws: None, region: str) -> None:  # noqa: ARG001
    with deployed(region) as world:
        world.operator.set(by="ana", reason="a drill")
        world.control().act(Health.HEALTHY)
        now = datetime.now(UTC)
        (point,) = world.cloudwatch.get_metric_statistics(
            Namespace="Failover",
            MetricName="FailedOver",
            Dimensions=[{"Name": "Deployment", "Value": world.name}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=3 * 3600,
            Statistics=["Maximum", "SampleCount"],
        )["Datapoints"]
    assert (point["Maximum"], point["SampleCount"]) == (1, 1)


def test_without_cloudwatch_an_automatic_standby_is_woken_and_laid_down(world: World) -> None:
    world.environ.setenv("FAILBACK", "automatic")
    world.add_group(2, rest=2, awake=4)
    world.broken["cloudwatch"] = refused("Throttling")
    throttled = pytest.RaisesExc(ClientError, match="Throttling")
    with pytest.RaisesGroup(throttled):
        world.control().act(Health.UNHEALTHY)
    assert (world.size, world.guarded) == (4, 2)
    with pytest.RaisesGroup(throttled):
        world.control(later=REST_AFTER).act(Health.HEALTHY)
    assert (world.size, world.guarded) == (2, 0)


def test_without_auto_scaling_it_is_still_told_that_it_is_needed(world: World) -> None:
    world.add_group(2)
    world.broken["autoscaling"] = refused("Throttling")
    with pytest.RaisesGroup(ClientError):
        world.control().act(Health.UNHEALTHY)
    assert world.needed == [1]
