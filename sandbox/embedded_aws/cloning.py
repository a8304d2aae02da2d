"""Clones the embedded AWS's process, with its whole state."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

from moto.moto_api._internal import mock_random

from sandbox.embedded_aws.process import LIFELINE, LOG

STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR = 0, 1, 2


def clone(record: Path, serve: Callable[[Path], None]) -> None:
    """Forks a process that serves the same state, records itself in `record`, and ends with the
    lifeline in the same folder, where its log is too. The state must not change meanwhile.

    Raises OSError, in this process, if the lifeline or the log cannot be opened.
    """
    lifeline = os.open(record.with_name(LIFELINE), os.O_RDONLY | os.O_NONBLOCK)
    try:
        written = os.open(record.with_name(LOG), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except OSError:
        os.close(lifeline)
        raise
    pid = os.fork()
    if pid == 0:
        _become_the_clone(lifeline, written, record, serve)
    os.close(lifeline)
    os.close(written)
    # Reaps the clone, since the process that ends it is not its parent.
    threading.Thread(target=os.waitpid, args=(pid, 0), daemon=True).start()


def _become_the_clone(
    lifeline: int, written: int, record: Path, serve: Callable[[Path], None]
) -> None:
    """Never returns: the stack below holds a request that the original process answers."""
    try:
        os.setsid()  # leaves a terminal's Ctrl-C to the process that started it
        _let_go_of_connections()
        os.set_blocking(lifeline, True)
        for own, standard in (
            (lifeline, STANDARD_INPUT),
            (written, STANDARD_OUTPUT),
            (written, STANDARD_ERROR),
        ):
            os.dup2(own, standard)
        os.close(lifeline)
        os.close(written)
        mock_random.seed()  # so that what it creates gets other IDs than its siblings give
        serve(record)
    finally:
        os._exit(1)


def _let_go_of_connections() -> None:
    """Replaces every inherited socket with /dev/null, so that the original's connections end with
    the original. The descriptors stay open, since Python objects will still close them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 # numbers, not files
        descriptor = int(name)
        try:
            is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        except OSError:  # the listing's own, closed by now
            continue
        if is_socket:
            os.dup2(nothing, descriptor)
    os.close(nothing)
