"""What `failover switch` does: data-plane calls to the switch's places or to an ARC cluster, and
queries to the zone's name servers."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from rich.console import Console

from environments import Environment
from functions.failover_control.endpoint import Health, Lookup, health
from functions.failover_control.switch import FailoverSwitch, UncertainError
from operations.aws import Connect, client, refused
from operations.status.commands import Observer
from operations.status.screen import table
from operations.switch.name_servers import NameServers
from operations.switch.position import switch_of
from operations.switch.writer import refuse_without_writer
from terminal.as_json import print_json
from terminal.errors import OperationError

# Seconds for `failover switch show`: two of a cluster's endpoints may be lost, and take six each.
PATIENCE = 20
# What it shows.
SHOWN = (
    "serving.name-servers",
    "primary.in-service",
    "switch",
    "primary.health",
    "primary.database",
    "standby.health",
    "standby.instances",
    "standby.database",
)


def set_switch(
    environment: Environment,
    *,
    by: str,
    reason: str,
    console: Console,
    lookup: Lookup | None = None,
    switch: FailoverSwitch | None = None,
) -> None:
    """Takes the primary out of service, and says what follows from the standby's health.

    switch: by default the environment's. Raises OperationError if no place accepted the change; the
    message says whether that is certain.
    """
    lookup = lookup or NameServers(environment.dns.zone)
    switch = switch or switch_of(environment)
    with _moving("set", environment):
        moved = switch.set(by=by, reason=reason)
    _tell_missed("set", moved.missed, console)
    if not moved.changed:
        console.print("the switch is already set; its original reason is kept")
        return
    standby = environment.dr.region
    match health(environment.health_name("dr"), lookup):
        case Health.HEALTHY:
            console.print(f"set: users move to {standby}, and stay there")
        case Health.UNHEALTHY:
            console.print(f"set: {standby} does not serve yet; users move there once it does")
        case Health.UNKNOWN:
            console.print(f"set: users move to {standby} if it serves, which DNS does not say")


def clear_switch(
    environment: Environment,
    *,
    by: str,
    reason: str,
    force: bool,
    console: Console,
    lookup: Lookup | None = None,
    switch: FailoverSwitch | None = None,
    connect: Connect = client,
) -> None:
    """Puts the primary back in service, if DNS says that it is healthy, and its database takes
    writes.

    force: also if nobody says so. switch: by default the environment's; the drill passes its own.
    Raises OperationError if DNS says that the primary is unhealthy, as the failover control would
    set the switch again at once; or if the writer is known to be elsewhere.
    """
    lookup = lookup or NameServers(environment.dns.zone)
    switch = switch or switch_of(environment)
    name = environment.health_name("primary")
    match health(name, lookup):
        case Health.UNHEALTHY:
            raise OperationError(
                f"the primary is not healthy ({name}): the switch would be set again at once"
            )
        case Health.UNKNOWN if not force:
            trouble = f" ({lookup.trouble})" if isinstance(lookup, NameServers) else ""
            raise OperationError(
                f"{name} does not say whether the primary is healthy{trouble}; --force clears the"
                " switch anyway"
            )
        case _:
            pass
    refuse_without_writer(environment, connect, force=force)
    with _moving("cleared", environment):
        moved = switch.clear(by=by, reason=reason)
    _tell_missed("clear", moved.missed, console)
    console.print(f"clear: users return to {environment.primary.region} within a few minutes")


@contextmanager
def _moving(position: str, environment: Environment) -> Generator[None]:
    """Raises OperationError if the switch could not be moved, or if that is not known."""
    nobody = ", and no users move" if position == "set" else ""
    with refused(f"the switch cannot be {position}{nobody}{_where(environment)}"):
        try:
            yield
        except UncertainError as error:
            raise OperationError(
                f"not known whether the switch is {position}{_where(environment)}: {error}\n"
                "  Run `failover switch show` until it can tell, or try again."
            ) from None


def _tell_missed(position: str, missed: Sequence[str], console: Console) -> None:
    """Says which places missed the change."""
    for one in missed:
        console.print(
            f"not yet {position} in {one}\n  The failover control does it there once S3 answers.",
            style="yellow",
        )


def show(
    environment: Environment,
    console: Console,
    *,
    lookup: Lookup | None = None,
    as_json: bool = False,
) -> None:
    """Shows the switch, the health of both regions and which of them serves: those of the facts of
    `failover status` that decide whether to move it. Whatever cannot be read is shown as such."""
    observer = Observer(environment, lookup=lookup, seconds=PATIENCE, subjects=SHOWN)
    status = observer.look()
    if as_json:
        print_json(status)
        return
    for one in status.attention:
        console.print(one, style="red")
    console.print(table(status, observer.questions))


def _where(environment: Environment) -> str:
    control = environment.failover.routing_control
    if control is not None:
        return f" (routing control {control.arn})"
    places = environment.switch_places
    return f" ({', '.join(f's3://{place.bucket} in {place.region}' for place in places)})"
