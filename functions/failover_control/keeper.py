"""Looks after the standby's database while the control looks after users."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.failover_control.agreed import DOWN_KEY
from functions.failover_control.database import DatabaseState, StandbyDatabase
from functions.failover_control.endpoint import Health
from functions.failover_control.metrics import READ_ONLY_METRIC, REPLICATION_METRIC
from functions.failover_control.notes import written_at


@dataclass
class DatabaseKeeper:
    """Promotes the standby's database where that is due, and knows what to report of it.

    promote_after: for how long the primary must be down before a promotion; None leaves promotions
    to people. s3, bucket: where it is noted since when the primary has been down.
    """

    database: StandbyDatabase
    promote_after: timedelta | None
    s3: Any
    bucket: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def note(self, primary: Health, state: DatabaseState | None = None) -> datetime | None:
        """Notes since when the primary has been down, and returns it; None if it is not, or since
        just now. What is unknown changes nothing.

        While the standby writes, and while the writer moves, a primary that only reads is unhealthy
        without being down. After a switchover back it stays so until Route 53 has noticed: if that
        counted from the first failure, the writer would be taken from it again at once.

        state: the standby's database, if that is known.
        """
        if self.promote_after is None or primary is Health.UNKNOWN:
            return None
        excused = state is not None and (state.writes or state.moving)
        down = primary is Health.UNHEALTHY and not excused
        since = written_at(self.s3, self.bucket, DOWN_KEY)
        if down and since is None:
            self.s3.put_object(Bucket=self.bucket, Key=DOWN_KEY, Body=b"")
        elif not down and since is not None:
            self.s3.delete_object(Bucket=self.bucket, Key=DOWN_KEY)
        return since if down else None

    def promote(
        self, state: DatabaseState, *, down_since: datetime | None, is_set: bool | None
    ) -> bool:
        """Starts a promotion where one is due, and returns whether it did.

        Due: the primary is down and has been for `promote_after`, the switch keeps users on the
        standby, and nothing moves the database yet. The switch alone is not enough: an operator
        also sets it for maintenance, in which a switchover loses nothing.

        down_since: as `note` returns it.
        """
        if self.promote_after is None or down_since is None or not is_set:
            return False
        if state.writes or state.moving or not state.ready:
            return False
        if self.now() - down_since < self.promote_after:
            return False
        self.database.promote()
        return True


def reported(state: DatabaseState, *, needed: bool | None) -> dict[str, bool | None]:
    """The metrics of a database: whether users find a standby that only reads, and whether the
    regions' copies grow apart."""
    return {
        READ_ONLY_METRIC: None if needed is None else needed and not state.writes,
        REPLICATION_METRIC: not state.replicates,
    }
