"""`failover back`: the steps that return the database's writer, and users, to the primary."""

from functions.failover_control.endpoint import Health
from functions.failover_control.lost_writes import kept_writes
from operations.aws import refused
from operations.data import commands as data
from operations.plans.capacity import room_in_primary
from operations.plans.move import Move, ask_for_writer, see_healthy, see_users_move
from operations.plans.step import Confirm, Step
from operations.switch.commands import clear_switch
from operations.switch.writer import refuse_without_writer
from terminal.errors import OperationError


def back(move: Move) -> list[Step]:
    """The steps, in order. A primary whose database only reads is not healthy, so the writer
    returns before its health is judged."""
    facts = move.facts
    steps = [_compare_releases(move)] if facts.environment.application.kind == "release" else []
    if not facts.has_database:
        steps += [_healthy_now(move), room_in_primary(move)]
    else:
        if facts.has_switchover:
            steps += [_resync(move), room_in_primary(move), _return_writer(move)]
        else:
            steps += [_writer_by_hand(move), room_in_primary(move)]
        steps.append(see_healthy(move, "primary"))
    if facts.switch is not None:
        steps.append(_clear(move))
    return [*steps, see_users_move(move, "primary")]


def _compare_releases(move: Move) -> Step:
    facts = move.facts

    def precondition() -> str:
        standby = facts.release("dr")
        return (
            f"the standby runs release {standby}, and the primary {facts.release('primary')}: run"
            f" `failover deploy {standby}` first"
        )

    return Step(
        name="compare the releases",
        why="Users must not get an older release back.",
        done=lambda: facts.release("primary") == facts.release("dr"),
        precondition=precondition,
        run=lambda _: "",
    )


def _healthy_now(move: Move) -> Step:
    """Without a database, nothing that follows would make the primary healthy."""
    facts, step = move.facts, see_healthy(move, "primary")

    def precondition() -> str | None:
        if facts.health("primary") is not Health.UNHEALTHY:
            return step.precondition()
        return (
            f"the primary is not healthy ({facts.environment.health_name('primary')}): repair it"
            " first, or the switch would be set again at once"
        )

    return Step(step.name, step.why, step.done, step.run, precondition, step.skip)


def _resync(move: Move) -> Step:
    facts = move.facts

    def done() -> bool:
        if facts.takes_writes("primary"):
            return True
        copy = facts.database("primary")
        with refused(f"the snapshots of {copy.settings.name} cannot be read"):
            kept = all(kept_writes(copy.rds, copy.settings.name).values())
        return kept and copy.state().replicates

    def run(confirm: Confirm) -> str:
        data.resync(
            facts.environment,
            confirm=confirm,
            console=move.console,
            patience=move.patience,
            connect=facts.connect,
            switch=facts.switch,
        )
        return "the primary's database follows; its lost writes, if any, are kept"

    return Step(
        name="bring the primary's database back as a copy",
        why="It has to have every write of the standby's before it takes over.",
        done=done,
        run=run,
    )


def _return_writer(move: Move) -> Step:
    facts = move.facts

    def run(confirm: Confirm) -> str:
        ask_for_writer(move, "primary", confirm)
        data.switchover(
            facts.environment,
            "primary",
            console=move.console,
            patience=move.patience,
            connect=facts.connect,
        )
        return "the writer moved; no write was lost"

    return Step(
        name="return the writer to the primary",
        why="A switchover loses no write; writes pause until users have followed.",
        done=lambda: facts.takes_writes("primary"),
        run=run,
        asks="whether the writer returns",
    )


def _writer_by_hand(move: Move) -> Step:
    """RDS has no switchover: a new replica and a second promotion need people."""
    facts = move.facts

    def obstacle() -> str | None:
        try:
            refuse_without_writer(facts.environment, facts.connect, force=move.force)
        except OperationError as error:
            return str(error)
        return None

    def precondition() -> str | None:
        found = obstacle()
        return found and (
            f"{found}\n  An RDS engine goes back by hand (docs/data.md, RDS: replace the old"
            " primary): `failover data resync`, stop writes, `failover data promote --to primary"
            " --accept-loss`, and then `failover back --force`"
        )

    return Step(
        name="have the writer in the primary",
        why="Users must not return to a database that lacks what they wrote on the standby.",
        done=lambda: obstacle() is None,
        precondition=precondition,
        run=lambda _: "",
    )


def _clear(move: Move) -> Step:
    facts = move.facts
    domain, region = facts.environment.dns.domain, facts.region("primary")

    def run(confirm: Confirm) -> str:
        confirm(f"Return all users of {domain} to {region}?")
        clear_switch(
            facts.environment,
            by=move.by,
            reason=move.reason,
            force=move.force,
            console=move.console,
            lookup=facts.lookup,
            switch=facts.switch,
            connect=facts.connect,
        )
        return "the switch is clear"

    return Step(
        name="clear the switch",
        why="It puts the primary back in service.",
        done=lambda: not facts.is_set(),
        run=run,
        asks="whether users return",
    )
