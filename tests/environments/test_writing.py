"""An environment that is written loads as the same environment."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from environments import load_environment
from environments.loading import check
from environments.writing import written
from tests.environments.generated import files

ROOT = Path(__file__).parent.parent.parent
FILES = [
    *ROOT.glob("environments/*.toml"),
    *ROOT.glob("examples/*/environment.toml"),
    *ROOT.glob("tests/examples/*.toml"),
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_of_this_repository(file: Path) -> None:
    environment = load_environment(str(file))
    assert check(tomllib.loads(written(environment)), "written.toml") == environment


@settings(max_examples=20)
@given(file=files())
def test_any_file(file: dict[str, Any]) -> None:
    environment = check(file, "generated.toml")
    assert check(tomllib.loads(written(environment)), "written.toml") == environment
