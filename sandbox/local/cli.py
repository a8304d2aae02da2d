"""`failover local`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT
from environments.regions import COMMERCIAL_REGIONS
from sandbox.local import commands
from sandbox.local.workspace import DEFAULT_FOLDER, Workspace
from terminal.console import console
from terminal.options import EnvironmentOption, JsonOption

local = typer.Typer(no_args_is_help=True, help="The whole system on this machine, without AWS.")


def _region(value: str) -> str:
    if value not in COMMERCIAL_REGIONS:
        raise typer.BadParameter(f"{value} is not a commercial AWS region such as eu-west-1")
    return value


FolderOption = Annotated[
    Path,
    typer.Option(metavar="FOLDER", help="Holds all working files."),
]
RegionArgument = Annotated[str, typer.Argument(metavar="REGION", callback=_region)]


@local.command()
def up(
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    folder: FolderOption = DEFAULT_FOLDER,
    deploy: Annotated[
        bool, typer.Option(help="Apply the stacks, or only start an AWS for them.")
    ] = True,
    new_account: Annotated[
        bool,
        typer.Option(
            "--new-account",
            help="Keep a new account's quotas and regions, to simulate a first deployment.",
        ),
    ] = False,
    permissions: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Apply each stack as a role with only the policies in FOLDER.",
        ),
    ] = None,
) -> None:
    """Start an embedded AWS, and apply the stacks to it with your own Terraform.

    Run it again to apply what has changed.
    """
    commands.up(
        environment,
        Workspace(folder),
        console(),
        deploy=deploy,
        new_account=new_account,
        permissions=permissions,
    )


@local.command()
def status(
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT, folder: FolderOption = DEFAULT_FOLDER
) -> None:
    """Show what exists: load balancers, instances, records, health checks, states."""
    commands.status(environment, Workspace(folder), console())


@local.command()
def down(folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Stop the embedded AWS and remove its working files."""
    commands.down(Workspace(folder), console())


@local.command()
def lose(region: RegionArgument, folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Lose a region: its APIs and buckets stop answering.

    us-east-1 takes the control planes of Route 53 and IAM with it.
    """
    commands.running(Workspace(folder)).lose(region)
    console().print(f"{region} is lost; `failover local restore {region}` brings it back")


@local.command()
def restore(region: RegionArgument, folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Bring a lost region back, as it was."""
    commands.running(Workspace(folder)).restore(region)
    console().print(f"{region} is back")


@local.command()
def mail(folder: FolderOption = DEFAULT_FOLDER, as_json: JsonOption = False) -> None:
    """Show what alarms have mailed, the newest last.

    Those on health checks go off by themselves; any other with `aws cloudwatch set-alarm-state`.
    """
    commands.mail(Workspace(folder), console(), as_json=as_json)


@local.command()
def env(folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Print what points a shell's terraform, cdktf and aws at it: eval "$(./failover local env)".

    For sh, bash, zsh and fish.
    """
    typer.echo(commands.shell_variables(commands.running(Workspace(folder))))
