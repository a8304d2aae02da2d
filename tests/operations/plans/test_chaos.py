"""Whatever goes wrong once in `failover over` or `failover back`: the report says how things are,
and a second run completes the plan."""

from collections.abc import Callable

import pytest

from tests.operations.plans.chaos import PAGE, SCENARIOS, everything, table

pytestmark = pytest.mark.slow


def test_every_step_may_fail_hang_be_interrupted_or_lose_its_region(
    report: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """After a change, write the table with `python -m tests.operations.plans.chaos`."""
    caplog.set_level("ERROR")
    found = everything()
    wrong = [f"{one.scenario}: {one.step} {one.kind}: {one.wrong}" for one in found if one.wrong]
    assert wrong == []
    assert {one.scenario for one in found} == {one.name for one in SCENARIOS}
    report(table(found))
    assert table(found) in PAGE.read_text()
