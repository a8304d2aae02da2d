"""The lock files agree: what a pipeline installs is what the tests have run."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "requirements"


def pins(name: str) -> dict[str, str]:
    text = (FOLDER / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["synth", "deploy", "operations"])
def test_each_has_the_versions_that_the_tests_run_with(name: str) -> None:
    tested, own = pins("dev"), pins(name)
    shared = own.keys() & tested.keys()
    # One is for another platform.
    assert len(shared) >= len(own) - 1
    assert {one: tested[one] for one in shared} == {one: own[one] for one in shared}
