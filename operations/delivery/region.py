"""One region during a delivery: its release, its instances, its alarms."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from environments import ROLE_NAMES, Environment, Role
from operations.aws import Connect, NoAnswerError, client
from operations.delivery.alarms import RegionalAlarms
from operations.delivery.bucket import Current, ReleasesBucket, SupersededError
from operations.delivery.group import Group, Instance, Refresh, runs
from releases import Pointer
from releases.pointer import now
from terminal.errors import OperationError

# Seconds for which a region that answered may be silent. A single lost request is no outage.
SILENCE = 60
# Seconds; a little more than what the clocks of EC2 and S3 tell apart.
CLOCK_TICK = 1.1
# What an instance refresh ends as where the release, or an alarm, stopped it. One that somebody
# cancelled says nothing about the release.
# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
FAILED = ("Failed", "RollbackSuccessful", "RollbackFailed")


class FailedError(OperationError):
    """The release does not serve in a region, or an alarm speaks against it."""


class LostError(OperationError):
    """A region has not answered for too long."""


@dataclass(frozen=True)
class Look:
    """What one look at a region found."""

    instances: int = 0
    new: int = 0
    """Instances that run the release, healthy or not."""
    serving: int = 0
    """Those of them that the load balancer sends users."""
    step: str = "waits"
    """What goes on, in a few words."""
    level: bool = False
    """Whether nothing is left to do: every instance runs the release and serves."""


@dataclass
class RegionalDelivery:
    """Brings one region to a release, whatever was under way there before.

    Every step can be repeated: what is to be done follows from the region alone, so a deployment
    that was interrupted goes on where it was.
    """

    role: Role
    bucket: ReleasesBucket
    group: Group
    alarms: RegionalAlarms
    digest: str
    timeout: float
    """Seconds without progress after which the release counts as failed."""
    clock: Callable[[], float] = time.monotonic
    current: Current | None = None
    """What was current at the last look."""
    before: str | None = None
    """The release to go back to: the last one that served here."""
    had_it: bool = False
    """Whether the region served the release before the delivery."""
    ignored: frozenset[str] = frozenset()
    """Alarms that rang before the release was current."""
    look: Look = Look()
    _ended: str | None = None
    _progress: tuple[int, int] = (-1, -1)
    _since: float = field(default=0.0)
    _answered: float = field(default=0.0)

    @property
    def region(self) -> str:
        return self.bucket.region

    @property
    def name(self) -> str:
        """For messages: the role and the region."""
        return f"{ROLE_NAMES[self.role]}, {self.region}"

    @property
    def is_current(self) -> bool:
        """Whether the release was current at the last look."""
        return self.current is not None and self.current.pointer.release == self.digest

    def read(self) -> None:
        """Learns what is current, what serves, and which alarms ring. Raises OperationError where
        the region does not answer."""
        self.current = self.bucket.current()
        self.ignored = frozenset(
            name
            for name, since in self.alarms.ringing().items()
            if not self.is_current or self.current is None or since < self.current.since
        )
        refresh, members = self.group.latest_refresh(), self.group.members()
        serving = [one for one in members.instances if one.healthy and runs(self.current, one)]
        serves = bool(serving) or not members.desired
        under_way = refresh is not None and refresh.under_way
        self.had_it = self.is_current and serves and not under_way
        self.before = self._last_that_served(serves=serves)
        self._ended = refresh.id if refresh and not refresh.under_way else None
        self._since = self._answered = self.clock()

    def _last_that_served(self, *, serves: bool) -> str | None:
        if self.current is None:
            return None
        pointer = self.current.pointer
        named = None if pointer.release == self.digest or not serves else pointer.release
        before = named or pointer.previous
        return None if before == self.digest else before

    def point(self, *, by: str, why: str) -> None:
        """Makes the release current, unless it is. Raises SupersededError if another deployer was
        faster, with another release."""
        if not self.is_current:
            # So that `since`, in whole seconds, is later than any launch before.
            time.sleep(CLOCK_TICK)
            pointer = Pointer(release=self.digest, previous=self.before, by=by, at=now(), why=why)
            try:
                self.current = self.bucket.point(pointer, self.current)
            except SupersededError:
                self.current = self.bucket.current()
                if not self.is_current:
                    raise
        self._since = self._answered = self.clock()

    def advance(self) -> Look:
        """Looks at the region, does what is to be done next, and returns what it found.

        Raises FailedError if the release failed, SupersededError if another one is current, and
        LostError if the region has not answered for a minute.
        """
        try:
            self.look = self._advance()
        except NoAnswerError as error:
            silent = self.clock() - self._answered
            if silent > SILENCE:
                raise LostError(f"{self.name}: no answer for {silent:.0f} s: {error}") from None
            self.look = Look(step=f"no answer for {silent:.0f} s")
            return self.look
        self._answered = self.clock()
        return self.look

    def _advance(self) -> Look:
        self.check_current()
        self._check_alarms()
        # In this order: a refresh that ends in between has replaced what is read after it.
        refresh = self.group.latest_refresh()
        members = self.group.members()
        instances = members.instances
        new = [one for one in instances if runs(self.current, one)]
        serving = sum(one.healthy for one in new)
        under_way = refresh is not None and refresh.under_way
        level = members.desired <= serving == len(instances) and not under_way
        step = "serves" if level else self._next_step(instances, refresh)
        if level and not instances:
            step = "sleeps: unproven until it wakes"
        look = Look(len(instances), len(new), serving, step, level)
        self._check_progress(look, instances)
        return look

    def check_current(self) -> None:
        """Raises SupersededError unless the release is current."""
        found = self.bucket.current()
        if found is None or found.pointer.release != self.digest:
            by = f", by {found.pointer.by}" if found else ""
            raise SupersededError(f"{self.name}: another release became current{by}")
        self.current = found

    def _check_alarms(self) -> None:
        ringing = sorted(self.alarms.ringing().keys() - self.ignored)
        if ringing:
            raise FailedError(f"{self.name}: {', '.join(ringing)} in alarm")

    def _next_step(self, instances: list[Instance], refresh: Refresh | None) -> str:
        """Starts, cancels or follows an instance refresh."""
        if refresh is not None and refresh.under_way:
            if self._is_for_it(refresh):
                return "replaces instances"
            if refresh.status != "Cancelling":
                self.group.cancel_refresh()
            return "ends an earlier instance refresh"
        old = [one for one in instances if not runs(self.current, one)]
        if not old:
            return "waits for instances to serve"
        if refresh is not None and refresh.id != self._ended and self._is_for_it(refresh):
            self._check_refresh(refresh)
        quiet = [name for name in self.alarms.names if name not in self.ignored]
        self.group.start_refresh(quiet)
        return "starts to replace instances"

    def _check_refresh(self, refresh: Refresh) -> None:
        if refresh.status in FAILED:
            why = f": {refresh.reason}" if refresh.reason else ""
            raise FailedError(f"{self.name}: the instance refresh is {refresh.status}{why}")

    def _is_for_it(self, refresh: Refresh) -> bool:
        """Whether every instance that a refresh starts runs the release. Those of before the first
        one wait for it; one that is pending has started none yet."""
        if self.current is None:
            return False
        if self.current.pointer.previous is None or refresh.status == "Pending":
            return True
        return refresh.started is not None and refresh.started >= self.current.since

    def _check_progress(self, look: Look, instances: list[Instance]) -> None:
        progress = (look.instances - look.new, look.serving)
        if progress != self._progress or look.level:
            self._progress, self._since = progress, self.clock()
        elif self.clock() - self._since > self.timeout:
            ill = [one for one in instances if runs(self.current, one) and one.why]
            why = f" ({'; '.join(sorted({one.why for one in ill}))})" if ill else ""
            raise FailedError(
                f"{self.name}: {self.digest[:12]} failed: no further instance serves after"
                f" {self.timeout:.0f} s{why}{self._console_of(ill)}"
            )

    def _console_of(self, instances: list[Instance]) -> str:
        """How to find out why one of them does not serve."""
        if not instances:
            return ""
        return (
            "; what it printed: aws ec2 get-console-output --latest --output text"
            f" --region {self.region} --instance-id {instances[0].id}"
        )


def delivery_to(
    environment: Environment,
    role: Role,
    digest: str,
    timeout: float,
    *,
    connect: Connect = client,
    clock: Callable[[], float] = time.monotonic,
) -> RegionalDelivery:
    """The delivery of a release to an environment's region."""
    settings = environment.regional(role)
    return RegionalDelivery(
        role=role,
        bucket=ReleasesBucket.of(environment, role, connect),
        group=Group(settings.auto_scaling_group, settings.region, connect),
        alarms=RegionalAlarms(environment, role, connect),
        digest=digest,
        timeout=timeout,
        clock=clock,
    )
