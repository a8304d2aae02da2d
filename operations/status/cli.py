"""`failover status`: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.status import commands
from operations.status.policy import document
from terminal.console import console
from terminal.errors import OperationError
from terminal.options import EnvironmentOption, JsonOption, PolicyOption

WatchOption = Annotated[bool, typer.Option("--watch", help="Again and again, until Ctrl-C.")]
LooksOption = Annotated[
    float, typer.Option("--every", min=1, metavar="SECONDS", help="Between two looks.")
]
ResolverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver",
        envvar="FAILOVER_RESOLVERS",
        metavar="ADDRESS",
        help="A public resolver to ask, instead of the usual three; may be repeated.",
    ),
]
DeadlineOption = Annotated[
    float,
    typer.Option(
        "--deadline", min=1, metavar="SECONDS", help="What has no answer by then is given up."
    ),
]


def status(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    watch: WatchOption = False,
    every: LooksOption = 10.0,
    resolver: ResolverOption = None,
    seconds: DeadlineOption = commands.DEADLINE,
    as_json: JsonOption = False,
    policy: PolicyOption = False,
) -> None:
    """Show who serves users, and how both regions are.

    Asks DNS and AWS, and changes nothing. Fails only if nothing at all could be read.
    """
    loaded = load_environment(environment)
    if policy:
        typer.echo(document(loaded), nl=False)
        return
    if watch and as_json:
        raise typer.BadParameter("--watch redraws a screen; --json prints one object")
    resolvers = commands.default_resolvers() if resolver is None else resolver
    try:
        observer = commands.Observer(loaded, resolvers=resolvers, seconds=seconds)
    except OperationError as error:  # an address that is none
        raise typer.BadParameter(str(error)) from None
    if watch:
        commands.watch(observer, console(), every)
    else:
        commands.show(observer, console(), as_json=as_json)
