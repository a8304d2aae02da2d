"""Runs main.py in this process."""

import contextlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import main


@dataclass(frozen=True)
class Finished:
    """The outcome of a run."""

    returncode: int
    stdout: str
    stderr: str


def run_main(file: Path | str, outdir: Path) -> Finished:
    """Runs it with an environment's file or name."""
    environ = {"ENVIRONMENT": str(file), "CDKTF_OUTDIR": str(outdir)}
    out, errors = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environ),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(errors),
    ):
        code = main.main()
    return Finished(code, out.getvalue(), errors.getvalue())
