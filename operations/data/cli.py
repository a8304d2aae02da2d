"""`failover data`: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, Role, load_environment
from operations.data import commands, overview
from operations.data.waiting import Patience
from terminal.as_json import print_json
from terminal.console import console
from terminal.options import EnvironmentOption, EveryOption, JsonOption, TimeoutOption

data = typer.Typer(
    no_args_is_help=True, help="The database: which region takes writes, and what follows it."
)

ToOption = Annotated[Role, typer.Option("--to", help="The region that is to take writes.")]


@data.command()
def show(
    *, environment: EnvironmentOption = DEFAULT_ENVIRONMENT, as_json: JsonOption = False
) -> None:
    """Show which region takes writes, how far the other is behind, and what a failover loses."""
    loaded = load_environment(environment)
    if as_json:
        print_json(overview.look(loaded))
    else:
        overview.show(loaded, console())


@data.command()
def promote(
    *,
    to: ToOption = "dr",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Do not ask whether writes may be lost.")
    ] = False,
    even_so: Annotated[
        bool, typer.Option("--even-so", help="Also while the failover switch is clear.")
    ] = False,
    every: EveryOption = 10.0,
    timeout: TimeoutOption = 1800.0,
) -> None:
    """Let a region take writes while the other one is lost. Writes that have not arrived are lost.

    Run it again after an interrupt: it goes on where it was.
    """
    commands.promote(
        load_environment(environment),
        to,
        confirm=_confirming(accepted=accept_loss),
        console=console(),
        patience=Patience(every, timeout),
        even_so=even_so,
    )


@data.command()
def switchover(
    to: ToOption = "primary",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    every: EveryOption = 10.0,
    timeout: TimeoutOption = 1800.0,
) -> None:
    """Move the writer to the other region, both of which are healthy. No write is lost."""
    commands.switchover(
        load_environment(environment), to, console=console(), patience=Patience(every, timeout)
    )


@data.command()
def resync(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before an RDS instance is replaced.")
    ] = False,
    every: EveryOption = 10.0,
    timeout: TimeoutOption = 1800.0,
) -> None:
    """Bring a region that was lost back as a copy, and keep what is left of its last writes.

    With an RDS engine this replaces the region's instance. Run it again after an interrupt.
    """
    commands.resync(
        load_environment(environment),
        confirm=_confirming(accepted=yes),
        console=console(),
        patience=Patience(every, timeout),
    )


def _confirming(*, accepted: bool) -> commands.Confirm:
    """Asks on the terminal, unless the answer was an option."""

    def confirm(question: str) -> None:
        if not accepted:
            typer.confirm(question, abort=True)

    return confirm
