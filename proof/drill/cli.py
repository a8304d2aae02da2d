"""`failover drill`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from proof.drill.settings import (
    DEFAULT_FACTOR,
    DEFAULT_OUTPUT,
    DEFAULT_USERS,
    Settings,
)
from sandbox.local.workspace import DEFAULT_FOLDER
from terminal.console import console
from terminal.options import EnvironmentOption

FolderOption = Annotated[
    Path,
    typer.Option(
        metavar="FOLDER", help="Folder of `failover local`; reuses an AWS that runs there."
    ),
]
OutputOption = Annotated[
    Path, typer.Option(metavar="FOLDER", help="Where to write evidence.json and index.html.")
]
FactorOption = Annotated[
    float, typer.Option(min=1, max=60, help="Simulated seconds per real second.")
]
StacksOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Emitted stacks, which you may have edited, to simulate instead of the deployed ones.",
    ),
]

ReleaseOption = Annotated[
    Path | None,
    typer.Option(
        metavar="ARCHIVE",
        help='A .tar.gz to run on the instances, with application.kind = "release".',
        show_default=False,
    ),
]
LiveOption = Annotated[
    bool,
    typer.Option(
        "--live",
        help="Not here, but on the real deployment: take its primary away, and give it back.",
    ),
]
EndOption = Annotated[
    bool,
    typer.Option(
        "--end",
        help="With --live: give the primary back now, and do no more. With --ephemeral: destroy"
        " what an earlier drill left.",
    ),
]
EphemeralOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="With --live: deploy a throw-away copy in the sub-domain NAME, drill it, destroy it.",
        show_default=False,
    ),
]
ConfirmOption = Annotated[
    str | None,
    typer.Option(
        metavar="'ACCOUNT DOMAIN'",
        help="With --live: do not ask. The account's number and the domain, which must be right.",
        show_default=False,
    ),
]
AlthoughOption = Annotated[
    str | None,
    typer.Option(
        metavar="REASON",
        help="With --live: drill even if `failover ready` finds something against it. The reason"
        " goes into the evidence.",
        show_default=False,
    ),
]
PolicyOption = Annotated[
    bool,
    typer.Option("--policy", help="With --live: print the IAM policy that this needs, and end."),
]
ResolverOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDRESS",
        help="With --live: resolvers to ask besides this machine's own; by default 1.1.1.1, 8.8.8.8"
        " and 9.9.9.9.",
        show_default=False,
    ),
]


def drill(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    release: ReleaseOption = None,
    folder: FolderOption = DEFAULT_FOLDER,
    output: OutputOption = DEFAULT_OUTPUT,
    factor: FactorOption = DEFAULT_FACTOR,
    real_time: Annotated[bool, typer.Option("--real-time", help="A factor of 1.")] = False,
    users: Annotated[int, typer.Option(min=1, max=50, help="Number of users.")] = DEFAULT_USERS,
    seed: Annotated[int, typer.Option(help="Seed for the random phases.")] = 0,
    stacks: StacksOption = None,
    deploy: Annotated[
        bool, typer.Option(help="Apply the stacks first, or use the running ones.")
    ] = True,
    writes: Annotated[
        bool,
        typer.Option(help="Let users write to the release, where the drill can play its database."),
    ] = True,
    live: LiveOption = False,
    end: EndOption = False,
    ephemeral: EphemeralOption = None,
    confirm: ConfirmOption = None,
    resolver: ResolverOption = None,
    although: AlthoughOption = None,
    policy: PolicyOption = False,
) -> None:
    """Lose a region here, or with --live for real, and compare what users see with the promise.

    Deploys the stacks to an embedded AWS, runs their web servers, load balancers, health checks,
    name servers and the control function on loopback, and takes regions down. No AWS account
    needed. With --live, it takes the real deployment's primary out of users' reach, and gives it
    back.
    """
    if live and policy:
        _print_policy(environment)
        return
    if live:
        from proof.drill.live.cli import drill as run_live  # noqa: PLC0415 - slow to import

        run_live(
            environment,
            output,
            copy=ephemeral,
            end=end,
            confirmed=confirm,
            resolvers=resolver,
            although=although,
        )
        return
    if end or ephemeral is not None:
        raise typer.BadParameter("--end and --ephemeral go with --live")
    from proof.drill.drill import run  # noqa: PLC0415 - slow to import, and only needed here

    settings = Settings(
        environment,
        factor=1 if real_time else factor,
        seed=seed,
        users=users,
        output=output,
        stacks=stacks,
        deploy=deploy,
        folder=folder,
        release=release,
        writes=writes,
    )
    run(settings, console())


def _print_policy(environment: str) -> None:
    from proof.drill.live.policy import document  # noqa: PLC0415 - slow to import

    typer.echo(document(load_environment(environment)), nl=False)
