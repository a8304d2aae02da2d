"""Copies the process of the embedded AWS, with all that is in it."""

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
    lifeline beside it, where its log is too. Nobody may change the state meanwhile.

    Raises OSError, in this process, where the lifeline or the log cannot be opened.
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
    # Reaps it: whoever ends a clone is not its parent.
    threading.Thread(target=os.waitpid, args=(pid, 0), daemon=True).start()


def _become_the_clone(
    lifeline: int, written: int, record: Path, serve: Callable[[Path], None]
) -> None:
    """Never returns: below it on the stack is a request, which its own process answers."""
    try:
        os.setsid()  # a terminal's Ctrl-C is for the one who started it to act on
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
        mock_random.seed()  # what it creates from now on has other IDs than its siblings' things
        serve(record)
    finally:
        os._exit(1)


def _let_go_of_connections() -> None:
    """Puts nothing in the place of every socket, so that each ends with the process that uses it;
    its number stays taken, since some object will still close that."""
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
