"""Makes every call of every step of both plans go wrong once, in each way, and counts what becomes
of it: `python -m tests.operations.plans.chaos` rewrites the table of docs/operating.md."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.console import Console

from environments import ROLES, Environment
from operations.plans import commands
from operations.plans.back import back
from operations.plans.commands import PlanName
from operations.plans.move import Move
from operations.plans.over import over
from operations.plans.step import Confirm, Step
from tests.command_line import ROOT
from tests.operations.plans.conftest import environment_of
from tests.operations.plans.outages import forget, lose, restore
from tests.operations.plans.world import Fault, World

KINDS = ("fails", "hangs", "is interrupted", "is interrupted after", "loses its region")
# Calls of a step; those that follow only look again.
MOST_CALLS = 7
PAGE = ROOT / "docs" / "operating.md"
PLANS: dict[PlanName, Callable[[Move], list[Step]]] = {"over": over, "back": back}
AURORA, RDS = "aurora-postgresql", "rds-postgres-replica"


class Silent(Console):
    """Renders nothing, which a quiet one does for nobody: other tests read what is printed."""

    def print(self, *_: Any, **__: Any) -> None:
        pass


@dataclass(frozen=True)
class Scenario:
    """A plan, and how the deployment is before it."""

    name: str
    plan: PlanName
    kind: str
    lost: bool
    """Whether the primary is, or was, lost."""

    def world(self, environment: Environment, folder: Path) -> World:
        """The deployment just before the plan."""
        world = World(environment, folder, console=Silent())
        if self.lost:
            lose("primary")(world)
        if self.plan == "back":
            assert world.run("over") is None
            restore(world)
            world.losses = 0
        return world


SCENARIOS = (
    Scenario("over: planned, no database", "over", "no database", lost=False),
    Scenario("over: planned, pilot light", "over", "pilot light", lost=False),
    Scenario("over: planned, routing control", "over", "routing control", lost=False),
    Scenario("over: planned, Aurora", "over", AURORA, lost=False),
    Scenario("over: planned, RDS", "over", RDS, lost=False),
    Scenario("over: primary lost, no database", "over", "no database", lost=True),
    Scenario("over: primary lost, Aurora", "over", AURORA, lost=True),
    Scenario("over: primary lost, RDS", "over", RDS, lost=True),
    Scenario("back: no database", "back", "no database", lost=True),
    Scenario("back: routing control", "back", "routing control", lost=True),
    Scenario("back: Aurora, after a loss", "back", AURORA, lost=True),
    Scenario("back: Aurora, after a planned move", "back", AURORA, lost=False),
)


@dataclass(frozen=True)
class Outcome:
    """One fault, and what became of the plan. wrong: what should not be."""

    scenario: str
    kind: str
    step: str
    at_once: bool
    """Whether the plan was completed in spite of the fault."""
    wrong: tuple[str, ...]


def outcomes(scenario: Scenario, folder: Path) -> Iterator[Outcome]:
    """Each call of each step going wrong in each way, in a deployment of its own."""
    environment = environment_of(scenario.kind)
    for step, calls in _calls(scenario, environment, folder).items():
        for at in range(1, min(calls, MOST_CALLS) + 1):
            for kind in KINDS:
                world = scenario.world(environment, folder)
                yield _outcome(scenario, world, step, Fault(kind, at))


def _calls(scenario: Scenario, environment: Environment, folder: Path) -> dict[str, int]:
    """How many calls each step makes that has something to do."""
    found: dict[str, int] = {}

    def counted(world: World, step: Step) -> Step:
        def run(confirm: Confirm) -> str:
            world.calls, world.armed = 0, True
            try:
                return step.run(confirm)
            finally:
                found[step.name], world.armed = world.calls, False

        return replace(step, run=run)

    world = scenario.world(environment, folder)
    with _watched(scenario.plan, partial(counted, world)):
        assert world.run(scenario.plan) is None
    return found


def _outcome(scenario: Scenario, world: World, name: str, fault: Fault) -> Outcome:
    world.fault = fault

    def armed(step: Step) -> Step:
        def run(confirm: Confirm) -> str:
            world.calls, world.armed = 0, step.name == name and world.struck is None
            try:
                return step.run(confirm)
            finally:
                world.armed = False

        return replace(step, run=run)

    with _watched(scenario.plan, armed):
        first = world.run(scenario.plan)
    wrong = [] if world.struck else [f"call {fault.at} was never made"]
    wrong += _misdescribed(world)
    forget(world)
    second = world.run(scenario.plan)
    if second is not None:
        wrong.append(f"the second run stopped: {second}")
    wrong += [*_misdescribed(world), *_unfinished(scenario, world)]
    return Outcome(scenario.name, fault.kind, name, first is None, tuple(wrong))


def _watched(plan: PlanName, change: Callable[[Step], Step]):
    """Changes each of the plan's steps."""
    steps = {**PLANS, plan: lambda move: [change(one) for one in PLANS[plan](move)]}
    return patch.object(commands, "STEPS", steps)


