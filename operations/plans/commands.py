"""What `failover over` and `failover back` do around their steps: ask, watch, and report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import Role
from functions.failover_control.endpoint import Lookup
from operations.aws import operator
from operations.data.waiting import Patience
from operations.plans import journal, report
from operations.plans.back import back
from operations.plans.facts import Facts
from operations.plans.journal import Journal, journal_file
from operations.plans.move import Move
from operations.plans.over import over
from operations.plans.report import Report, report_of
from operations.plans.run import carry_out, listed, looks
from operations.plans.step import Confirm, DeclinedError, Look, Step
from operations.plans.users import EVERY, Ask, Users
from terminal.errors import OperationError

PlanName = Literal["over", "back"]
STEPS: dict[PlanName, Callable[[Move], list[Step]]] = {"over": over, "back": back}
TO: dict[PlanName, Role] = {"over": "dr", "back": "primary"}


@dataclass(frozen=True)
class Options:
    """How a plan runs. yes: asks nothing but whether writes may be lost, which accept_loss answers.
    force: goes on where DNS does not answer, or where both regions' databases take writes.
    reports, journals: folders."""

    reason: str = ""
    yes: bool = False
    accept_loss: bool = False
    force: bool = False
    patience: Patience = field(default_factory=lambda: Patience(poll=5.0))
    reports: Path = report.FOLDER
    journals: Path = journal.FOLDER


@dataclass(frozen=True)
class Watching:
    """How users are watched. lookup: asks the zone's name servers, apart from the plan's own
    queries. ask: by default, a real request. every: seconds between two requests."""

    lookup: Lookup
    ask: Ask | None = None
    every: float = EVERY


@dataclass(frozen=True)
class Planned:
    """A step before it runs."""

    step: str
    why: str
    now: Look
    asks: str | None


def show(plan: PlanName, facts: Facts, options: Options, console: Console) -> list[Planned]:
    """Shows the steps, and which are done already. Changes nothing."""
    by = operator(facts.region(TO[plan]), facts.connect)
    found = looks(STEPS[plan](_move(facts, by, options, console)))
    console.print(listed(found))
    return [Planned(step.name, step.why, seen, step.asks) for step, seen in found]


def carry_out_plan(
    plan: PlanName,
    facts: Facts,
    options: Options,
    watching: Watching,
    console: Console,
    *,
    tell: Callable[[Report], None] = lambda _: None,
) -> None:
    """Runs a plan to its end, or to the first step that cannot be done, and reports either.

    tell: gets the report, complete or not. Raises OperationError where it stopped, and
    KeyboardInterrupt, after the report is written: run it again, and it goes on.
    """
    environment = facts.environment
    by = operator(facts.region(TO[plan]), facts.connect)
    notes = Journal(journal_file(options.journals, environment.name, plan), by, console)
    steps = STEPS[plan](_move(facts, by, options, console))
    console.print(listed(looks(steps)))
    notes.add("began", detail=options.reason)
    stopped: str | None = "interrupted"
    users = Users(environment, watching.lookup, watching.ask, every=watching.every)
    try:
        with users:
            stopped = carry_out(
                steps, journal=notes, approval=approval(options, console), console=console
            )
            if stopped is None:
                users.until_served_by(facts.region(TO[plan]))
    finally:
        notes.add("users", users=users.seen)
        made = report_of(plan, facts, notes.entries, stopped=stopped)
        _tell(made, options.reports, console)
        tell(made)
        if stopped is not None:
            console.print(f"Run `failover {plan}` again: it goes on where it was.")
    if stopped is not None:
        raise OperationError(f"failover {plan} is not complete: {stopped}")
    notes.close()
    console.print(_afterwards(plan, facts))


def _afterwards(plan: PlanName, facts: Facts) -> str:
    if plan == "back":
        return "`failover ready` says whether the standby could take over again."
    until = "`failover back`" if facts.switch else "the primary is healthy"
    return f"Users stay in {facts.region('dr')} until {until}."


def _move(facts: Facts, by: str, options: Options, console: Console) -> Move:
    return Move(facts, by, options.reason, console, options.patience, options.force)


def approval(options: Options, console: Console) -> Callable[[Step], Confirm]:
    """Asks on the terminal, unless the answer was an option."""

    def of(step: Step) -> Confirm:
        accepted = options.accept_loss if step.may_lose_writes else options.yes
        return lambda question: None if accepted else _ask(question, step, console)

    return of


def _ask(question: str, step: Step, console: Console) -> None:
    answer = "--accept-loss" if step.may_lose_writes else "--yes"
    try:
        agreed = typer.confirm(f"  {question}", err=console.stderr)
    except typer.Abort:
        raise DeclinedError(f"nobody answered; {answer} does") from None
    if not agreed:
        raise DeclinedError("the answer was no")


def _tell(made: Report, folder: Path, console: Console) -> None:
    """Shows how things are, and writes the report; if that fails, shows it."""
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=False)
    for stand in made.stands:
        shown.add_row(stand.what, stand.now)
    for measure in made.measures:
        shown.add_row(measure.what, f"{measure.reached}; promised: {measure.promised}")
    console.print(shown)
    try:
        files = report.write(made, folder)
    except OSError as error:
        console.print(f"{folder} cannot be written ({error.strerror}); the report:", style="yellow")
        console.print(report.markdown(made))
    else:
        console.print(f"report: {', '.join(map(str, files))}")
