"""The command line `failover`, and how it reports errors."""

import errno
import signal
import sys
from types import FrameType

import typer

from environments import EnvironmentFileError
from operations.delivery.cli import deploy, show
from operations.preflight.cli import preflight
from operations.releases.cli import releases
from operations.strategies.cli import strategies
from operations.switch.cli import switch
from policy.cli import policy
from proof.drill.cli import drill
from sandbox.local.cli import local
from terminal.console import console
from terminal.errors import OperationError

# https://tldp.org/LDP/abs/html/exitcodes.html: 128 + the signal's number.
INTERRUPTED = 130
# Errors that come from a user's folders and disks, never from a bug of ours.
UNWRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)

failover = typer.Typer(
    name="failover",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Operates a deployment in two AWS regions.",
)
failover.add_typer(local, name="local")
failover.add_typer(switch, name="switch")
failover.command()(deploy)
releases.command()(show)
failover.add_typer(releases, name="releases")
failover.command()(preflight)
failover.command()(strategies)
failover.command()(drill)
failover.command()(policy)


def main() -> int:
    """Runs the command line. Returns 0; 1 if something went wrong; 2 for a user's mistake; 130 if
    interrupted."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _interrupt)
    errors = console(stderr=True)
    try:
        failover(prog_name="failover")
    except SystemExit as end:  # typer has already reported what is wrong
        if end.code == INTERRUPTED:  # typer's silent reaction to a KeyboardInterrupt
            errors.print("interrupted")
        raise
    except EnvironmentFileError as error:
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


if __name__ == "__main__":
    sys.exit(main())
