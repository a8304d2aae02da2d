"""What `failover pause` and `failover resume` do: a note in every place of the switch."""

from datetime import UTC, datetime

from rich.console import Console

from environments import Environment
from functions.failover_control.switch import FailoverSwitch
from operations.aws import Connect, client, refused
from operations.switch.position import pause_of, switch_of
from terminal.errors import OperationError


def pause(
    environment: Environment,
    *,
    minutes: int,
    by: str,
    reason: str,
    console: Console,
    connect: Connect = client,
) -> None:
    """Keeps the failover control from setting the switch, and from promoting, for so many minutes.
    Raises OperationError if not every place takes the note: then nothing is paused."""
    where = " and ".join(place.region for place in environment.note_places)
    one = pause_of(environment, connect)
    with refused(f"nothing is paused, which takes a note in {where}"):
        one.begin(minutes=minutes, by=by, reason=reason)
    found = one.current(datetime.now(UTC))
    if found is None:
        raise OperationError(
            "nothing is paused: the note does not count, perhaps because this machine's clock is"
            " wrong; `failover switch show` tells"
        )
    primary, standby = environment.primary.region, environment.dr.region
    console.print(f"{found}")
    console.print(
        f"If {primary} fails until then, users move to {standby}, and return by themselves. After"
        " that, a failure sets the switch again."
    )
    if _is_set(switch_of(environment, connect)):
        console.print("The switch is set already: users stay on the standby.", style="yellow")


def resume(environment: Environment, *, console: Console, connect: Connect = client) -> None:
    """Ends a pause, if there is one. Raises OperationError if no place answers: then it goes on
    until its end."""
    with refused("the pause goes on until its end"):
        missed = pause_of(environment, connect).end()
    for one in missed:
        console.print(f"not in {one}\n  One place is enough.", style="yellow")
    console.print("not paused: a failure of the primary sets the switch")


def _is_set(switch: FailoverSwitch) -> bool:
    with refused("the switch cannot be read"):
        return switch.setting() is not None
