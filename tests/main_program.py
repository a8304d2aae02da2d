"""main.py, run in this process."""

import contextlib
import io
import os
from pathlib import Path
from unittest.mock import patch

import main


def run_main(file: Path, out: Path) -> tuple[int, bool]:
    """The exit code for this environment file, and whether anything was written."""
    environ = {"ENVIRONMENT": str(file), "CDKTF_OUTDIR": str(out)}
    silence = contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO())
    with patch.dict(os.environ, environ), silence[0], silence[1]:
        return main.main(), out.exists()
