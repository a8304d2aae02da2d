"""The switch: an object, and a metric that repeats its position."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from functions.failover_control.switch import Switch
from tests.functions.failover_control.world import GONE, World, deployed, refused


def switch_of(world: World) -> Switch:
    """The function's: AWS may refuse it."""
    control = world.control()
    assert isinstance(control.switch, Switch)
    return control.switch


@pytest.fixture
def switch(world: World) -> Switch:
    return switch_of(world)


def test_a_switch_that_was_never_set_is_not_set(switch: Switch) -> None:
    assert switch.setting() is None
    assert switch.cleared_at() is None


def test_a_switch_tells_who_set_it_when_and_why(world: World, switch: Switch) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert switch.set(by="ana", reason="a drill")
    setting = switch.setting()
    assert setting is not None
    assert (setting.by, setting.reason) == ("ana", "a drill")
    assert before <= setting.at <= datetime.now(UTC)
    assert world.published == [1]


def test_the_first_setter_and_reason_stay(world: World, switch: Switch) -> None:
    switch.set(by="ana", reason="a drill")
    first = switch.setting()
    assert not switch.set(by="failover-control", reason="the primary's health check failed")
    assert switch.setting() == first
    assert world.published == [1]


def test_a_conflict_with_another_who_moves_it_is_an_error(world: World, switch: Switch) -> None:
    """Who knows whether that one set it or cleared it: the next look will see."""
    world.broken["PutObject"] = refused("ConditionalRequestConflict")
    with pytest.raises(ClientError):
        switch.set(by="failover-control", reason="")
    assert world.published == [1]


def test_a_cleared_switch_is_not_set_and_tells_when_it_was_cleared(
    world: World, switch: Switch
) -> None:
    switch.set(by="ana", reason="a drill")
    before = datetime.now(UTC) - timedelta(seconds=1)
    switch.clear(by="ana", reason="the drill is over")
    assert switch.setting() is None
    cleared = switch.cleared_at()
    assert cleared is not None
    assert before <= cleared <= datetime.now(UTC)
    assert world.published == [1, 0]


def test_a_switch_that_is_not_set_may_be_cleared(world: World, switch: Switch) -> None:
    switch.clear(by="ana", reason="to be sure")
    assert switch.setting() is None
    assert world.published == [0]


def test_a_cleared_switch_can_be_set_again(switch: Switch) -> None:
    switch.set(by="ana", reason="a drill")
    switch.clear(by="ana", reason="the drill is over")
    cleared = switch.cleared_at()
    assert switch.set(by="ben", reason="another")
    setting = switch.setting()
    assert setting is not None
    assert setting.by == "ben"
    assert switch.cleared_at() == cleared


@pytest.mark.parametrize("body", [b"", b"now!", b"[]", b'"now"', b"null", b"\xff\xfe", b"{}"])
def test_any_object_sets_the_switch(world: World, switch: Switch, body: bytes) -> None:
    """As put by `aws s3api put-object`, where nothing but the AWS CLI is at hand."""
    world.s3.put_object(Bucket=world.name, Key="failed-over", Body=body)
    setting = switch.setting()
    assert setting is not None
    assert (setting.by, setting.reason) == ("unknown", "")
    assert not switch.set(by="ana", reason="a drill")


def test_what_an_object_says_is_taken_as_text(world: World, switch: Switch) -> None:
    world.s3.put_object(Bucket=world.name, Key="failed-over", Body=b'{"by": 7, "reason": null}')
    setting = switch.setting()
    assert setting is not None
    assert (setting.by, setting.reason) == ("7", "None")


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_the_metric_is_where_the_alarm_looks_for_it(aws: None, region: str) -> None:  # noqa: ARG001
    with deployed(region) as world:
        switch = switch_of(world)
        for is_set in (True, False):
            switch.publish(is_set=is_set)
        now = datetime.now(UTC)
        seen = world.cloudwatch.get_metric_statistics(
            Namespace="Failover",
            MetricName="SwitchSet",
            Dimensions=[{"Name": "Deployment", "Value": world.name}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=3 * 3600,
            Statistics=["Maximum", "Minimum", "SampleCount"],
        )["Datapoints"]
    assert sum(point["SampleCount"] for point in seen) == 2
    assert max(point["Maximum"] for point in seen) == 1
    assert min(point["Minimum"] for point in seen) == 0


def test_without_s3_the_metric_alone_says_set(world: World, switch: Switch) -> None:
    world.broken["s3"] = GONE
    with pytest.raises(EndpointConnectionError):
        switch.set(by="ana", reason="a drill")
    assert world.published == [1]


def test_without_cloudwatch_the_object_alone_says_set(world: World, switch: Switch) -> None:
    world.broken["cloudwatch"] = refused("Throttling")
    with pytest.raises(ClientError, match="Throttling"):
        switch.set(by="ana", reason="a drill")
    assert world.setting is not None


@pytest.mark.parametrize("error", [GONE, refused("AccessDenied"), refused("SlowDown")])
def test_a_switch_that_cannot_be_read_is_not_taken_for_clear(
    world: World, switch: Switch, error: Exception
) -> None:
    world.broken["s3"] = error
    with pytest.raises(type(error)):
        switch.setting()
    with pytest.raises(type(error)):
        switch.cleared_at()


@pytest.mark.parametrize("operation", ["PutObject", "DeleteObject"])
def test_a_switch_that_was_not_cleared_to_the_end_still_says_set(
    world: World, switch: Switch, operation: str
) -> None:
    switch.set(by="ana", reason="a drill")
    world.broken[operation] = refused("SlowDown")
    with pytest.raises(ClientError, match="SlowDown"):
        switch.clear(by="ana", reason="the drill is over")
    assert world.setting is not None
    assert world.published == [1]
