"""Whether the standby could take over, before it has to."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Console

from environments import Environment
from operations.aws import Connect, operator
from operations.checks import CheckOutcome, Status, table
from operations.readiness.commands import outcomes_of
from operations.readiness.deployment import Deployment
from operations.switch.position import pause_of
from terminal.errors import OperationError

Ask = Callable[[Environment, Connect], Sequence[CheckOutcome]]


def asked(environment: Environment, connect: Connect) -> Sequence[CheckOutcome]:
    """What `failover ready` finds, and a pause of the failover control. Raises OperationError if it
    is not clear which AWS is meant, or without valid credentials."""
    deployment = Deployment(environment, client=connect)
    operator(environment.dr.region, deployment.client)  # or every check would refuse
    return [*outcomes_of(deployment), *pause(environment, connect)]


def pause(environment: Environment, connect: Connect) -> Iterator[CheckOutcome]:
    """A pause, in which users would return to the primary before the operator fails back."""
    if environment.failover.latches:
        found = pause_of(environment, connect).current(datetime.now(UTC))
        if found is not None:
            yield CheckOutcome("pause", Status.FAULT, f"{found}; `failover resume` ends it")


def what_is_against_it(
    environment: Environment,
    console: Console,
    connect: Connect,
    *,
    although: str | None,
    ask: Ask = asked,
) -> list[str]:
    """What `failover ready` has against a failover now.

    although: the operator's reason to drill nevertheless. Raises OperationError if anything is
    against it and there is no reason.
    """
    against = [one for one in ask(environment, connect) if one.status.counts]
    if not against:
        return []
    console.print(table(against))
    if not although:
        raise OperationError(
            f"{environment.dr.region} is not ready to take over: mend what is above, or give a"
            " reason to drill nevertheless: --although REASON"
        )
    return [f"{one.what}: {one.said}" for one in against]
