"""docs/application.md says what the code does."""

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from environments import Application, ApplicationKind
from environments.loading import check
from environments.model import ROLE_NAMES
from modules.user_data import ENVIRONMENT_FILE
from modules.user_data.preparation import SETUP_TIMEOUT
from modules.user_data.release import (
    INSTALL_TIMEOUT,
    RELEASE_FOLDER,
    RELEASE_VARIABLES,
    START_TIMEOUT,
    UNIT,
)
from releases.archive import MAX_ARCHIVE, MAX_UNPACKED
from tests.applications import running

PAGE = (Path(__file__).parent.parent / "docs" / "application.md").read_text()
GIB = 1 << 30


def test_every_kind_is_a_row() -> None:
    rows = re.findall(r"^\| `(\w+)`[^|]*\| (?:Apache|your|whatever)", PAGE, re.MULTILINE)
    assert tuple(rows) == get_args(ApplicationKind)
    assert f"`{Application().kind}` (the default)" in PAGE


def test_every_variable_is_a_row() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE)
    known = {*running("release").variables("dr"), "FAILOVER_RELEASE"}
    assert set(rows) == known
    assert f"`{ROLE_NAMES['primary']}` or `{ROLE_NAMES['dr']}`" in PAGE


def test_the_example_is_taken(mission_file: dict[str, Any]) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found = tomllib.loads(example)
    for role in ("primary", "dr"):
        del mission_file[role]["page"]
        mission_file[role] |= found.get(role, {})
    environment = check(mission_file | {"application": found["application"]}, "application.md")
    assert environment.variables("dr")["CACHE_HOST"] == "cache.example.com"


@pytest.mark.parametrize(
    "said",
    [
        f"for at most {INSTALL_TIMEOUT} seconds",
        f"within {START_TIMEOUT} seconds (or `boot`, if that is longer)",
        f"unpacks it to `{RELEASE_FOLDER}`",
        f"are in `{ENVIRONMENT_FILE}`",
        f"in `{RELEASE_VARIABLES}`",
        f"more than\n{MAX_ARCHIVE // GIB} GiB, or {MAX_UNPACKED // GIB} GiB unpacked",
        "starts it again after 2 seconds",
    ],
)
def test_a_figure_is_the_codes(said: str) -> None:
    assert said in PAGE


def test_the_unit_is_as_described() -> None:
    assert "RestartSec=2\n" in UNIT
    assert "TimeoutStopSec" not in UNIT, "systemd's default is 90 seconds"


def test_the_keys_description_is_the_codes() -> None:
    described = Application.model_fields["setup"].description or ""
    assert f"within {SETUP_TIMEOUT} seconds" in " ".join(described.split())
