"""`failover zone`: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, Environment, load_environment
from operations.aws import operator
from operations.zone import commands
from operations.zone.overview import overview, print_overview
from operations.zone.policy import document
from terminal.as_json import print_json
from terminal.console import console
from terminal.durations import duration
from terminal.options import (
    EnvironmentOption,
    ForOption,
    JsonOption,
    PolicyOption,
    ReasonOption,
    YesOption,
)

zone = typer.Typer(
    no_args_is_help=True, help="Availability zones: move users away from one that is impaired."
)

ZoneArgument = Annotated[
    str, typer.Argument(metavar="ZONE", help="The zone's name, such as us-east-1a.")
]


@zone.command()
def show(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    as_json: JsonOption = False,
    policy: PolicyOption = False,
) -> None:
    """Show each zone's instances, and which zone users are moved away from."""
    loaded = load_environment(environment)
    if policy:
        _print_policy(loaded)
        return
    found = overview(loaded)
    if as_json:
        print_json(found)
    else:
        print_overview(found, console())


@zone.command()
def away(
    name: ZoneArgument,
    *,
    lasts: ForOption = "2h",
    reason: ReasonOption = "",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    yes: YesOption = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Even if too few instances serve in the other zones."),
    ] = False,
    policy: PolicyOption = False,
) -> None:
    """Move a region's users away from one zone for a while. Run again, it lasts longer.

    It ends by itself, after 72 hours at most, or with `failover zone back`.
    """
    loaded = load_environment(environment)
    if policy:
        _print_policy(loaded)
        return
    duration(lasts, most=commands.LONGEST)

    def confirm(question: str) -> None:
        if not yes:
            typer.confirm(question, abort=True)

    where = commands.region_of(loaded, name).region
    commands.away(
        loaded,
        name,
        lasts=lasts,
        by=operator(where),
        reason=reason,
        force=force,
        confirm=confirm,
        console=console(),
    )


@zone.command()
def back(
    name: ZoneArgument,
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    policy: PolicyOption = False,
) -> None:
    """Let users return to a zone before the time is up."""
    loaded = load_environment(environment)
    if policy:
        _print_policy(loaded)
        return
    commands.back(loaded, name, console=console())


def _print_policy(environment: Environment) -> None:
    """The same for all three."""
    typer.echo(document(environment), nl=False)
