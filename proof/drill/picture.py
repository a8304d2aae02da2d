"""Draws the drill: who served, and why, on one time axis."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

# Seconds in one step. A user who waits two seconds in vain asks half as often in that time.
STEP = 5
# In the drawing's units.
WIDTH = 1280
LEFT, RIGHT = 150, 16
EVENT_ROW, EVENT_ROWS = 15, 6
SCENARIO_TOP = 8
SCENARIO_HEIGHT = 22
EVENTS_TOP = SCENARIO_TOP + SCENARIO_HEIGHT + 8
PLOT_TOP = EVENTS_TOP + EVENT_ROWS * EVENT_ROW + 8
PLOT_HEIGHT = 200
LANES_TOP = PLOT_TOP + PLOT_HEIGHT + 34
LANE, LANE_GAP = 18, 7
CHARACTER = 6.3
SERIES = ("primary", "standby", "failed")
# Prefixes of bad and notable states; any other state is fine.
BAD = ("lost", "fails", "unhealthy", "away", "nobody")
NOTABLE = ("set", "standby,")
LABELLED = ("fault", "operator")
TICK = 60
# Scenarios in which the promised recovery is marked.
LOSSES = ("region lost", "release lost")
# The lane of the data, whose lost writes are marked.
WRITES = "writes go to"
# The lane of those behind resolvers that extend TTLs.
LATE = "who exceed the TTL"
IN_THE_APPLICATION = re.compile(r"^the application in \S+ ")


@dataclass(frozen=True)
class Axis:
    """Maps seconds to drawing units."""

    first: float
    last: float

    def x(self, second: float) -> float:
        share = (second - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def picture(evidence: Mapping[str, Any]) -> str:
    """An SVG element; its colours come from the surrounding page."""
    scenarios = evidence["scenarios"]
    axis = Axis(scenarios[0]["began"], scenarios[-1]["ended"])
    lanes = lanes_of(evidence)
    height = LANES_TOP + len(lanes) * (LANE + LANE_GAP) + 4
    bottom = height - LANE_GAP
    parts = [
        *_scenarios(scenarios, axis, bottom),
        *_plot(evidence["per_second"], evidence["settings"]["users"], axis),
        *_events(evidence["timeline"], axis, bottom),
        *_promise(evidence, axis),
        *_ticks(axis),
        *_lanes(lanes, axis),
        *_lost_writes(evidence, lanes, axis),
    ]
    title = "Requests by answering region over time, with health states and events"
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def lanes_of(evidence: Mapping[str, Any]) -> list[tuple[str, list[tuple[float, str]]]]:
    """The rows below the plot: each one's label and state changes."""
    states, regions = evidence["states"], evidence["regions"]
    wanted = [
        ("primary region", "primary region"),
        ("its targets", f"{regions['primary']}'s targets"),
        ("its health check", "primary health check"),
        ("standby region", "standby region"),
        ("its targets", f"{regions['dr']}'s targets"),
        ("its health check", "standby health check"),
        ("third region", "third region"),
        *((of, of) for of in sorted(states) if of.startswith("switch in ")),
        ("primary in service", "primary in service"),
        ("DNS answers", "DNS answers"),
        (LATE, LATE),
        (WRITES, WRITES),
    ]
    return [(label, states[of]) for label, of in wanted if states.get(of)]


def _scenarios(scenarios: list[dict[str, Any]], axis: Axis, bottom: float) -> Iterable[str]:
    for number, one in enumerate(scenarios):
        left, right = axis.x(one["began"]), axis.x(one["ended"])
        shade = "band odd" if number % 2 else "band"
        yield (
            f'<rect class="{shade}" x="{left}" y="{SCENARIO_TOP}" width="{right - left:.1f}"'
            f' height="{bottom - SCENARIO_TOP}"/>'
        )
        name = fitting(one["name"], right - left)
        yield _text((left + right) / 2, SCENARIO_TOP + 15, name, "scenario middle")


