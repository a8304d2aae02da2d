"""`failover policy`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from emitted import Deployment, read
from environments import DEFAULT_ENVIRONMENT, load_environment
from policy import check
from stacks import synthesised
from terminal.console import console
from terminal.options import EnvironmentOption

StacksOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Check an output folder, such as cdktf.out, instead of the environment's own output.",
    ),
]


def policy(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    stacks: StacksOption = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="List the rules without checking anything.")
    ] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="List the rules as Markdown tables.")
    ] = False,
) -> None:
    """Check the emitted stacks against the rules in policy/rules, and fail if one is broken.

    The rules cover what a general scanner does not know: failover, health checks, alarms, regions,
    logs.
    """
    out = console()
    if rules or as_markdown:
        if as_markdown:
            typer.echo(check.rules_markdown(), nl=False)
        else:
            out.print(check.rules_table())
        return
    loaded = load_environment(environment)
    found = check.broken(Deployment(loaded, read(stacks) if stacks else synthesised(loaded)))
    if found:
        out.print(check.findings_table(found))
    errors = sum(one.rule.level == "error" for one in found)
    out.print(
        f"{loaded.name}: {len(check.RULES)} rules, {errors} errors, {len(found) - errors} warnings"
    )
    if errors:
        raise typer.Exit(1)
