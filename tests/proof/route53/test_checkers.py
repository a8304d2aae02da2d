"""Several checkers, each with its own streak:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html.
"""

import pytest

from proof.route53.checkers import Checker, Fleet
from proof.route53.health import endpoint_status
from tests.proof.route53.made_by_hand import endpoint


@pytest.mark.parametrize(
    ("healthy", "checkers", "status"),
    [
        pytest.param(18, 100, False, id="18% or fewer: unhealthy"),
        pytest.param(19, 100, True, id="more than 18%: healthy"),
        pytest.param(9, 50, False, id="9 of 50"),
        pytest.param(10, 50, True, id="10 of 50"),
        pytest.param(2, 16, False, id="2 of 16 are 12.5%"),
        pytest.param(3, 16, True, id="3 of 16 are 18.75%"),
        pytest.param(0, 16, False, id="none"),
    ],
)
def test_more_than_18_percent_of_the_checkers_make_an_endpoint_healthy(
    healthy: int, checkers: int, status: bool
) -> None:
    assert endpoint_status(healthy, checkers) is status


@pytest.mark.parametrize("threshold", [1, 3, 10])
@pytest.mark.parametrize("to", [False, True])
def test_a_checker_changes_its_mind_after_so_many_probes_in_a_row(threshold: int, to: bool) -> None:
    """ "The number of consecutive health checks that an endpoint must pass or fail"; in either
    direction."""
    checker = Checker(threshold, healthy=not to)
    for _ in range(threshold - 1):
        checker.learn(success=to)
        assert checker.healthy is not to
    checker.learn(success=to)
    assert checker.healthy is to


@pytest.mark.parametrize("to", [False, True])
def test_an_interrupted_streak_counts_from_the_start(to: bool) -> None:
    """ "Consecutive": two of three, one against, and it takes three more."""
    checker = Checker(3, healthy=not to)
    for success in (to, to, not to, to, to):
        checker.learn(success=success)
    assert checker.healthy is not to
    checker.learn(success=to)
    assert checker.healthy is to


def test_a_checker_that_changed_its_mind_needs_a_whole_streak_to_change_it_back() -> None:
    checker = Checker(2)
    for success in (False, False, True):
        checker.learn(success=success)
    assert not checker.healthy
    checker.learn(success=True)
    assert checker.healthy


def test_of_three_regions_two_checkers_decide() -> None:
    fleet = Fleet(endpoint(threshold=1, checkers=6))
    for checker in fleet.checkers[:4]:
        checker.learn(success=False)
    assert fleet.healthy, "2 of 6 are 33%"
    fleet.checkers[-1].learn(success=False)
    assert not fleet.healthy, "1 of 6 is 17%"


def test_a_fleet_is_healthy_until_too_few_of_its_checkers_are() -> None:
    fleet = Fleet(endpoint(threshold=1))
    assert fleet.healthy, "a new check is healthy"
    for checker in fleet.checkers[:13]:
        checker.learn(success=False)
    assert fleet.healthy
    fleet.checkers[-1].learn(success=False)
    assert not fleet.healthy
