"""Unusual ways in which a newcomer's machine may call the scripts, which still work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the scripts, in which everything is already set up."""
    folder = tmp_path / "a checkout"
    (folder / ".ci").mkdir(parents=True)
    for name in ("failover", ".ci/run"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "Makefile").write_text(".DEFAULT:\n\t@echo make $@ in $(CURDIR)\n")
    python = folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@ in $PWD"\n')
    python.chmod(0o755)
    return folder


def run(*command: str, cwd: Path, **environ: str) -> list[str]:
    finished = subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


def test_the_command_line_is_called_by_a_symbolic_link(checkout: Path, tmp_path: Path) -> None:
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "once").symlink_to(checkout / "failover")
    (commands / "failover").symlink_to("once")
    path = f"{commands}:{os.environ['PATH']}"
    said = run("failover", "local", "status", cwd=tmp_path, PATH=path)
    assert said[-1] == f"-m cli local status in {checkout}"


@pytest.mark.parametrize(("script", "last"), [("./failover", "-m cli"), (".ci/run", "make test")])
def test_cdpath_leads_nowhere_else(checkout: Path, tmp_path: Path, script: str, last: str) -> None:
    (tmp_path / "elsewhere/a checkout/.ci").mkdir(parents=True)
    relative = str(Path(checkout.name, script))
    for cwd, command in ((checkout, script), (tmp_path, relative)):
        said = run(command, cwd=cwd, CDPATH=f"{tmp_path}/elsewhere:{tmp_path}/elsewhere/a checkout")
        assert said[-1] == f"{last} in {checkout}"


def test_pips_own_settings_do_not_lead_it_out_of_the_virtual_environment(tmp_path: Path) -> None:
    """`user = true` in pip's configuration, which some distributions ship."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "synth.txt").touch()
    makefile = (ROOT / "Makefile").read_text()
    (arguments,) = re.findall(r"^INSTALL := (.*)$", makefile, re.MULTILINE)
    pip = [sys.executable, *arguments.split(), "--dry-run", "-r", "requirements/synth.txt"]
    run(*pip, cwd=tmp_path, PIP_USER="1", PIP_NO_INDEX="1")
