"""What follows from a look at the world: latch, repeat the switch's position, wake or rest."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.failover_control.endpoint import Health
from functions.failover_control.need import NeedMetric
from functions.failover_control.standby import Standby
from functions.failover_control.switch import FailoverSwitch, written_at

# Looks of a scheduled run, and seconds between them. EventBridge starts a run somewhere in each
# minute, as a rule at the same second of it: then looks are at most 10 s apart, and else 60.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
LOOKS = 7
BETWEEN_LOOKS = 10
LONGEST_GAP = 2 * 60 - (LOOKS - 1) * BETWEEN_LOOKS
# Its time of writing is when the standby was last needed.
NEEDED_KEY = "standby-needed"
# After failback, until the standby goes back to rest: resolvers and open connections keep some
# users on it beyond the DNS TTL, and a primary that fails again finds it awake.
REST_AFTER = timedelta(minutes=15)
NOTE_EVERY = timedelta(minutes=1)
LATCHED_BY = "failover-control"


@dataclass(frozen=True)
class Control:
    """One deployment's control.

    switch: None with automatic failback. standby: None where it is not to be woken. need: None
    where nobody wants to be told.
    s3, bucket: where it is noted when the standby was last needed.
    """

    s3: Any
    bucket: str
    switch: FailoverSwitch | None
    standby: Standby | None
    need: NeedMetric | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def act(
        self,
        primary: Health,
        alarmed_since: datetime | None = None,
        *,
        standby: Health = Health.UNKNOWN,
    ) -> list[str]:
        """Does what is due, once; returns what it did, in words.

        primary, standby: what Route 53 thinks of the endpoints. alarmed_since: the start of a
        failure of the primary's that an alarm tells of.
        A step that fails keeps none of the others from being done. Raises an ExceptionGroup of all
        that failed.
        """
        run = _Run()
        failed = primary is Health.UNHEALTHY
        with run.step():
            failed = failed or self._is_news(alarmed_since)
        # Route 53 moved nobody to a standby that is asleep or down. Were the switch set all the
        # same, users would be moved from a primary that is well again once the standby is.
        moved = failed and standby is not Health.UNHEALTHY
        is_set = self.switch is not None and self._latch(self.switch, run, moved=moved)
        needed = True if failed or is_set else None
        if needed is None and is_set is False and primary is Health.HEALTHY and not run.errors:
            needed = False
        if self.standby is not None and needed is not None:
            with run.step():
                if needed:
                    self._wake(self.standby, run)
                else:
                    self._rest(self.standby, run)
        # Last: a CloudWatch that hangs delays nothing else. Of what is not known nothing is said,
        # and an alarm tells of the silence.
        if self.need is not None and needed is not None:
            with run.step():
                self.need.publish(needed=needed)
        if run.errors:
            raise ExceptionGroup("not all was done", run.errors)
        return run.done

    def _is_news(self, alarmed_since: datetime | None) -> bool:
        """Whether an alarm tells of a failure that no operator has dealt with: an event may come
        late, or twice, after the switch was cleared."""
        if alarmed_since is None:
            return False
        cleared = self._cleared_at()
        return cleared is None or alarmed_since >= cleared

    def _latch(self, switch: FailoverSwitch, run: "_Run", *, moved: bool) -> bool | None:
        """Sets the switch where users were moved, and repeats its position; returns it.

        None where it cannot be read: nothing is concluded from that, least of all that the standby
        may rest.
        """
        is_set = True if moved else None
        with run.step():
            if not moved:
                is_set = switch.setting() is not None
            elif switch.set(by=LATCHED_BY, reason="the primary's health check failed"):
                run.done.append("switch set")
        if not moved and is_set is not None:
            with run.step():
                switch.publish(is_set=is_set)
        return is_set

    def _wake(self, standby: Standby, run: "_Run") -> None:
        with run.step():
            if standby.wake():
                run.done.append("standby woken")
        self._note_need()

    def _rest(self, standby: Standby, run: "_Run") -> None:
        """Lets the standby go back to its own size, some time after users went back."""
        needed, cleared = written_at(self.s3, self.bucket, NEEDED_KEY), self._cleared_at()
        if needed is None:
            return
        last = max(needed, cleared) if cleared else needed
        if self.now() - last >= REST_AFTER:
            standby.lie_down()
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
