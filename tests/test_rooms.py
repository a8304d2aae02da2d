"""Every room is checked: by the type checker strictly, and by the contract of who imports whom."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
NO_ROOMS = {"bench", "tests"}


def rooms() -> set[str]:
    """The packages of this repository."""
    return {file.parent.name for file in ROOT.glob("*/__init__.py")} - NO_ROOMS


def test_every_room_is_in_the_contracts() -> None:
    layers, programs = SETTINGS["importlinter"]["contracts"]
    assert set(SETTINGS["importlinter"]["root_packages"]) == rooms()
    assert set(re.findall(r"\w+", " ".join(layers["layers"]))) == rooms()
    assert set(programs["source_modules"]) == rooms()


def test_every_room_is_type_checked_strictly() -> None:
    assert rooms() <= set(SETTINGS["basedpyright"]["strict"])


def test_the_architecture_draws_every_room() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text().partition("## Layers")[2]
    assert {room for room in rooms() if not re.search(rf"\b{room}\b", drawn)} == set()


def test_no_room_imports_a_program() -> None:
    """What import-linter cannot see: the programs are modules and no packages."""
    imported = r"^\s*(from|import) (cli|main|report|summary|unchanged)\b"
    found = subprocess.run(
        ["git", "grep", "-nE", imported, "--", *rooms()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
