"""A table, for the terminal or in Markdown."""

from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table


@dataclass(frozen=True)
class Grid:
    """A table's text, independent of output format. Columns from `numbers` on are right-aligned."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int

    def rich(self) -> Table:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for column, heading in enumerate(self.headings):
            justify = "right" if column >= self.numbers else "left"
            table.add_column(heading, justify=justify, overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        left = min(self.numbers, len(self.headings))
        rule = ["---"] * left + ["---:"] * (len(self.headings) - left)
        rows = (self.headings, rule, *self.rows)
        return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def number(value: float, places: int, *, least: int = 0) -> str:
    """Formats with at most `places` decimals, dropping trailing zeros down to `least` decimals."""
    whole, _, rest = f"{value:,.{places}f}".partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    return f"{whole}.{rest}" if rest else whole
