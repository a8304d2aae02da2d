"""Runs the command line in its own process."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
# None of the user's or CI's variables, some of which force colours.
ENVIRON = {"PATH": os.environ["PATH"], "TERMINAL_WIDTH": "200"}


def failover(
    *arguments: str,
    folder: Path | None = None,
    environ: dict[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    there = ("--folder", str(folder)) if folder else ()
    finished = subprocess.run(
        [*prefix, sys.executable, "-m", "cli", *arguments, *there],
        cwd=ROOT,
        env={**ENVIRON, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in finished.stderr
    return finished
