"""The command line `failover`."""

import sys

import typer

from bindings import ToolchainError
from environments import EnvironmentFileError
from operations.costs.cli import costs
from operations.data.cli import data
from operations.delivery.cli import deploy, show, upload
from operations.plans.cli import back, over, pause, resume
from operations.preflight.cli import preflight
from operations.readiness.cli import ready
from operations.releases.cli import releases
from operations.status.cli import status
from operations.strategies.cli import strategies
from operations.switch.cli import switch
from operations.zone.cli import zone
from policy.cli import policy
from proof.drill.cli import drill
from sandbox.local.cli import local
from terminal.program import run

failover = typer.Typer(
    name="failover",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Operates a deployment in two AWS regions. Most commands take -e ENVIRONMENT.",
)
OUTAGE, RELEASES, BEFORE, HERE = (
    "In an outage",
    "Your application",
    "Before you deploy",
    "On this machine, without AWS",
)
failover.command(rich_help_panel=OUTAGE)(status)
failover.command(rich_help_panel=OUTAGE)(over)
failover.command(rich_help_panel=OUTAGE)(back)
failover.command(rich_help_panel=OUTAGE)(pause)
failover.command(rich_help_panel=OUTAGE)(resume)
failover.add_typer(switch, name="switch", rich_help_panel=OUTAGE)
failover.add_typer(zone, name="zone", rich_help_panel=OUTAGE)
failover.add_typer(data, name="data", rich_help_panel=OUTAGE)
failover.command(rich_help_panel=OUTAGE)(ready)
releases.command()(show)
releases.command()(upload)
failover.command(rich_help_panel=RELEASES)(deploy)
failover.add_typer(releases, name="releases", rich_help_panel=RELEASES)
failover.command(rich_help_panel=BEFORE)(preflight)
failover.command(rich_help_panel=BEFORE)(strategies)
failover.command(rich_help_panel=BEFORE)(costs)
failover.command(rich_help_panel=BEFORE)(policy)
failover.add_typer(local, name="local", rich_help_panel=HERE)
failover.command(rich_help_panel=HERE)(drill)


def main() -> int:
    """Runs the command line, and returns its exit code."""
    return run(failover, "failover", mistakes=(EnvironmentFileError, ToolchainError))


if __name__ == "__main__":
    sys.exit(main())
