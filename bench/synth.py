"""How long synth takes on each toolchain, against a plain import of the bindings, and against an
equal application in AWS CDK (`make bench`).

`--json` prints the figures as JSON.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import programs
from bench.programs import Cost, Program
from bindings.toolchains import DEFAULT, TERRAIN, TOOLCHAINS
from emitted import read
from terminal.as_json import print_json

RUNS = 5
SLOW_RUNS = 3
PROGRESS = Console(stderr=True)


@dataclass(frozen=True)
class Goal:
    """A program takes at most this share of another one's time. None: just to know."""

    program: str
    against: str
    at_most: float | None = None


PLAIN = programs.plain_import(DEFAULT.name)
GOALS = [
    *(
        goal
        for name in TOOLCHAINS
        for goal in (
            Goal(programs.warm(name), PLAIN, 0.10),
            Goal(programs.unchanged(name), PLAIN, 0.05),
            Goal(programs.warm(name), programs.CDK, 0.40),
        )
    ),
    Goal(programs.many(10), programs.many(1), 4),
    Goal(programs.warm(DEFAULT.name), programs.UNCHECKED),
    # CDK Terrain's bindings load less by themselves.
    Goal(programs.warm(TERRAIN.name), programs.plain_import(TERRAIN.name)),
]


@dataclass(frozen=True)
class Figures:
    """Medians of a program's runs, in seconds."""

    program: str
    runs: int
    wall: float
    least: float
    most: float
    cpu: float


@dataclass(frozen=True)
class Ratio:
    """Two programs' medians compared: by the clock, which decides, and in CPU time."""

    goal: Goal
    wall: float
    cpu: float

    @property
    def met(self) -> bool:
        return self.goal.at_most is None or self.wall <= self.goal.at_most


def main() -> int:
    """Prints tables of medians and ratios; returns 1 if a goal is missed."""
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder))
    ratios = [ratio(goal, figures) for goal in GOALS]
    if "--json" in sys.argv:
        print_json({"load": busy, "figures": list(figures.values()), "ratios": ratios})
    else:
        show(figures.values(), ratios, busy)
    return int(not all(one.met for one in ratios))


def measured(folder: Path) -> dict[str, Figures]:
    """Each program's figures. One round after the other, so that a slow minute affects all alike.
    A first, unmeasured one fills the caches, and writes what runs with unchanged input find."""
    stacks = folder / programs.warm(DEFAULT.name) / "stacks"
    everything = programs.all_programs(stacks)
    costs: dict[str, list[Cost]] = {program.name: [] for program in everything}
    with PROGRESS.status("measuring") as status:
        for number in range(RUNS + 1):
            for program in everything:
                if (program.slow and number > SLOW_RUNS) or (program.cold and number == 0):
                    continue
                status.update(f"round {number} of {RUNS}: {program.name}")
                cost = run(program, folder, keep=number == 0)
                if number:
                    costs[program.name].append(cost)
            if number == 0:
                check_equal(folder)
    return {name: summary(name, found) for name, found in costs.items()}


def run(program: Program, folder: Path, *, keep: bool) -> Cost:
    """One run, in a folder that is kept for later or for this run alone."""
    with tempfile.TemporaryDirectory() as new:
        outdir = folder / program.name if keep or program.again else Path(new, "out")
        outdir.mkdir(exist_ok=True)
        return program.run(outdir, Path(new, "cache"))


def check_equal(folder: Path) -> None:
    """Exits if a program does other work than the one that it is compared with."""
    ours = {name: contents(stack) for name, stack in read(folder / DEFAULT.name).items()}
    for toolchain in TOOLCHAINS:
        plain = read(folder / programs.plain_import(toolchain))
        if read(folder / programs.warm(toolchain)) != plain:
            sys.exit(f"{toolchain}: a plain import emits something else")
    for program in (programs.CDK, programs.UNCHECKED):
        files = (folder / program).glob("*.template.json")
        templates = {file.name.partition(".")[0]: json.loads(file.read_text()) for file in files}
        theirs = {
            name: (len(one["Resources"]), len(one.get("Outputs", {})))
            for name, one in templates.items()
        }
        if theirs != ours:
            sys.exit(f"{program} has other numbers of resources and outputs: {theirs}, not {ours}")


def contents(stack: Mapping[str, Mapping[str, Mapping[str, object]]]) -> tuple[int, int]:
    """The numbers of a stack's resources and outputs."""
    return sum(map(len, stack["resource"].values())), len(stack.get("output", {}))


def summary(name: str, costs: Sequence[Cost]) -> Figures:
    walls = [cost.wall for cost in costs]
    return Figures(
        program=name,
        runs=len(costs),
        wall=statistics.median(walls),
        least=min(walls),
        most=max(walls),
        cpu=statistics.median(cost.cpu for cost in costs),
    )


def ratio(goal: Goal, figures: Mapping[str, Figures]) -> Ratio:
    one, other = figures[goal.program], figures[goal.against]
    return Ratio(goal, one.wall / other.wall, one.cpu / other.cpu)


def show(figures: Collection[Figures], ratios: Sequence[Ratio], busy: float) -> None:
    """Prints both tables."""
    console = Console()
    table = Table("program", "runs", "seconds", "from", "to", "CPU seconds")
    for one in figures:
        cells = (one.wall, one.least, one.most, one.cpu)
        table.add_row(one.program, str(one.runs), *(f"{cell:.2f}" for cell in cells))
    console.print(table)
    goals = Table("program", "against", "ratio", "of CPU time", "at most", "")
    for one in ratios:
        limit = one.goal.at_most
        verdict = "" if limit is None else "met" if one.met else "[red]missed[/]"
        cells = (f"{one.wall:.3f}", f"{one.cpu:.3f}", "" if limit is None else f"{limit:.2f}")
        goals.add_row(one.goal.program, one.goal.against, *cells, verdict)
    console.print(goals)
    if busy > (os.cpu_count() or 1):
        console.print(f"The machine was busy (load {busy:.1f}): the clock's figures say little.")


if __name__ == "__main__":
    sys.exit(main())
