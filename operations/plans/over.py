"""`failover over`: the steps that move users, and the database's writer, to the standby."""

from functions.failover_control.endpoint import Health
from operations.data import commands as data
from operations.plans.capacity import room_in_standby
from operations.plans.move import Move, ask_for_writer, see_healthy, see_users_move
from operations.plans.step import Confirm, Step
from operations.switch.commands import set_switch
from terminal.errors import OperationError


def over(move: Move) -> list[Step]:
    """The steps, in order. From a healthy primary, the writer moves ahead of users and no write is
    lost; from one that fails, users move first, and the writer as well as it can."""
    steps = [room_in_standby(move), see_healthy(move, "dr")]
    if move.facts.has_switchover:
        steps.append(_move_writer(move))
    steps.append(_set(move) if move.facts.switch else _leave(move))
    steps.append(see_users_move(move, "dr"))
    if move.facts.has_database:
        steps += [_take_writes(move), _see_writes(move)]
    return steps


def _move_writer(move: Move) -> Step:
    facts = move.facts

    def skip() -> str | None:
        if facts.state("dr").moving:
            return None  # an earlier run began it
        health = facts.health("primary")
        if health is not Health.HEALTHY:
            unwell = "not healthy" if health is Health.UNHEALTHY else "not known to be healthy"
            return f"the primary is {unwell}: users move first, and the writer follows"
        return _obstacle(move)

    def run(confirm: Confirm) -> str:
        ask_for_writer(move, "dr", confirm)
        _switch_over(move)
        return "the writer moved; no write was lost"

    return Step(
        name="move the writer ahead of users",
        why="While both regions are healthy, a switchover loses no write; writes pause.",
        done=lambda: facts.takes_writes("dr"),
        skip=skip,
        run=run,
        asks="whether the writer moves",
    )


def _switch_over(move: Move) -> None:
    facts = move.facts
    data.switchover(
        facts.environment,
        "dr",
        console=move.console,
        patience=move.patience,
        connect=facts.connect,
    )


def _obstacle(move: Move) -> str | None:
    """Why the writer cannot be moved without losing a write; None if it can."""
    facts = move.facts
    if not facts.has_switchover:
        return f'data.engine = "{facts.environment.data.engine}" has no switchover'
    try:
        primary, standby = facts.state("primary"), facts.state("dr")
    except OperationError as error:
        return str(error)
    if primary.writes and primary.replicates and standby.replicates:
        return None
    return "the standby's database does not follow the primary's"


def _set(move: Move) -> Step:
    facts = move.facts
    domain, region = facts.environment.dns.domain, facts.region("dr")

    def run(confirm: Confirm) -> str:
        confirm(f"Move all users of {domain} to {region}?")
        set_switch(
            facts.environment,
            by=move.by,
            reason=move.reason,
            console=move.console,
            lookup=facts.lookup,
            switch=facts.switch,
        )
        return "the switch is set"

    return Step(
        name="set the switch",
        why="It takes the primary out of service, and keeps users on the standby.",
        done=facts.is_set,
        run=run,
        asks="whether users move",
    )


def _leave(move: Move) -> Step:
    """In place of the switch, where there is none."""
    facts = move.facts

    def run(_: Confirm) -> str:
        raise OperationError("only Route 53 can move users: there is no switch")

    return Step(
        name="have users leave the primary",
        why='With failover.failback = "automatic", Route 53 alone moves users, by health.',
        done=lambda: facts.health("primary") is Health.UNHEALTHY,
        precondition=lambda: (
            'failover.failback is "automatic", so there is no switch: nothing takes users off a'
            " primary that Route 53 finds healthy. Stop its application, or change failback"
        ),
        run=run,
    )


def _take_writes(move: Move) -> Step:
    facts = move.facts

    def run(confirm: Confirm) -> str:
        if facts.has_switchover and (facts.state("dr").moving or _obstacle(move) is None):
            _switch_over(move)
            return "the writer moved; no write was lost"
        loss = data.loss_of(facts.database("dr"))
        data.promote(
            facts.environment,
            "dr",
            confirm=confirm,
            console=move.console,
            patience=move.patience,
            even_so=facts.switch is None,
            connect=facts.connect,
            switch=facts.switch,
        )
        return f"promoted; what had not arrived is given up: {loss}"

    return Step(
        name="let the standby take writes",
        why="Its database only reads. If the primary's still answers, no write is lost.",
        done=lambda: facts.takes_writes("dr"),
        run=run,
        asks="whether writes may be lost, if the primary's database does not answer",
        may_lose_writes=True,
    )


def _see_writes(move: Move) -> Step:
    facts = move.facts

    def done() -> bool:
        state = facts.state("dr")
        return state.writes and state.ready and not state.moving

    return Step(
        name="see writes return",
        why="The application finds a database that takes writes, on an instance that runs.",
        done=done,
        run=lambda _: f"they are back, {move.wait('an instance that takes writes', done)}",
    )
