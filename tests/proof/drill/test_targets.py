"""When a load balancer considers a target healthy."""

from collections.abc import Callable

import pytest

from proof.drill.reading import Emitted
from proof.drill.targets import Target, matches
from proof.route53.configuration import ModelLoadBalancer


@pytest.fixture
def settings(emitted: Callable[[str], Emitted]) -> ModelLoadBalancer:
    """Two consecutive probes, in either direction."""
    return emitted("mission").regions["primary"].balancer


@pytest.mark.parametrize(
    ("probes", "states"),
    [
        ("+", ["healthy"]),
        ("-", ["initial"]),
        ("---+", ["initial", "initial", "initial", "healthy"]),
        ("+-", ["healthy", "healthy"]),
        ("+--", ["healthy", "healthy", "unhealthy"]),
        ("+-+-", ["healthy", "healthy", "healthy", "healthy"]),
        ("+--+", ["healthy", "healthy", "unhealthy", "unhealthy"]),
        ("+--++", ["healthy", "healthy", "unhealthy", "unhealthy", "healthy"]),
        ("+--+-+", ["healthy", "healthy", "unhealthy", "unhealthy", "unhealthy", "unhealthy"]),
    ],
)
def test_a_target_changes_after_enough_probes(
    settings: ModelLoadBalancer, probes: str, states: list[str]
) -> None:
    target, found = Target(80, settings), list[str]()
    for probe in probes:
        target.learn(success=probe == "+")
        found.append(target.state)
    assert found == states


@pytest.mark.parametrize(
    ("status", "matcher", "good"),
    [(200, "200", True), (404, "200", False), (302, "200,302", True), (204, "200-299", True)],
)
def test_a_matcher(status: int, matcher: str, good: bool) -> None:
    assert matches(status, matcher) == good
