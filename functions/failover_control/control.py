"""What follows from a look at the world: latch, repeat the switch's position, wake or rest."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.failover_control.endpoint import Health
from functions.failover_control.standby import Standby
from functions.failover_control.switch import Switch, written_at

# Seconds between looks within a scheduled minute: the endpoint's check stays unhealthy for at least
# interval x threshold, 30 s by default, so none of its failures goes unseen.
LOOKS = 3
BETWEEN_LOOKS = 20
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

    switch: None with automatic failback. standby: None where it is not to be woken.
    s3, bucket: where it is noted when the standby was last needed.
    """

    s3: Any
    bucket: str
    switch: Switch | None
    standby: Standby | None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def act(self, health: Health, alarmed_since: datetime | None = None) -> list[str]:
        """Does what is due, once; returns what it did, in words.

        health: the endpoint's. alarmed_since: the start of a failure that an alarm tells of.
        A step that fails keeps none of the others from being done. Raises an ExceptionGroup of all
        that failed.
        """
        run = _Run()
        failed = health is Health.UNHEALTHY
        with run.step():
            failed = failed or self._is_news(alarmed_since)
        serves = failed
        if self.switch is not None:
            with run.step():
                serves = self._latch(self.switch, run, failed=failed)
        if self.standby is not None:
            with run.step():
                self._wake_or_rest(self.standby, run, serves=serves, health=health)
        if run.errors:
            raise ExceptionGroup("not all was done", run.errors)
        return run.done

    def _is_news(self, alarmed_since: datetime | None) -> bool:
        """Whether an alarm tells of a failure that no operator has dealt with: an event may come
        late, or twice, after the switch was cleared."""
        if alarmed_since is None:
            return False
        cleared = self.switch.cleared_at() if self.switch is not None else None
        return cleared is None or alarmed_since >= cleared

    def _latch(self, switch: Switch, run: "_Run", *, failed: bool) -> bool:
        """Sets the switch where the primary has failed, and repeats its position; returns it."""
        if failed:
            if switch.set(by=LATCHED_BY, reason="the primary's health check failed"):
                run.done.append("switch set")
            return True
        is_set = switch.setting() is not None
        switch.publish(is_set=is_set)
        return is_set

    def _wake_or_rest(self, standby: Standby, run: "_Run", *, serves: bool, health: Health) -> None:
        if serves:
            try:
                if standby.wake():
                    run.done.append("standby woken")
            finally:
                self._note_need()
            return
        age = self._need_age()
        if age is not None and age >= REST_AFTER and health is Health.HEALTHY:
            standby.lie_down()
            self.s3.delete_object(Bucket=self.bucket, Key=NEEDED_KEY)
            run.done.append("standby at rest")

    def _note_need(self) -> None:
        age = self._need_age()
        if age is None or age >= NOTE_EVERY:
            self.s3.put_object(Bucket=self.bucket, Key=NEEDED_KEY, Body=b"")

    def _need_age(self) -> timedelta | None:
        """How long ago the standby was needed; None if it is at rest."""
        needed = written_at(self.s3, self.bucket, NEEDED_KEY)
        return None if needed is None else self.now() - needed


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
