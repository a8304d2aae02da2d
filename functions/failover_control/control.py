"""Acts on what a look finds: latches, makes the places of the switch agree, wakes or rests the
standby."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.failover_control.agreed import NEEDED_KEY
from functions.failover_control.database import DatabaseState
from functions.failover_control.endpoint import Health
from functions.failover_control.keeper import DatabaseKeeper, reported
from functions.failover_control.metrics import (
    NEED_METRIC,
    PROMOTION_METRIC,
    SWITCH_METRIC,
    Metrics,
)
from functions.failover_control.notes import written_at
from functions.failover_control.pause import Pause, Paused
from functions.failover_control.standby import Standby
from functions.failover_control.switch import FailoverSwitch, UnreachableError

# How long the standby stays awake after failback: resolvers and open connections keep some users on
# it beyond the DNS TTL, and a primary that fails again finds it awake.
REST_AFTER = timedelta(minutes=15)
NOTE_EVERY = timedelta(minutes=1)
# How long DNS is not trusted about the primary after a clear: resolvers, and Route 53 itself, may
# still give answers from before it.
DISTRUST_DNS = timedelta(seconds=30)
LATCHED_BY = "failover-control"


@dataclass
class Control:
    """One deployment's control, for one run of the function.

    switch: None with automatic failback. standby: None if it is not to be woken. metrics: None to
    publish none. keeper: None without a database. pause: None if it cannot be paused.
    s3, bucket: where to note when the standby was last needed. tell: receives what was done, even
    if something else failed.
    """

    s3: Any
    bucket: str
    switch: FailoverSwitch | None
    standby: Standby | None
    metrics: Metrics | None = None
    keeper: DatabaseKeeper | None = None
    pause: Pause | None = None
    tell: Callable[[str], None] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _moved_since: datetime | None = field(default=None, init=False)

    def act(
        self,
        primary: Health,
        alarmed_since: datetime | None = None,
        *,
        standby: Health = Health.UNKNOWN,
        keep: bool = True,
    ) -> list[str]:
        """Does what is due, once, and returns a description of what it did.

        primary, standby: the endpoints' health according to Route 53. alarmed_since: start of a
        failure of the primary that an alarm reports. keep: whether to look after the database.
        A step that fails does not prevent the others. Raises an ExceptionGroup of all failures.
        """
        run = _Run()
        with run.step():
            primary = self._believed(primary)
        since = self.now() if primary is Health.UNHEALTHY else None
        with run.step():
            if since is None and self._is_news(alarmed_since):
                since = alarmed_since
        paused = self._paused() if since else None
        is_set = None
        if self.switch is not None:
            due = self._latch_due(since, standby)
            is_set = self._switch(self.switch, run, None if paused else due)
        needed = self._needed(primary, run, failing=since is not None, is_set=is_set)
        if self.standby is not None and needed is not None:
            with run.step():
                move = self._wake if needed else self._rest
                move(self.standby, run)
        of_database: dict[str, bool | None] = {}
        if self.keeper is not None and keep:
            of_database = self._keep(
                self.keeper, run, primary, needed=needed, is_set=is_set, paused=paused is not None
            )
        # Last, so that a CloudWatch that hangs delays nothing else. What is unknown is not
        # published, and an alarm reports the gap.
        if self.metrics is not None:
            with run.step():
                self.metrics.publish(**{NEED_METRIC: needed, SWITCH_METRIC: is_set, **of_database})
        return self._told(run)

    def _needed(
        self, primary: Health, run: "_Run", *, failing: bool, is_set: bool | None
    ) -> bool | None:
        """Whether the standby is needed; None if that is not known."""
        if failing or is_set:
            return True
        clear = is_set is False or self.switch is None
        return False if clear and primary is Health.HEALTHY and not run.errors else None

    def _told(self, run: "_Run") -> list[str]:
        """What was done. Raises an ExceptionGroup if something was not."""
        if run.done:
            self.tell("; ".join(run.done))
        if run.errors:
            raise ExceptionGroup("not all was done", run.errors)
        return run.done

    def _believed(self, primary: Health) -> Health:
        """The primary's health according to DNS; UNKNOWN if it is unhealthy right after a clear."""
        if primary is Health.UNHEALTHY:
            cleared = self._cleared_at()
            if cleared is not None and self.now() - cleared < DISTRUST_DNS:
                return Health.UNKNOWN
        return primary

    def _paused(self) -> Paused | None:
        """The pause, if there is one, which is told. Users still move, and the standby is woken:
        Route 53 and this control do what is undone by itself, and nothing that lasts."""
        paused = self.pause.current(self.now()) if self.pause is not None else None
        if paused is not None:
            self.tell(f"{paused}; the switch is not set, and nothing is promoted")
        return paused

    def _is_news(self, alarmed_since: datetime | None) -> bool:
        """Whether an alarm reports a failure that no operator has dealt with: an event may arrive
        late, or twice, after the switch was cleared."""
        if alarmed_since is None:
            return False
        cleared = self._cleared_at()
        return cleared is None or alarmed_since >= cleared

    def _latch_due(self, since: datetime | None, standby: Health) -> datetime | None:
        """The time since which users have been moved, if two looks in a row say so; else None.

        Users have been moved if the primary fails and the standby is known to serve: Route 53 moves
        nobody to a standby that is asleep or down. If the switch were set anyway, users would be
        moved off a primary that has recovered, as soon as the standby serves. A single look may
        catch a deployment, or a record, in the middle of a change.
        """
        before = self._moved_since
        moved = since is not None and standby is Health.HEALTHY
        self._moved_since = (before or since) if moved else None
        return before if moved else None

    def _switch(
        self, switch: FailoverSwitch, run: "_Run", moved_since: datetime | None
    ) -> bool | None:
        """Sets the switch if users were moved, else makes its places agree; returns its position.

        None if the position is unknown: nothing follows from that, least of all that the standby
        may rest.
        """
        with run.step():
            if moved_since is None:
                found = switch.reconcile()
                run.done += found.done
                run.miss(found.missed)
                return found.is_set
            reason = "the primary's health check failed"
            moved = switch.set(by=LATCHED_BY, reason=reason, as_of=moved_since)
            run.done += ["switch set"] if moved.changed else []
            run.miss(moved.missed)
            return moved.is_set
        return None

    def _keep(
        self,
        keeper: DatabaseKeeper,
        run: "_Run",
        primary: Health,
        *,
        needed: bool | None,
        is_set: bool | None,
        paused: bool,
    ) -> dict[str, bool | None]:
        """Promotes the database if that is due; returns what to report of it.

        What the primary does while paused does not count: after the pause, it has to be down for as
        long as ever before anything is promoted.
        """
        found: dict[str, bool | None] = {}
        automatic = keeper.promote_after is not None
        if automatic:
            found[PROMOTION_METRIC] = True  # unless what follows comes to its end
        state = self._state_of(keeper, run)
        down_since, noted = None, False
        with run.step():
            down_since = keeper.note(Health.HEALTHY if paused else primary, state)
            noted = True
        if state is None:
            return found
        found |= reported(state, needed=needed)
        with run.step():
            if needed and keeper.database.start():
                run.done.append("database instance added")
            if automatic and noted:
                if not paused and keeper.promote(state, down_since=down_since, is_set=is_set):
                    run.done.append("promotion of the standby's database started")
                found[PROMOTION_METRIC] = False
        return found

    def _state_of(self, keeper: DatabaseKeeper, run: "_Run") -> DatabaseState | None:
        """How the standby's database is; None if it does not say."""
        with run.step():
            return keeper.database.state()
        return None

    def _wake(self, standby: Standby, run: "_Run") -> None:
        with run.step():
            if standby.wake():
                run.done.append("standby woken")
        self._note_need()

    def _rest(self, standby: Standby, run: "_Run") -> None:
        """Returns the standby to its own size, some time after users went back."""
        needed = written_at(self.s3, self.bucket, NEEDED_KEY)
        if needed is None:
            return
        cleared = self._cleared_at()
        last = max(needed, cleared) if cleared else needed
        if self.now() - last >= REST_AFTER:
            standby.lie_down()
            if self.keeper is not None and self.keeper.database.stop():
                run.done.append("database instance removed")
            self.s3.delete_object(Bucket=self.bucket, Key=NEEDED_KEY)
            run.done.append("standby at rest")

    def _cleared_at(self) -> datetime | None:
        return self.switch.cleared_at() if self.switch is not None else None

    def _note_need(self) -> None:
        needed = written_at(self.s3, self.bucket, NEEDED_KEY)
        if needed is None or self.now() - needed >= NOTE_EVERY:
            self.s3.put_object(Bucket=self.bucket, Key=NEEDED_KEY, Body=b"")


@dataclass
class _Run:
    """What was done, and what went wrong."""

    done: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    @contextmanager
    def step(self) -> Generator[None]:
        try:
            yield
        except Exception as error:
            self.errors.append(error)

    def miss(self, reasons: Sequence[str]) -> None:
        """Records that a place of the switch failed to do its part."""
        if reasons:
            error: Any = UnreachableError
            self.errors.append(error(reasons="; ".join(reasons)))
