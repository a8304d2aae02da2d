"""Which PostgreSQL is taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from proof.drill.postgres import software
from proof.drill.postgres.software import NEEDED, Programs, find_programs
from terminal.errors import OperationError
from tests.file_modes import open_to_everybody

Install = Callable[[str, str], Path]


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """Which the servers' user may pass through."""
    open_to_everybody(tmp_path)
    return tmp_path


@pytest.fixture
def install(private: Path) -> Install:
    """Installs programs that only print a version."""

    def make(folder: str, version: str) -> Path:
        made = private / folder / "bin"
        made.mkdir(parents=True)
        for name in NEEDED:
            (made / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
            (made / name).chmod(0o755)
        return made

    return make


@pytest.fixture(autouse=True)
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "WHEEL", "no_such_package")


def test_debians_newest_is_first(install: Install, private: Path) -> None:
    install("9", "9.6.24")
    newest = install("17", "17.2 (Debian 17.2-1)")
    install("16", "16.4")
    path = {"PATH": str(install("path", "18.0"))}
    assert find_programs(path, private) == Programs(newest, "PostgreSQL 17.2")
    assert find_programs(path, private)["initdb"] == str(newest / "initdb")


def test_the_paths_is_next(install: Install, private: Path) -> None:
    install("12", "12.1")
    found = install("path", "18.0")
    assert find_programs({"PATH": str(found)}, private).folder == found


def test_the_wheels_is_last(
    install: Install, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = install("wheel/pginstall", "18.6")
    (private / "wheel" / "__init__.py").touch()
    monkeypatch.setattr(software, "WHEEL", "wheel")
    monkeypatch.syspath_prepend(str(private))
    assert find_programs({}, private / "none") == Programs(found, "PostgreSQL 18.6")


def test_what_lacks_a_program_is_passed_over(install: Install, private: Path) -> None:
    (install("17", "17.2") / "pg_rewind").unlink()
    other = install("16", "16.4")
    assert find_programs({}, private).folder == other


def test_what_the_servers_user_cannot_run_is_passed_over(install: Install, private: Path) -> None:
    (install("17", "17.2") / "postgres").chmod(0o600)
    with pytest.raises(OperationError, match="apt-get install postgresql") as told:
        find_programs({}, private)
    assert "\n" not in str(told.value)
