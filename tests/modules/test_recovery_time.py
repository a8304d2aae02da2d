"""The worst-case recovery time, and where it is shown."""

import pytest

from modules.recovery_time import ALIAS_TTL, worst_case
from tests.conftest import Synthesised


@pytest.mark.parametrize(
    ("interval", "threshold", "ttl", "total"),
    [
        (10, 3, ALIAS_TTL, 118),  # the default
        (10, 3, 10, 68),  # with a CNAME
        (30, 3, ALIAS_TTL, 178),
        (10, 1, ALIAS_TTL, 86),
    ],
)
def test_the_total_is_the_sum_of_its_terms(
    interval: int, threshold: int, ttl: int, total: int
) -> None:
    recovery = worst_case(interval=interval, failure_threshold=threshold, ttl=ttl)
    assert recovery.total == total
    assert (recovery.detection, recovery.timeouts) == (interval * threshold, 6 * threshold)
    assert (recovery.propagation, recovery.ttl) == (10, ttl)


def test_it_is_an_output_of_the_global_stack(mission: Synthesised, staging: Synthesised) -> None:
    outputs = mission.stacks["global"].outputs
    assert outputs["worst_case_recovery_seconds"] == 118
    assert outputs["worst_case_recovery_terms"] == (
        "118 s = 30 s detection + 18 s probes' timeouts + 10 s propagation (estimate)"
        " + 60 s DNS TTL"
    )
    outputs = staging.stacks["global"].outputs
    assert outputs["worst_case_recovery_seconds"] == 60 + 12 + 10 + 10
