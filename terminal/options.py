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

PolicyOption = Annotated[
    bool, typer.Option("--policy", help="Print the IAM policy for whoever runs this, and end.")
]

ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for everybody's notes.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before users move.")]
ForOption = Annotated[
    str, typer.Option("--for", metavar="DURATION", help="How long, such as 90m or 2h.")
]
EveryOption = Annotated[
    float, typer.Option("--every", min=0.1, metavar="SECONDS", help="Between two looks.")
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=1, metavar="SECONDS", help="When a step stops waiting.")
]
