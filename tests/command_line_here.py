"""Runs the command line in this process: for what a command says, rather than how its process
starts and ends, since starting one takes most of a second."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from unittest.mock import patch

import cli
from tests.command_line import ENVIRON


def failover_here(
    *arguments: str, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """As tests.command_line.failover; an error that the command line does not report is raised."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, {**ENVIRON, **(environ or {})}, clear=True),
        patch.object(sys, "argv", ["failover", *arguments]),
        redirect_stdout(out),
        redirect_stderr(err),
        _same_handlers(),
    ):
        try:
            code = cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@contextmanager
def _same_handlers() -> Iterator[None]:
    """The command line handles signals in its own way."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
