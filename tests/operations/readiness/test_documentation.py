"""The tables of docs/operating.md about `failover ready` are those of the code."""

import re

import pytest

from operations.readiness.checks import OF_THE_DEPLOYMENT, OF_THE_STANDBY
from operations.readiness.documentation import FILE, documented
from tests.operations.readiness.breaks import described


def test_they_are_generated() -> None:
    """After a change: make snapshot."""
    text = FILE.read_text()
    assert documented(text, described()) == text


@pytest.mark.parametrize("check", [*OF_THE_STANDBY, *OF_THE_DEPLOYMENT], ids=lambda one: one.name)
def test_every_check_says_what_must_hold(check: object) -> None:
    (row,) = re.findall(rf"^\| {check.name} \| .* \| (.+) \|$", FILE.read_text(), re.MULTILINE)  # pyright: ignore[reportAttributeAccessIssue]
    assert row[0].isupper()
