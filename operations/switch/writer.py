"""Whether users may return to the primary: where the database's writer is."""

from environments import Environment
from functions.failover_control.database import DatabaseState
from operations.aws import Connect
from operations.data.regions import RegionalDatabase, databases
from terminal.errors import OperationError


def refuse_without_writer(environment: Environment, connect: Connect, *, force: bool) -> None:
    """Raises OperationError unless the primary's database alone takes writes, or there is none:
    users would return to a region that only reads, or that lacks what they wrote on the standby.

    Of a global database, either region knows the writer; of instances, each knows its own.
    force: also if a region does not say, or if both databases take writes.
    """
    kind = environment.data.kind
    if kind is None:
        return
    both = databases(environment, connect)
    errors: list[str] = []
    primary, standby = _asked(both["primary"], errors), None
    if primary is None or not kind.aurora:
        standby = _asked(both["dr"], errors)
    known = primary or standby
    if known is not None and (primary is not None or known.writes) and not _writes(primary):
        raise OperationError(_refusal(known, aurora=kind.aurora))
    if force:
        return
    if errors:
        raise OperationError("\n  ".join([*errors, "--force clears the switch anyway"]))
    # Also where it does something else for a moment: it is no copy of the primary's.
    if standby is not None and standby.writer == both["dr"].region:
        raise OperationError(
            "both regions' databases take writes, and the primary's may lack what users wrote on"
            " the standby (docs/data.md); --force clears the switch anyway"
        )


def _refusal(known: DatabaseState, *, aurora: bool) -> str:
    """Why users stay on the standby, and what brings the writer back. With RDS, promoting the
    primary leaves two writers, of which only a person can say which counts."""
    if known.moving:
        return (
            "the primary's database is in the middle of a change: wait until `failover data show`"
            " says that it takes writes"
        )
    where = f"it does in {known.writer}" if known.writer else "nor is it known where it does"
    back, clear = ("switchover", "") if aurora else ("promote --to primary", " with --force")
    return (
        f"the primary's database takes no writes; {where}: run `failover data resync`, then"
        f" `failover data {back}`, and clear the switch{clear} afterwards (docs/data.md)"
    )


def _asked(one: RegionalDatabase, errors: list[str]) -> DatabaseState | None:
    try:
        return one.state()
    except OperationError as error:
        errors.append(str(error))
        return None


def _writes(state: DatabaseState | None) -> bool:
    return state is not None and state.writes and not state.moving
