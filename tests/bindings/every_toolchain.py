"""Runs Python in the virtual environment of a toolchain."""

import os
import subprocess
from pathlib import Path

import pytest

from bindings.toolchains import READY, Toolchain

ROOT = Path(__file__).parent.parent.parent
OURS = ("JSII_", "NODE_OPTIONS", "TOOLCHAIN")


def home(chosen: Toolchain) -> Path:
    """Its virtual environment. Where it is not set up, the test skips, or fails in CI."""
    if not (chosen.folder / READY).exists():
        reason = f"the toolchain {chosen.name} is not set up: run `make toolchains`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return chosen.folder


def python(chosen: Toolchain, *arguments: str, **environ: str) -> str:
    """What this toolchain's Python prints."""
    return printed(home(chosen) / "bin" / "python", *arguments, **environ)


def printed(program: Path | str, *arguments: str, **environ: str) -> str:
    """What it prints, started as by `ran`."""
    finished = ran(program, *arguments, **environ)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def ran(program: Path | str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What became of it, started with nothing that `bindings.prepare` has set in this process."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**inherited, **environ},
    )
