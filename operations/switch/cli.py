"""`failover switch`: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.aws import operator
from operations.plans.policy import document
from operations.switch import commands
from terminal.console import console
from terminal.options import (
    EnvironmentOption,
    JsonOption,
    PolicyOption,
    ReasonOption,
    YesOption,
)

switch = typer.Typer(
    no_args_is_help=True, help="The failover switch: whether the primary is in service."
)


@switch.command()
def show(
    *, environment: EnvironmentOption = DEFAULT_ENVIRONMENT, as_json: JsonOption = False
) -> None:
    """Show the switch, the health of both regions, and which of them serves."""
    commands.show(load_environment(environment), console(), as_json=as_json)


@switch.command("set")
def set_(
    *,
    reason: ReasonOption = "",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    yes: YesOption = False,
    policy: PolicyOption = False,
) -> None:
    """Take the primary out of service until the switch is cleared: `failover over` by hand."""
    loaded = load_environment(environment)
    if policy:
        typer.echo(document(loaded), nl=False)
        return
    _confirm(f"Move all users of {loaded.dns.domain} to {loaded.dr.region}?", yes)
    by = operator(loaded.dr.region)
    commands.set_switch(loaded, by=by, reason=reason, console=console())


@switch.command()
def clear(
    *,
    reason: ReasonOption = "",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    yes: YesOption = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Even if DNS does not answer, or both databases take writes (RDS)."
        ),
    ] = False,
    policy: PolicyOption = False,
) -> None:
    """Put the primary in service again: the last step of `failover back` by hand."""
    loaded = load_environment(environment)
    if policy:
        typer.echo(document(loaded), nl=False)
        return
    _confirm(f"Return all users of {loaded.dns.domain} to {loaded.primary.region}?", yes)
    by = operator(loaded.dr.region)
    commands.clear_switch(loaded, by=by, reason=reason, force=force, console=console())


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True)
