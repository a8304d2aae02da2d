"""Options that several commands share."""

from typing import Annotated

import typer

EnvironmentOption = Annotated[
    str,
    typer.Option(
        "--environment",
        "-e",
        envvar="ENVIRONMENT",
        metavar="NAME",
        help="An environment of environments/, or the path of a .toml file.",
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead, for programs.")]
