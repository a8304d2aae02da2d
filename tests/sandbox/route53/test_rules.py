"""Each rule of Route 53, by AWS's own words."""

import pytest

from sandbox.route53 import rules


@pytest.mark.parametrize(
    ("healthy", "inverted", "disabled", "reported"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (False, True, False, True),
        (True, True, False, False),
        (False, False, True, True),
        (False, True, True, False),
    ],
)
def test_what_a_check_reports(
    *, healthy: bool, inverted: bool, disabled: bool, reported: bool
) -> None:
    assert rules.reported(healthy=healthy, inverted=inverted, disabled=disabled) is reported


@pytest.mark.parametrize(
    ("children", "threshold", "healthy"),
    [
        ([True, True], 2, True),
        ([True, False], 2, False),
        ([True, False], 1, True),
        ([False, False], 0, True),
        ([True, True], 3, False),
    ],
)
def test_a_calculated_check(children: list[bool], threshold: int, *, healthy: bool) -> None:
    assert rules.calculated(children, threshold) is healthy


@pytest.mark.parametrize(
    ("well", "chosen"), [({"p", "s"}, "p"), ({"p"}, "p"), ({"s"}, "s"), (set[str](), "p")]
)
def test_failover_records(well: set[str], chosen: str) -> None:
    assert rules.chosen({"PRIMARY": "p", "SECONDARY": "s"}, well.__contains__) == chosen


def test_a_secondary_alone_is_chosen_even_if_unhealthy() -> None:
    assert rules.chosen({"SECONDARY": "s"}, lambda _: False) == "s"


def test_a_load_balancer_needs_a_healthy_target() -> None:
    assert rules.load_balancer_healthy(2, 1)
    assert not rules.load_balancer_healthy(2, 0)
    assert not rules.load_balancer_healthy(0, 0)
