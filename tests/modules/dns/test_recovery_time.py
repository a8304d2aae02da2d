"""The worst-case time to recover, and where it is shown."""

import pytest

from modules.dns import ALIAS_TTL, worst_case
from tests.conftest import Synthesised


@pytest.mark.parametrize(
    ("interval", "threshold", "ttl", "total"),
    [
        (10, 3, ALIAS_TTL, 106),  # the default, "about 100 s"
        (10, 3, 10, 56),  # with a CNAME, "about 50 s"
        (30, 3, ALIAS_TTL, 166),
        (10, 1, ALIAS_TTL, 86),
    ],
)
def test_the_total_is_the_sum_of_its_terms(
    interval: int, threshold: int, ttl: int, total: int
) -> None:
    recovery = worst_case(interval=interval, failure_threshold=threshold, ttl=ttl)
    assert recovery.total == total
    assert (recovery.detection, recovery.last_probe) == (interval * threshold, 6)
    assert (recovery.propagation, recovery.ttl) == (10, ttl)


def test_it_is_an_output_of_the_global_stack(mission: Synthesised, staging: Synthesised) -> None:
    outputs = mission.stacks["global"].outputs
    assert outputs["worst_case_recovery_seconds"] == 106
    assert outputs["worst_case_recovery_terms"] == (
        "106 s = 30 s detection + 6 s last probe's timeout + 10 s propagation (estimate)"
        " + 60 s DNS TTL"
    )
    outputs = staging.stacks["global"].outputs
    assert outputs["worst_case_recovery_seconds"] == 60 + 6 + 10 + 10
