"""The lock files agree: what a pipeline installs is what the tests have run."""

import re
from pathlib import Path

import pytest

from bindings.toolchains import DEFAULT, TOOLCHAINS

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


@pytest.mark.parametrize("name", sorted(TOOLCHAINS.keys() - {DEFAULT.name}))
def test_a_toolchain_differs_from_the_default_in_nothing_but_the_cdk(name: str) -> None:
    """Then its packages can stand in for those of .venv, where the tests are."""
    default, own = pins("synth"), pins(name)
    different = {one for one, version in own.items() if default.get(one) != version}
    assert different <= {"cdktf-cdktf-provider-aws", "cdktn", "cdktn-provider-aws", "constructs"}


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_no_file_names_a_host(file: Path) -> None:
    assert "://" not in file.read_text()


def test_make_knows_every_toolchain() -> None:
    makefile = (FOLDER.parent / "Makefile").read_text()
    (others,) = re.findall(r"^OTHERS := (.*)", makefile, re.MULTILINE)
    assert [DEFAULT.name, *others.split()] == list(TOOLCHAINS)
