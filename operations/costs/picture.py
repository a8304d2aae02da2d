"""Draws a deployment's costs: a bar for each stack and one for what use adds, by item."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from operations.costs.line import Line, total
from operations.costs.report import Report

# In the drawing's units.
WIDTH, LEFT, RIGHT = 960, 90, 90
TITLE = 34
BAR, GAP = 26, 14
LEGEND_ROW, LEGEND_COLUMNS = 20, 3
# The dearest items have a colour each, the others share one.
COLOURS = ("#3b6fb6", "#d98c3f", "#4f9d69", "#b5534f", "#8a6bb1", "#4aa3a8", "#a8893a", "#c071a0")
OTHERS, OTHERS_COLOUR = "everything else", "#9aa3ad"
USE = "use"
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2933; }
.title { font-size: 15px; font-weight: 600; }
.end { text-anchor: end; }
@media (prefers-color-scheme: dark) { text { fill: #e4e7eb; } }
"""


def picture(found: Report) -> str:
    """The drawing as an SVG document."""
    bars: dict[str, Sequence[Line]] = {
        stack: [line for line in found.fixed if line.stack == stack]
        for stack in found.environment.stacks
    }
    bars = {name: lines for name, lines in {**bars, USE: found.used}.items() if total(lines)}
    colours = _colours([*found.fixed, *found.used])
    bottom = TITLE + len(bars) * (BAR + GAP)
    rows = -(-(len(colours) + 1) // LEGEND_COLUMNS)
    height = bottom + rows * LEGEND_ROW + 8
    title = f"{found.environment.name}: {found.total:,.2f} USD a month"
    parts = [_text(2, 18, title, "title"), *_bars(bars, colours), *_legend(colours, bottom)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{escape(title)}, by stack and item</title>\n<style>{STYLE}</style>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _colours(lines: Sequence[Line]) -> Mapping[str, str]:
    """The dearest items' colours, dearest first."""
    usd: dict[str, float] = {}
    for line in lines:
        usd[line.what] = usd.get(line.what, 0) + line.usd
    dearest = sorted(usd, key=lambda what: (-usd[what], what))
    return dict(zip(dearest, COLOURS, strict=False))


def _bars(bars: Mapping[str, Sequence[Line]], colours: Mapping[str, str]) -> Iterator[str]:
    scale = (WIDTH - LEFT - RIGHT) / max(total(lines) for lines in bars.values())
    for number, (name, lines) in enumerate(bars.items()):
        y = TITLE + number * (BAR + GAP)
        yield _text(LEFT - 8, y + 18, name, "end")
        x = float(LEFT)
        for what, usd in _segments(lines, colours):
            colour = colours.get(what, OTHERS_COLOUR)
            yield (
                f'<rect x="{x:.1f}" y="{y}" width="{usd * scale:.1f}" height="{BAR}"'
                f' fill="{colour}"><title>{escape(what)}: {usd:,.2f}</title></rect>'
            )
            x += usd * scale
        yield _text(x + 6, y + 18, f"{total(lines):,.2f}")


def _segments(lines: Sequence[Line], colours: Mapping[str, str]) -> list[tuple[str, float]]:
    """A bar's items and their costs, in the order of the colours, the others last."""
    usd = dict.fromkeys([*colours, OTHERS], 0.0)
    for line in lines:
        usd[line.what if line.what in colours else OTHERS] += line.usd
    return [(what, cost) for what, cost in usd.items() if cost]


def _legend(colours: Mapping[str, str], top: float) -> Iterator[str]:
    column = (WIDTH - LEFT) / LEGEND_COLUMNS
    for number, (what, colour) in enumerate({**colours, OTHERS: OTHERS_COLOUR}.items()):
        x = LEFT + number % LEGEND_COLUMNS * column
        y = top + number // LEGEND_COLUMNS * LEGEND_ROW
        yield f'<rect x="{x:.1f}" y="{y}" width="12" height="12" fill="{colour}"/>'
        yield _text(x + 18, y + 11, what)


def _text(x: float, y: float, text: str, style: str = "") -> str:
    of_style = f' class="{style}"' if style else ""
    return f'<text{of_style} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
