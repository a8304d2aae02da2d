"""What both plans have in common: who moves users and why, and the steps that only wait."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from environments import OTHER, ROLE_NAMES, Role
from functions.failover_control.endpoint import Health
from operations.aws import refused
from operations.data.waiting import Patience, wait_until
from operations.plans.facts import Facts
from operations.plans.step import Confirm, Step
from terminal.errors import OperationError

# Where to find out why a region is not healthy.
LOOK_AT: dict[Role, str] = {
    "dr": "`failover ready` says what keeps the standby from serving",
    "primary": "`failover status` shows its load balancer and its alarms",
}
NO_ANSWER = "DNS does not answer, and --force goes on without it"


@dataclass(frozen=True)
class Move:
    """One move of users. force: go on where nobody can say how things are."""

    facts: Facts
    by: str
    reason: str
    console: Console
    patience: Patience
    force: bool = False

    def wait(self, what: str, arrived: Callable[[], bool]) -> str:
        """Waits, and returns how long that took. Raises OperationError if it takes too long."""
        try:
            took = wait_until(what, arrived, self.patience, self.console)
        except OperationError as error:
            trouble = self.facts.trouble
            raise OperationError(f"{error}\n  {trouble}" if trouble else str(error)) from None
        return f"after {took:.0f} s"

    def no_answer(self, name: str, unknown: bool) -> str | None:
        """Why a step that waits for DNS cannot begin; None if DNS answers."""
        if not unknown:
            return None
        trouble = f" ({self.facts.trouble})" if self.facts.trouble else ""
        return f"DNS does not answer about {name}{trouble}; --force goes on without it"


def ask_for_writer(move: Move, role: Role, confirm: Confirm) -> None:
    """Asks before the writer moves ahead of users: a region that only reads loses them."""
    confirm(f"Let {move.facts.region(role)} take the writes? They pause, and users have to follow.")


def see_healthy(move: Move, role: Role) -> Step:
    """Waits until Route 53 finds a region healthy: it sends nobody to any other."""
    facts = move.facts

    def done() -> bool:
        return facts.health(role) is Health.HEALTHY

    def unknown() -> bool:
        return facts.health(role) is Health.UNKNOWN

    def run(_: Confirm) -> str:
        name = facts.environment.health_name(role)
        move.console.print(f"  if this takes long: {LOOK_AT[role]}")
        return f"healthy {move.wait(f'Route 53 to find the {ROLE_NAMES[role]} healthy', done)}" + (
            f" ({name})"
        )

    return Step(
        name=f"see the {ROLE_NAMES[role]} healthy",
        why="Route 53 sends users only to a region that its health check finds healthy.",
        done=done,
        skip=lambda: NO_ANSWER if move.force and unknown() else None,
        precondition=lambda: move.no_answer(facts.environment.health_name(role), unknown()),
        run=run,
    )


def see_users_move(move: Move, role: Role) -> Step:
    """Waits until Route 53's name servers answer with a region."""
    facts, domain = move.facts, move.facts.environment.dns.domain

    def done() -> bool:
        return facts.serving() is role

    def unknown() -> bool:
        return not facts.lookup(domain)

    def run(_: Confirm) -> str:
        if facts.switch is not None:
            # What was interrupted while it moved the switch may have reached one place alone.
            with refused("the switch's places cannot be made to agree"):
                facts.switch.reconcile()
        what = f"Route 53's name servers to answer {domain} with {facts.region(role)}"
        return (
            f"they do, {move.wait(what, done)}; resolvers forget {facts.region(OTHER[role])} next"
        )

    return Step(
        name=f"see users move to {facts.region(role)}",
        why="Route 53's name servers answer with it; resolvers follow within the record's TTL.",
        done=done,
        skip=lambda: NO_ANSWER if move.force and unknown() else None,
        precondition=lambda: move.no_answer(domain, unknown()),
        run=run,
    )
