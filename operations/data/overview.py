"""`failover data show`: who takes writes, what follows, and how far it is behind."""

from dataclasses import dataclass
from datetime import UTC, datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from environments import ROLE_NAMES, Environment, Role
from functions.failover_control.database import DatabaseState
from modules.recovery_point import recovery_point, write_recovery
from operations.aws import Connect, client
from operations.data.regions import TWO_WRITERS, Lag, RegionalDatabase, databases
from terminal.errors import OperationError


@dataclass(frozen=True)
class Seen:
    """One region's database, as far as the region says."""

    role: Role
    region: str
    database: str
    state: DatabaseState | None
    """None if the region does not say; `trouble` says why."""
    behind: Lag | None
    """None if unknown, or if it is no copy."""
    trouble: str = ""


def look(environment: Environment, connect: Connect = client) -> list[Seen]:
    """Both regions' databases. Raises OperationError if the environment has none."""
    return [_seen(one) for one in databases(environment, connect).values()]


def _seen(one: RegionalDatabase) -> Seen:
    state, behind, trouble = None, None, ""
    try:
        state = one.state()
        behind = one.lag()
    except OperationError as error:
        trouble = str(error)
    return Seen(one.role, one.region, one.settings.name, state, behind, trouble)


def show(environment: Environment, console: Console, connect: Connect = client) -> None:
    """Shows each region's database. What a region does not say is shown as such. Raises
    OperationError if the environment has no database."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("region", "database", "takes writes", "copies follow", "behind"):
        table.add_column(heading)
    found = look(environment, connect)
    for one in found:
        where = f"{ROLE_NAMES[one.role]}, {one.region}"
        if one.state is None:
            table.add_row(where, one.database, one.trouble, style="red")
        else:
            table.add_row(where, one.database, *_cells(one.state), _behind(one))
    console.print(table)
    if sum(one.state is not None and one.state.writes for one in found) > 1:
        console.print(TWO_WRITERS, style="red")
    console.print(f"RPO: {recovery_point(environment)}")
    writes = write_recovery(environment)
    console.print(f"writes return in: {writes or 'once somebody runs `failover data promote`'}")


def _cells(state: DatabaseState) -> tuple[str, str]:
    takes = "moving" if state.moving else "yes" if state.writes else "no"
    if not state.ready:
        takes += ", no instance runs"
    return takes, "yes" if state.replicates else "no"


def _behind(one: Seen) -> str:
    if one.trouble:
        return "unknown"
    if one.behind is None:
        return ""
    age = (datetime.now(UTC) - one.behind.at).total_seconds()
    return f"{one.behind.seconds:.1f} s, {age:.0f} s ago"
