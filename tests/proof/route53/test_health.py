"""The health of checks. "Determines" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
and "values" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html."""

from typing import Any

import pytest

from proof.route53 import RegionState, UnknownToTheModelError, statuses
from proof.route53.health import combined
from tests.proof.route53.made_by_hand import (
    CONTROL,
    calculated,
    endpoint,
    routing_control,
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
    """Values, "Report healthy when": 0 is always healthy, more than there are children never is."""
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
    """Values, "Invert health check status"; on disabled checks,
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
    ("off", "flags", "status"),
    [
        (False, {}, True),
        (True, {}, False),
        pytest.param(True, {"inverted": True}, True, id="inverted"),
        pytest.param(True, {"disabled": True}, True, id="disabled"),
    ],
)
def test_a_routing_controls_check_is_healthy_while_that_is_on(
    off: bool, flags: dict[str, bool], status: bool
) -> None:
    """https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.html: "On" lets traffic
    flow, whatever the state of the regions."""
    configured = setup(checks={"control": routing_control(**flags)})
    for region in (RegionState(), DOWN_THERE):
        found = world(region, off=frozenset({CONTROL} if off else ()))
        assert statuses(configured, found) == {"control": status}
