"""How far a standby is behind its writer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from proof.drill.postgres.server import ERRORS, Progress, Server


@dataclass(frozen=True)
class Lag:
    """seconds: the age of the newest write that the standby has, if it lacks any, and so the most
    that would be lost now. bytes: of the writer's log."""

    seconds: float
    bytes: int


def measure(writer: Server, standby: Server) -> Lag | None:
    """None where either does not answer, or has not written since it started."""
    try:
        # The standby first: what it has later, it had not when the writer was asked.
        behind = standby.progress()
        return lag(writer.progress(), behind, datetime.now(UTC))
    except ERRORS:
        return None


def lag(writer: Progress, standby: Progress, now: datetime) -> Lag | None:
    """now: by the writer's clock."""
    missing = max(writer.position - standby.position, 0)
    has_all = None not in (writer.commit, standby.commit) and writer.commit == standby.commit
    if missing == 0 or has_all:  # what is no write is in the log too
        return Lag(0.0, missing)
    if standby.commit is None:
        return None
    return Lag(max((now - standby.commit).total_seconds(), 0.0), missing)
