"""What becomes of checks. "Determines" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
and "values" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html."""

from typing import Any

import pytest

from operations.route53 import RegionState, UnknownToTheModelError, statuses
from operations.route53.health import combined, new_status
from tests.operations.route53.made_by_hand import (
    METRIC,
    OTHER,
    alarm,
    calculated,
    endpoint,
    metric,
    setup,
    world,
)

UP, DOWN = endpoint(), endpoint(fqdn="other.example.com")
DOWN_THERE = RegionState(network=False)


@pytest.mark.parametrize(
    ("threshold", "healthy", "status"),
    [
        pytest.param(0, 0, True, id="0: always healthy"),
        pytest.param(1, 0, False, id="1 of 3, none healthy"),
        pytest.param(1, 1, True, id="1 of 3 (OR)"),
        pytest.param(2, 1, False, id="2 of 3, one healthy"),
        pytest.param(2, 2, True, id="2 of 3"),
        pytest.param(3, 2, False, id="3 of 3 (AND), two healthy"),
        pytest.param(3, 3, True, id="3 of 3 (AND)"),
        pytest.param(4, 3, False, id="more than there are: never healthy"),
    ],
)
def test_a_calculated_check_counts_its_healthy_children(
    threshold: int, healthy: int, status: bool
) -> None:
    """Values, "Report healthy when": 0 is always healthy, more than the children never."""
    children = {f"child{number}": UP for number in range(3)}
    configured = setup(checks={**children, "all": calculated(*children, threshold=threshold)})
    raw = {name: number < healthy for number, name in enumerate(children)}
    assert combined(configured, raw)["all"] is status


def test_a_calculated_check_sees_its_children_inverted() -> None:
    """Determines: it adds up the children "that are considered to be healthy"."""
    checks = {"child": endpoint(inverted=True), "all": calculated("child", threshold=1)}
    assert combined(setup(checks=checks), {"child": False}) == {"child": True, "all": True}


def test_a_calculated_check_of_calculated_checks_is_refused() -> None:
    """Values: "You can't configure a calculated health check to monitor the health of other
    calculated health checks." """
    checks = {
        "leaf": UP,
        "one": calculated("leaf", threshold=1),
        "two": calculated("one", threshold=1),
    }
    with pytest.raises(UnknownToTheModelError, match="AWS allows none"):
        statuses(setup(checks=checks), world())


@pytest.mark.parametrize(
    ("flags", "healthy", "status"),
    [
        ({}, True, True),
        ({}, False, False),
        pytest.param({"inverted": True}, True, False, id="inverted: healthy is unhealthy"),
        pytest.param({"inverted": True}, False, True, id="inverted: and vice versa"),
        pytest.param({"disabled": True}, False, True, id="disabled: always healthy"),
        pytest.param(
            {"disabled": True, "inverted": True}, True, False, id="disabled, inverted: unhealthy"
        ),
        pytest.param(
            {"disabled": True, "inverted": True}, False, False, id="disabled, inverted: always"
        ),
    ],
)
@pytest.mark.parametrize("kind", ["endpoint", "calculated"])
def test_a_check_may_be_inverted_and_disabled(
    kind: str, flags: dict[str, bool], healthy: bool, status: bool
) -> None:
    """Values, "Invert health check status"; and of a disabled check,
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html: "considers
    the status of the health check to always be healthy … to stop routing traffic to a resource,
    change the value of Inverted"."""
    if kind == "endpoint":
        checks: dict[str, Any] = {"check": endpoint(**flags)}
    else:
        checks = {"child": UP, "check": calculated("child", threshold=1, **flags)}
    one = RegionState() if healthy else DOWN_THERE
    assert statuses(setup(checks=checks), world(one))["check"] is status


def test_endpoints_are_asked_in_their_own_region() -> None:
    configured = setup(checks={"one": UP, "other": DOWN})
    assert statuses(configured, world(None, DOWN_THERE)) == {"one": True, "other": False}


@pytest.mark.parametrize(
    ("comparison", "unhealthy"),
    [
        ("GreaterThanOrEqualToThreshold", {1, 2}),
        ("GreaterThanThreshold", {2}),
        ("LessThanOrEqualToThreshold", {0, 1}),
        ("LessThanThreshold", {0}),
    ],
)
def test_a_metric_check_is_unhealthy_while_the_data_would_raise_the_alarm(
    comparison: str, unhealthy: set[int]
) -> None:
    """Determines: "If the data stream indicates that the state is Alarm, the health check is
    considered unhealthy"; the operators are those of
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CloudWatchAlarmConfiguration.html."""
    configured = setup(checks={"metric": metric()}, alarms=(alarm(comparison=comparison),))
    for value in (0, 1, 2):
        found = statuses(configured, world(metrics={METRIC: value}))
        assert found["metric"] is (value not in unhealthy)


SILENCES = [
    pytest.param(RegionState(), {}, id="no data"),
    pytest.param(RegionState(cloudwatch=False), {METRIC: 1}, id="CloudWatch is gone"),
    pytest.param(RegionState(network=False), {METRIC: 1}, id="the region is gone"),
    pytest.param(RegionState(), {(OTHER, *METRIC[1:]): 1}, id="data in another region"),
    pytest.param(RegionState(), {(*METRIC[:3], ()): 1}, id="data of other dimensions"),
]


@pytest.mark.parametrize(("region", "metrics"), SILENCES)
@pytest.mark.parametrize(
    ("without_data", "last", "status"),
    [
        ("Healthy", False, True),
        ("Unhealthy", True, False),
        ("LastKnownStatus", True, True),
        ("LastKnownStatus", False, False),
        pytest.param("LastKnownStatus", None, True, id="LastKnownStatus-new: healthy"),
    ],
)
def test_without_data_a_metric_check_is_what_it_is_set_to(
    region: RegionState, metrics: Any, without_data: str, last: bool | None, status: bool
) -> None:
    """Values, "Health check status": "For new health checks that have no last known status, the
    default status for the health check is healthy." """
    configured = setup(checks={"metric": metric(without_data=without_data)}, alarms=(alarm(),))
    before = None if last is None else {"metric": last}
    assert statuses(configured, world(region, metrics=metrics), last=before)["metric"] is status


@pytest.mark.parametrize("last", [True, False])
def test_the_last_known_status_of_an_inverted_check_is_not_inverted_twice(last: bool) -> None:
    configured = setup(checks={"metric": metric(inverted=True)}, alarms=(alarm(),))
    assert statuses(configured, world(), last={"metric": last}) == {"metric": last}


@pytest.mark.parametrize("settings", [{"name": "renamed"}, {"region": OTHER}])
def test_a_metric_check_without_its_alarm_is_an_error(settings: dict[str, str]) -> None:
    """Values, "CloudWatch alarm": it is chosen by its name and region."""
    configured = setup(checks={"metric": metric()}, alarms=(alarm(**settings),))
    with pytest.raises(UnknownToTheModelError, match="no alarm"):
        statuses(configured, world())


@pytest.mark.parametrize("make", [endpoint, metric])
def test_a_new_check_is_healthy_and_a_new_inverted_one_is_not(make: Any) -> None:
    """Determines: "Route 53 considers a new health check to be healthy until there's enough data to
    determine the actual status", and where its status is inverted, unhealthy until then."""
    assert new_status(make())
    assert not new_status(make(inverted=True))
