"""Runs a command line, and reports errors as people want to read them."""

import errno
import signal
from types import FrameType

import typer

from terminal.console import console
from terminal.errors import BadInputError, OperationError

# https://tldp.org/LDP/abs/html/exitcodes.html: 128 + the signal's number.
INTERRUPTED = 130
# Errors that come from a user's folders and disks, never from a bug of ours.
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)


def run(
    program: typer.Typer,
    name: str,
    *,
    mistakes: tuple[type[Exception], ...],
) -> int:
    """Runs a program. Returns 0; 1 if something went wrong; 2 for bad input and `mistakes`, a
    user's; 130 if interrupted."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _interrupt)
    errors = console(stderr=True)
    try:
        program(prog_name=name)
    except SystemExit as end:  # typer has already reported what is wrong
        if end.code == INTERRUPTED:  # typer's silent reaction to a KeyboardInterrupt
            errors.print("interrupted")
        raise
    except (*mistakes, BadInputError) as error:
        errors.print(str(error))
        return 2
    except OperationError as error:
        errors.print(str(error))
        return 1
    except OSError as error:
        if error.errno not in UNWRITABLE or error.filename is None:
            raise
        errors.print(f"{error.filename} cannot be used: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        errors.print("interrupted")
        return INTERRUPTED
    return 0


def _interrupt(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt(number)
