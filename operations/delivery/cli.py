"""`failover deploy`, and what `failover releases` says of regions: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, Role, load_environment
from operations.delivery import commands, overview, uploading
from operations.delivery.commands import Options
from operations.delivery.deployment import Order
from terminal.console import console
from terminal.options import EnvironmentOption

OnlyOption = Annotated[Role | None, typer.Option(help="One region alone.")]
OrderOption = Annotated[Order, typer.Option(help="Both regions at once, or one after the other.")]
WhyOption = Annotated[str, typer.Option(metavar="TEXT", help="For `failover releases show`.")]
BakeOption = Annotated[
    float | None,
    typer.Option(min=0, metavar="SECONDS", help="Instead of delivery.bake.", show_default=False),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        min=1,
        metavar="SECONDS",
        help="Without progress, instead of application.grace (docs/delivering.md).",
        show_default=False,
    ),
]
EveryOption = Annotated[
    float, typer.Option("--every", min=0.1, metavar="SECONDS", help="Between two looks.")
]


def deploy(
    release: Annotated[
        str, typer.Argument(metavar="ARCHIVE|DIGEST", help="A .tar.gz, or a release that is there.")
    ],
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    only: OnlyOption = None,
    order: OrderOption = "together",
    why: WhyOption = "",
    bake: BakeOption = None,
    timeout: TimeoutOption = None,
    every: EveryOption = 5.0,
) -> None:
    """Deliver a release of your application to both regions, and roll it back where it fails.

    Run it again after an interrupt: it goes on where it was.
    """
    options = Options(only=only, order=order, why=why, bake=bake, timeout=timeout, poll=every)
    commands.deploy(release, load_environment(environment), options, console())


def upload(
    release: Annotated[str, typer.Argument(metavar="ARCHIVE|DIGEST")],
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    only: OnlyOption = None,
) -> None:
    """Put a release into both regions' buckets: where there is a pipeline, that starts it."""
    uploading.upload(release, load_environment(environment), only, console())


def show(
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Past releases of each region.")] = 10,
) -> None:
    """Show which release each region runs, whether they differ, and what was current before."""
    overview.show(load_environment(environment), limit, console())
