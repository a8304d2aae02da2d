"""`failover data show`: who takes writes, what follows, and how far it is behind."""

from datetime import UTC, datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import Environment
from functions.failover_control.database import DatabaseState
from modules.recovery_point import recovery_point, write_recovery
from operations.aws import Connect, client
from operations.data.regions import TWO_WRITERS, RegionalDatabase, databases
from terminal.errors import OperationError


def show(environment: Environment, console: Console, connect: Connect = client) -> None:
    """Shows each region's database. What a region does not say is shown as such. Raises
    OperationError if the environment has no database."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("region", "database", "takes writes", "copies follow", "behind"):
        table.add_column(heading)
    writers = 0
    for one in databases(environment, connect).values():
        try:
            state = one.state()
        except OperationError as error:
            table.add_row(str(one), one.settings.name, str(error), style="red")
        else:
            writers += state.writes
            table.add_row(str(one), one.settings.name, *_cells(one, state))
    console.print(table)
    if writers > 1:
        console.print(TWO_WRITERS, style="red")
    console.print(f"RPO: {recovery_point(environment)}")
    writes = write_recovery(environment)
    console.print(f"writes return in: {writes or 'once somebody runs `failover data promote`'}")


def _cells(one: RegionalDatabase, state: DatabaseState) -> tuple[str, str, str]:
    takes = "moving" if state.moving else "yes" if state.writes else "no"
    if not state.ready:
        takes += ", no instance runs"
    return takes, "yes" if state.replicates else "no", _behind(one)


def _behind(one: RegionalDatabase) -> str:
    try:
        lag = one.lag()
    except OperationError:
        return "unknown"
    if lag is None:
        return ""
    age = (datetime.now(UTC) - lag.at).total_seconds()
    return f"{lag.seconds:.1f} s, {age:.0f} s ago"
