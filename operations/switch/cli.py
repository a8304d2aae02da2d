"""`failover switch`: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.switch import commands
from terminal.console import console
from terminal.operator import operator_name
from terminal.options import EnvironmentOption, ReasonOption, YesOption

switch = typer.Typer(
    no_args_is_help=True, help="The failover switch: whether the primary is in service."
)


@switch.command()
def show(environment: EnvironmentOption = DEFAULT_ENVIRONMENT) -> None:
    """Show the switch, the health of both regions, and which of them serves."""
    commands.show(load_environment(environment), console())


@switch.command("set")
def set_(
    reason: ReasonOption = "",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    yes: YesOption = False,
) -> None:
    """Take the primary out of service until the switch is cleared: `failover over` by hand."""
    loaded = load_environment(environment)
    _confirm(f"Move all users of {loaded.dns.domain} to {loaded.dr.region}?", yes)
    commands.set_switch(loaded, by=operator_name(), reason=reason, console=console())


@switch.command()
def clear(
    reason: ReasonOption = "",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    yes: YesOption = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Even if DNS does not answer, or both databases take writes (RDS)."
        ),
    ] = False,
) -> None:
    """Put the primary in service again: the last step of `failover back` by hand."""
    loaded = load_environment(environment)
    _confirm(f"Return all users of {loaded.dns.domain} to {loaded.primary.region}?", yes)
    commands.clear_switch(loaded, by=operator_name(), reason=reason, force=force, console=console())


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True)
