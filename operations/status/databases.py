"""A region's database: whether it takes writes, and how far it is behind."""

from dataclasses import dataclass
from datetime import datetime

from operations.data.regions import RegionalDatabase
from operations.status.facts import Value


@dataclass(frozen=True)
class Database(Value):
    """A region's database, as its own region sees it."""

    name: str
    writes: bool
    moving: bool
    """Whether a promotion, failover or switchover is under way."""
    ready: bool
    """Whether an instance runs that could take writes."""
    replicates: bool
    """Whether the region that does not write follows the one that does."""

    @property
    def wrong(self) -> bool:
        return self.moving or not self.replicates

    def __str__(self) -> str:
        takes = "is moving" if self.moving else "takes writes" if self.writes else "only reads"
        instance = "" if self.ready else ", no instance runs"
        follows = "the copy follows" if self.replicates else "nothing follows the writer"
        return f"{takes}{instance}; {follows}"


@dataclass(frozen=True)
class ReplicationLag(Value):
    """How far a region's copy is behind; None for both if the region reports no lag."""

    lag: float | None
    """In seconds."""
    at: datetime | None

    @property
    def measured_at(self) -> datetime | None:
        return self.at

    def __str__(self) -> str:
        return "none is reported" if self.lag is None else f"{self.lag:.1f} s behind"


def database(one: RegionalDatabase) -> Database:
    """Raises OperationError if the region does not say."""
    state = one.state()
    return Database(
        one.settings.name,
        state.writes,
        state.moving,
        ready=state.ready,
        replicates=state.replicates,
    )


def replication_lag(one: RegionalDatabase) -> ReplicationLag:
    """Raises OperationError if the region does not say."""
    found = one.lag()
    return ReplicationLag(found and found.seconds, found and found.at)
