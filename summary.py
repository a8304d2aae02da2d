"""What `main.py` prints when it is done: one line for each stack, and the time to recover."""

import json
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from environments import Environment
from operations.console import console
from stacks import STACK_NAMES, recovery_time


def print_summary(environment: Environment, outdir: Path) -> None:
    """A table of the stacks as written to `outdir`, and the worst-case time to recover."""
    out = console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("stack", "region", "resources", "state backend", "output file"):
        justify = "right" if heading == "resources" else "left"
        table.add_column(heading, justify=justify, overflow="fold")
    for file in stack_files(outdir):
        stack = json.loads(file.read_text())
        table.add_row(
            file.parent.name, regions(stack), str(resources(stack)), state(stack), str(file)
        )
    out.print(table)
    out.print(
        f"{environment.dns.domain} recovers from the loss of {environment.primary.region} in at"
        f" most {recovery_time(environment)}",
        soft_wrap=True,
    )


def stack_files(outdir: Path) -> list[Path]:
    """The stacks' files, in the order in which one deploys them."""
    return [outdir / "stacks" / stack / "cdk.tf.json" for stack in STACK_NAMES]


def regions(stack: dict[str, Any]) -> str:
    """The regions of the stack's providers."""
    return ", ".join(provider["region"] for provider in stack["provider"]["aws"])


def resources(stack: dict[str, Any]) -> int:
    """How many resources the stack manages."""
    return sum(map(len, stack["resource"].values()))


def state(stack: dict[str, Any]) -> str:
    """Where the stack's state is."""
    ((kind, backend),) = stack["terraform"]["backend"].items()
    if kind == "local":
        return f"local {Path(backend['path']).name}"
    return f"s3://{backend['bucket']}/{backend['key']} ({backend['region']})"
