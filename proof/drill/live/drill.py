"""`failover drill --live`, end to end: check, ask, play, judge, write the evidence."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console

from environments import Environment, load_environment
from operations.aws import Connect, client
from operations.switch.commands import clear_switch
from operations.target import check_target
from proof.drill.clock import Clock
from proof.drill.display import following, results
from proof.drill.evidence import EVIDENCE, PAGE, write
from proof.drill.journal import Journal
from proof.drill.live.approval import Confirm, approve
from proof.drill.live.evidence import evidence, leave_note
from proof.drill.live.means import Means, means_of
from proof.drill.live.play import play
from proof.drill.live.readiness import Ask, asked, what_is_against_it
from proof.drill.live.scenarios import away_for
from proof.drill.live.stage import SETTLE, LiveStage
from proof.drill.live.vantage import PUBLIC_RESOLVERS, Vantage, this_machine
from proof.drill.play import Result
from terminal.errors import OperationError
from terminal.files import unwritable

MINUTE = 60


@dataclass(frozen=True)
class LiveSettings:
    """environment: a name or file. output: the folder for the evidence. resolvers: addresses of
    further resolvers, each a user's."""

    environment: str
    output: Path
    resolvers: Sequence[str] = PUBLIC_RESOLVERS
    although: str | None = None
    """Why to drill even if `failover ready` finds something against it."""


def run(
    settings: LiveSettings,
    console: Console,
    *,
    confirm: Confirm,
    connect: Connect = client,
    ask: Ask = asked,
) -> None:
    """Raises OperationError if the drill cannot run, nobody confirms it, or an expectation is
    broken."""
    environment = load_environment(settings.environment)
    problem = unwritable(settings.output / name for name in (EVIDENCE, PAGE))
    if problem is not None:
        raise OperationError(problem)
    check_settings(environment)
    means = means_of(environment, connect)
    means.check()
    against = what_is_against_it(environment, console, connect, although=settings.although, ask=ask)
    approve(environment, connect, confirm, consequences(environment, means))
    drill(environment, means, settings, console, connect=connect, against=against)


def drill(
    environment: Environment,
    means: Means,
    settings: LiveSettings,
    console: Console,
    *,
    connect: Connect = client,
    settle: float = SETTLE,
    against: Sequence[str] = (),
) -> None:
    """Drills without asking. settle: how many seconds the deployment has until it serves. against:
    what the operator knows to be wrong with the standby. Raises OperationError if an expectation is
    broken."""
    vantage = this_machine(environment, settings.resolvers)
    stage = LiveStage(
        environment,
        means,
        vantage,
        journal=Journal(Clock(1, real=True)),
        clear=clearing(environment, vantage, connect),
        settle=settle,
    )
    with following(stage.journal, console):
        result = asyncio.run(_played(stage))
    console.print(results(result))
    endpoint = connect("sts", environment.primary.region).meta.endpoint_url
    where = f"on {check_target('sts', endpoint)}"
    found = evidence(stage, result, chosen=settings.environment, where=where)
    found["settings"] |= {"although": settings.although, "not_ready": list(against)}
    files = write(settings.output, found)
    console.print(f"written: {', '.join(map(str, files))}")
    leave_note(stage, found, connect)
    refuse_unless_it_held(result)


async def _played(stage: LiveStage) -> Result:
    async with stage.running():
        return await play(stage)


def end(environment: Environment, console: Console, connect: Connect = client) -> None:
    """Gives the primary back, after a drill whose machine has died. Raises OperationError."""
    ended = means_of(environment, connect).end()
    region = environment.primary.region
    console.print(f"{region} is given back" if ended else f"no drill has taken {region} away")


def check_settings(environment: Environment) -> None:
    """Raises OperationError if AWS would give the primary back too soon, or if the control would
    promote the standby's database meanwhile."""
    needed = away_for(environment)
    if needed > environment.drill.minutes * MINUTE:
        raise OperationError(
            f"the primary has to stay away for up to {needed:.0f} s, and AWS gives it back after"
            f" {environment.drill.minutes} minutes: set drill.minutes to"
            f" {needed // MINUTE + 1:.0f}, and apply the stack `primary`"
        )
    data = environment.data
    if data.promotes and needed > data.promote_after_minutes * MINUTE:
        raise OperationError(
            f"the control would promote the standby's database after {data.promote_after_minutes}"
            f" minutes, and a drill takes up to {needed:.0f} s: set data.promote_after_minutes to"
            f" {needed // MINUTE + 1:.0f}, and apply the stack `dr`"
        )


def consequences(environment: Environment, means: Means) -> str:
    """What the operator approves."""
    return (
        f"{means.what}.\nUsers of {environment.dns.domain} see an outage until they are on"
        f" {environment.dr.region}."
    )


def clearing(
    environment: Environment, vantage: Vantage, connect: Connect
) -> Callable[[], str] | None:
    """Fails back, and returns what `failover switch clear` says; None without a switch."""
    if not environment.failover.latches:
        return None

    def clear() -> str:
        said = StringIO()
        clear_switch(
            environment,
            by="failover drill --live",
            reason="the drill is over",
            force=False,
            console=Console(file=said, width=1000),
            lookup=vantage.lookup,
            connect=connect,
        )
        return said.getvalue().strip()

    return clear


def refuse_unless_it_held(result: Result) -> None:
    """Raises OperationError if an expectation is broken."""
    if not result.holds:
        raise OperationError(
            f"{result.broken}\n"
            "The primary is given back. `failover status` says who has the users; where the switch"
            " is set, `failover switch clear` brings them back."
        )
