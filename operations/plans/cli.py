"""`failover over`, `back`, `pause` and `resume`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from functions.failover_control.agreed import MOST_PAUSED_MINUTES
from operations.aws import operator
from operations.data.waiting import Patience
from operations.plans import commands, pausing, report
from operations.plans.commands import Options, PlanName, Watching
from operations.plans.facts import facts_of
from operations.plans.policy import document
from operations.switch.name_servers import NameServers
from terminal.as_json import print_json
from terminal.console import console
from terminal.durations import UNITS, duration
from terminal.options import (
    EnvironmentOption,
    EveryOption,
    ForOption,
    JsonOption,
    PolicyOption,
    ReasonOption,
    TimeoutOption,
    YesOption,
)

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show the steps and which are done; change nothing.")
]
ForceOption = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Go on where DNS does not answer, or where both databases take writes (RDS).",
    ),
]
ReportOption = Annotated[
    Path, typer.Option("--report", metavar="FOLDER", help="Where the report is written.")
]


def over(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    reason: ReasonOption = "",
    yes: YesOption = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Do not ask whether writes may be lost.")
    ] = False,
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    report_folder: ReportOption = report.FOLDER,
    every: EveryOption = 5.0,
    timeout: TimeoutOption = 1800.0,
    policy: PolicyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fail over: move users, and the database's writer, to the standby, step by step.

    Run it again after an interrupt: it goes on where it was.
    """
    if policy:
        _print_policy(environment)
        return
    options = Options(
        reason, yes, accept_loss, force, Patience(every, timeout), reports=report_folder
    )
    _run("over", environment, options, dry_run=dry_run, as_json=as_json)


def back(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    reason: ReasonOption = "",
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    force: ForceOption = False,
    report_folder: ReportOption = report.FOLDER,
    every: EveryOption = 5.0,
    timeout: TimeoutOption = 1800.0,
    policy: PolicyOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fail back: return the database's writer, and users, to the primary, step by step.

    Run it again after an interrupt: it goes on where it was.
    """
    if policy:
        _print_policy(environment)
        return
    options = Options(
        reason, yes, force=force, patience=Patience(every, timeout), reports=report_folder
    )
    _run("back", environment, options, dry_run=dry_run, as_json=as_json)


def pause(
    *,
    lasts: ForOption = "1h",
    reason: ReasonOption = "",
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    policy: PolicyOption = False,
) -> None:
    """Pause the failover control for maintenance: users still move, but no failover is kept.

    It ends by itself, after 4 hours at most, or with `failover resume`.
    """
    if policy:
        _print_policy(environment)
        return
    minutes = duration(lasts, most=MOST_PAUSED_MINUTES * UNITS["m"]) // UNITS["m"]
    loaded = load_environment(environment)
    by = operator(loaded.dr.region)
    pausing.pause(loaded, minutes=minutes, by=by, reason=reason, console=console())


def resume(
    *, environment: EnvironmentOption = DEFAULT_ENVIRONMENT, policy: PolicyOption = False
) -> None:
    """End a pause: a failover is kept again until you fail back."""
    if policy:
        _print_policy(environment)
        return
    pausing.resume(load_environment(environment), console=console())


def _run(plan: PlanName, name: str, options: Options, *, dry_run: bool, as_json: bool) -> None:
    environment = load_environment(name)
    out = console(stderr=as_json)
    facts = facts_of(environment)
    if dry_run:
        found = commands.show(plan, facts, options, out)
        if as_json:
            print_json(found)
        return
    watching = Watching(NameServers(environment.dns.zone))
    tell = print_json if as_json else _say_nothing
    commands.carry_out_plan(plan, facts, options, watching, out, tell=tell)


def _print_policy(environment: str) -> None:
    """The same for every command that acts."""
    typer.echo(document(load_environment(environment)), nl=False)


def _say_nothing(_: object) -> None:
    """The console has said it."""
