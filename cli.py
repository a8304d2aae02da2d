"""The command line `failover`."""

import sys

import typer

from environments import EnvironmentFileError
from operations.data.cli import data
from operations.delivery.cli import deploy, show, upload
from operations.preflight.cli import preflight
from operations.releases.cli import releases
from operations.strategies.cli import strategies
from operations.switch.cli import switch
from policy.cli import policy
from proof.drill.cli import drill
from sandbox.local.cli import local
from terminal.program import run

failover = typer.Typer(
    name="failover",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Operates a deployment in two AWS regions.",
)
failover.add_typer(local, name="local")
failover.add_typer(switch, name="switch")
failover.add_typer(data, name="data")
failover.command()(deploy)
releases.command()(show)
releases.command()(upload)
failover.add_typer(releases, name="releases")
failover.command()(preflight)
failover.command()(strategies)
failover.command()(drill)
failover.command()(policy)


def main() -> int:
    """Runs the command line, and returns its exit code."""
    return run(failover, "failover", mistake=EnvironmentFileError)


if __name__ == "__main__":
    sys.exit(main())
