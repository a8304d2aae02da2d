"""What `main.py` prints when it is done. Imports nothing that takes long."""

from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from terminal.console import console

HEADINGS = ("stack", "region", "resources", "state backend", "output file")


@dataclass(frozen=True)
class Report:
    """All of it, without the output folder's name."""

    rows: list[list[str]]
    """A table's rows, in the order of `HEADINGS`; files are relative to the output folder."""
    lines: list[str]
    """What follows the table."""
    warnings: list[str]
    """What you should know before you deploy this."""


def print_report(report: Report, outdir: Path) -> None:
    """Prints the table and the lines, and on stderr each warning as one line.

    outdir: the output folder, as the user gave it.
    """
    out = console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS:
        justify = "right" if heading == "resources" else "left"
        table.add_column(heading, justify=justify, overflow="fold")
    for *cells, file in report.rows:
        table.add_row(*cells, str(outdir / file))
    out.print(table)
    for line in report.lines:
        out.print(line, soft_wrap=True)
    for warning in report.warnings:
        console(stderr=True).print(f"WARNING: {warning}", soft_wrap=True)
