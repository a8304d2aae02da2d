"""`failover releases`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.releases import commands
from terminal.console import console
from terminal.options import EnvironmentOption

releases = typer.Typer(no_args_is_help=True, help="Releases of your application.")

FolderArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The folder, with an executable `run`.")
]
ArchiveArgument = Annotated[
    Path, typer.Argument(metavar="ARCHIVE", help="The release, a .tar.gz file.")
]


@releases.command()
def pack(
    folder: FolderArgument,
    archive: ArchiveArgument,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
) -> None:
    """Pack a folder as a release: the same files make the same archive, whenever and wherever."""
    commands.pack_release(load_environment(environment), folder, archive, console())


@releases.command()
def check(archive: ArchiveArgument, environment: EnvironmentOption = DEFAULT_ENVIRONMENT) -> None:
    """Check that the environment's instances could unpack and start a release."""
    commands.check_release(load_environment(environment), archive, console())