def _misdescribed(world: World) -> Iterator[str]:
    """What the report says of the end, and is not so. It may say that something is unknown only
    where a region does not answer."""
    told = {one.what: one.now for one in world.reports[-1].stands}
    writing = [world.regions[role] for role in ROLES if role in world.writers]
    reached = [region for region in writing if region not in world.lost]
    truth = {
        "name servers answer with": world.regions[world.answered],
        "switch": "set" if world.set_by_somebody else "clear",
        "primary in service, says Route 53": "healthy" if world.in_service else "unhealthy",
    }
    if world.environment.data.kind is not None:
        truth["takes writes"] = " and ".join(reached) or "no region that answers"
    for what, now in truth.items():
        if told[what] != now and not (told[what].startswith("unknown: ") and world.lost):
            yield f"{what}: {now}, and the report says {told[what]}"


def _unfinished(scenario: Scenario, world: World) -> Iterator[str]:
    """What a completed plan has not reached."""
    target = "dr" if scenario.plan == "over" else "primary"
    if world.answered != target:
        yield f"users are on {world.answered}"
    if world.is_set != (scenario.plan == "over"):
        yield f"the switch is {'set' if world.is_set else 'clear'}"
    if world.environment.data.kind is not None and target not in world.writers:
        yield f"{world.writers} takes writes"
    if world.losses and world.environment.data.engine == AURORA:
        yield "writes were given up while both regions answered"


def table(found: list[Outcome]) -> str:
    """How many faults there were of each kind, and how many a single run survived."""
    heading = ["plan", *KINDS, "completed at once", "completed by a second run"]
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)]]
    for name in dict.fromkeys(one.scenario for one in found):
        own = [one for one in found if one.scenario == name]
        counts = [sum(one.kind == kind for one in own) for kind in KINDS]
        at_once = sum(one.at_once for one in own)
        lines.append([name, *map(str, [*counts, at_once, len(own) - at_once])])
    total = [sum(int(line[column]) for line in lines[2:]) for column in range(1, len(heading))]
    lines.append(["**all**", *(f"**{one}**" for one in total)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def everything() -> list[Outcome]:
    """All faults in all scenarios."""
    with tempfile.TemporaryDirectory() as folder:
        return [one for scenario in SCENARIOS for one in outcomes(scenario, Path(folder))]


def documented(page: str, new: str) -> str:
    """The page with this table instead of the one that it has."""
    before, heading, rest = page.partition(f"| plan | {KINDS[0]} |")
    assert heading
    _, blank, after = rest.partition("\n\n")
    return f"{before}{new}\n{after}" if blank else f"{before}{new}"


if __name__ == "__main__":
    PAGE.write_text(documented(PAGE.read_text(), table(everything())))
