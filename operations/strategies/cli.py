"""`failover strategies`: the command line."""

from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.costs.prices import load_prices
from operations.strategies import table
from operations.strategies.engines import engines
from terminal.console import console
from terminal.options import EnvironmentOption


def strategies(
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As a table for GitHub.")] = False,
    with_breakdown: Annotated[
        bool, typer.Option("--breakdown", help="Also show what each item costs.")
    ] = False,
    with_engines: Annotated[
        bool, typer.Option("--engines", help="What each database engine adds, instead.")
    ] = False,
) -> None:
    """Compare hot, warm and pilot light: what runs, how fast users recover, what it costs."""
    loaded = load_environment(environment)
    if with_engines:
        grid = engines(loaded, load_prices())
        if as_markdown:
            typer.echo(grid.markdown(), nl=False)
        else:
            console().print(grid.rich())
        return
    if as_markdown:
        typer.echo(table.markdown(loaded, with_breakdown=with_breakdown), nl=False)
        return
    prices, out = load_prices(), console()
    found = table.options(loaded, prices)
    out.print(table.summary(found).rich())
    if with_breakdown:
        out.print(table.breakdown(found).rich())
    for note in table.notes(loaded, found, prices):
        out.print(note)