def _plot(rows: list[list[int]], users: int, axis: Axis) -> Iterable[str]:
    """Stacked steps, with the primary at the bottom and failures on top."""
    shown = steps(rows, axis)
    most = max([users, *(math.ceil(sum(row[1:])) for row in shown)])
    base = PLOT_TOP + PLOT_HEIGHT
    scale = PLOT_HEIGHT / most
    for place, series in enumerate(SERIES):
        path = "".join(
            f"M{axis.x(row[0])} {base - scale * sum(row[1 : place + 1]):.1f}"
            f"V{base - scale * sum(row[1 : place + 2]):.1f}H{axis.x(min(row[0] + STEP, axis.last))}"
            f"V{base - scale * sum(row[1 : place + 1]):.1f}Z"
            for row in shown
            if row[place + 1]
        )
        yield f'<path class="{series}" d="{path}"/>'
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>'
    for count in range(0, most + 1, max(most // 3, 1)):
        y = round(base - scale * count, 1)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        yield _text(LEFT - 6, y + 4, str(count), "end")
    yield _text(LEFT - 34, PLOT_TOP + 14, "requests", "end")
    yield _text(LEFT - 34, PLOT_TOP + 28, "in a second", "end")


def steps(rows: list[list[int]], axis: Axis) -> list[tuple[float, float, float, float]]:
    """For each step: its start, and requests per second served by the primary, the standby and
    nobody."""
    sums: dict[int, list[int]] = {}
    for second, *counts in rows:
        if second < axis.last - axis.first:
            step = second // STEP
            sums[step] = [a + b for a, b in zip(sums.get(step, [0, 0, 0]), counts, strict=True)]
    return [
        (axis.first + step * STEP, *(count / STEP for count in sums[step]))  # pyright: ignore[reportReturnType]
        for step in sorted(sums)
    ]


def _promise(evidence: Mapping[str, Any], axis: Axis) -> Iterable[str]:
    """Marks the promised recovery where the primary's region is lost."""
    seconds = evidence["promise"]["with_the_users_timeout"]
    base = PLOT_TOP + PLOT_HEIGHT
    for one in evidence["scenarios"]:
        if one["name"] in LOSSES and one["began"] + seconds <= axis.last:
            x = axis.x(one["began"] + seconds)
            yield f'<line class="promise" x1="{x}" x2="{x}" y1="{PLOT_TOP}" y2="{base}"/>'
            yield _text(x - 4, PLOT_TOP + 13, f"promised: {seconds} s", "promise-text")


def _events(timeline: list[dict[str, Any]], axis: Axis, bottom: float) -> Iterable[str]:
    """Draws each fault and operator action as a line, labelled in the first free row."""
    free = [0.0] * EVENT_ROWS
    for event in timeline:
        if event["kind"] not in LABELLED or not axis.first <= event["second"] <= axis.last:
            continue
        x = axis.x(event["second"])
        words = IN_THE_APPLICATION.sub("", event["what"])
        width = len(words) * CHARACTER
        start = min(x + 4, WIDTH - RIGHT - width)
        row = next((row for row, end in enumerate(free) if end < start), EVENT_ROWS - 1)
        free[row] = start + width + 8
        y = EVENTS_TOP + row * EVENT_ROW
        yield f'<line class="event" x1="{x}" x2="{x}" y1="{y}" y2="{bottom}"/>'
        yield _text(start, y + 11, words, "event-text")


def _ticks(axis: Axis) -> Iterable[str]:
    base = PLOT_TOP + PLOT_HEIGHT
    seconds = int(axis.last - axis.first)
    step = TICK * max(round(seconds / (15 * TICK)), 1)
    for second in range(0, seconds + 1, step):
        x = axis.x(axis.first + second)
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="{base}" y2="{base + 4}"/>'
        yield _text(x, base + 17, f"{second} s", "middle")


def _lanes(lanes: list[tuple[str, list[tuple[float, str]]]], axis: Axis) -> Iterable[str]:
    for number, (label, changes) in enumerate(lanes):
        y = LANES_TOP + number * (LANE + LANE_GAP)
        yield _text(LEFT - 8, y + 13, label, "end")
        ends = [at for at, _ in changes[1:]] + [axis.last]
        for (began, state), ended in zip(changes, ends, strict=True):
            left, right = axis.x(max(began, axis.first)), axis.x(min(ended, axis.last))
            if right > left:
                yield (
                    f'<rect class="state {look(state)}" x="{left}" y="{y}" rx="2"'
                    f' width="{right - left:.1f}" height="{LANE}"><title>{escape(state)}</title>'
                    "</rect>"
                )
                words = fitting(shortened(state), right - left - 4)
                yield _text((left + right) / 2, y + 13, words, "state-text middle")


def _lost_writes(
    evidence: Mapping[str, Any], lanes: list[tuple[str, list[tuple[float, str]]]], axis: Axis
) -> Iterable[str]:
    """A mark for each write that was acknowledged and lost, where it was acknowledged."""
    for number, (label, _) in enumerate(lanes):
        if label == WRITES and evidence["data"] is not None:
            y = LANES_TOP + number * (LANE + LANE_GAP)
            for second in evidence["data"]["lost_at"]:
                x = axis.x(second)
                yield f'<line class="lost" x1="{x}" x2="{x}" y1="{y - 3}" y2="{y + LANE + 3}"/>'


def look(state: str) -> str:
    if state.startswith(BAD) or state.startswith("0 of"):
        return "bad"
    if state.startswith(NOTABLE):
        return "notable"
    return "fine"


def shortened(state: str) -> str:
    """Shortened for narrow fields."""
    return state.replace(" healthy", "").removeprefix("standby, ").removeprefix("primary, ")


def fitting(text: str, width: float) -> str:
    """The text, or nothing if it does not fit."""
    return text if len(text) * CHARACTER <= width else ""


def _text(x: float, y: float, text: str, style: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>' if text else ""
