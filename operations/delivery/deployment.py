"""Brings all regions to a release, and back where it fails in one of them."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from operations.aws import NoAnswerError
from operations.delivery.bucket import SupersededError
from operations.delivery.region import SILENCE, FailedError, LostError, RegionalDelivery
from releases.pointer import LONGEST
from terminal.errors import OperationError

Order = Literal["together", "primary-first", "standby-first"]
Show = Callable[[Sequence[RegionalDelivery], str], None]
"""Is told after each look: the regions, and what goes on in all of them."""


@dataclass(frozen=True)
class Plan:
    """How a release is delivered."""

    order: Order
    bake: float
    """Seconds for which alarms are watched once every instance runs the release."""
    by: str
    why: str
    poll: float = 5.0
    """Seconds between two looks."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep


class Deployment:
    """One delivery."""

    def __init__(self, regions: Sequence[RegionalDelivery], plan: Plan, show: Show) -> None:
        self.regions = list(regions)
        self.moved: list[RegionalDelivery] = []
        """Those that the release was made current in, and that answer."""
        self.lost: dict[str, str] = {}
        """By the region's name, why it no longer counts: it stopped answering."""
        self.returning: list[RegionalDelivery] = []
        """Those that are being brought back, or were."""
        self._plan = plan
        self._show = show
        self._stop = threading.Event()

    def run(self) -> None:
        """Returns once every region that answers serves the release, and no alarm went off while it
        baked.

        Raises FailedError if it fails, after bringing the regions back; SupersededError if another
        deployer took over, who is then left alone; LostError if no region answers any more; and
        OperationError where AWS refuses, which says nothing about the release.
        """
        try:
            for batch in self._batches():
                for region in batch:
                    self._move(region)
                self._until(lambda: "delivers", lambda: True)
                end = self._plan.clock() + self._plan.bake
                self._until(
                    lambda end=end: f"bakes: watches the alarms until {self._left(end)}",
                    lambda end=end: self._plan.clock() >= end,
                )
        except FailedError as error:
            raise FailedError("\n  ".join([str(error), *self._roll_back(str(error))])) from None
        if not self.moved:
            raise LostError("\n  ".join(self.lost.values()))

    def _left(self, end: float) -> str:
        left = max(0, round(end - self._plan.clock()))
        return f"{left // 60}:{left % 60:02d} from now"

    def _batches(self) -> list[list[RegionalDelivery]]:
        """Primary first within a batch: whoever has that one decides."""
        regions = sorted(self.regions, key=lambda one: one.role != "primary")
        if self._plan.order == "together":
            return [regions]
        if self._plan.order == "standby-first":
            regions.reverse()
        return [[one] for one in regions]

    def _move(self, region: RegionalDelivery) -> None:
        """Makes the release current in a region, unless that does not answer."""
        self.moved.append(region)
        try:
            self._patiently(region, lambda: self._point(region))
        except LostError as error:
            self._lose(region, error)

    def _point(self, region: RegionalDelivery) -> None:
        """Of two deployers who each have one region, the one who has the primary overrules."""
        try:
            region.point(by=self._plan.by, why=self._plan.why)
        except SupersededError:
            others = [one for one in self.moved if one is not region]
            if not any(one.role == "primary" for one in others):
                raise
            for one in others:
                one.check_current()
            region.current = region.bucket.current()
            region.point(by=self._plan.by, why=self._plan.why)

    def _patiently(self, region: RegionalDelivery, call: Callable[[], object]) -> None:
        """Repeats a call that is not answered. Raises LostError after a minute."""
        began = self._plan.clock()
        while True:
            try:
                call()
            except NoAnswerError as error:
                if self._plan.clock() - began > SILENCE or self._stop.is_set():
                    raise LostError(f"{region.name}: no answer: {error}") from None
                self._plan.sleep(self._plan.poll)
            else:
                return

    def _lose(self, region: RegionalDelivery, error: LostError) -> None:
        """Goes on without a region: the release is not to blame."""
        self.moved.remove(region)
        self.lost[region.name] = str(error)

    def _until(self, step: Callable[[], str], over: Callable[[], bool]) -> None:
        """Advances the regions side by side until all are level and it is over."""
        if not self.moved:
            return
        with ThreadPoolExecutor(len(self.moved)) as threads:
            while self.moved:
                regions = list(self.moved)
                errors = list(threads.map(_advance, regions))
                self._show(regions, step())
                for region, error in zip(regions, errors, strict=True):
                    if isinstance(error, LostError):
                        self._lose(region, error)
                _raise_worst(errors)
                if all(one.look.level for one in self.moved) and over():
                    return
                self._plan.sleep(self._plan.poll)

    def _roll_back(self, why: str) -> list[str]:
        """Brings regions back to the release before, each by itself, and says what became of it."""
        lost = [one for one in self.regions if one.name in self.lost]

        def bring_back(region: RegionalDelivery) -> str:
            return self._bring_back(region, why, waits=region not in lost)

        regions = [*self.moved, *lost]
        with ThreadPoolExecutor(len(regions)) as threads:
            results = [threads.submit(bring_back, one) for one in regions]
            try:
                return [one.result() for one in results]
            except BaseException:  # an interrupt
                self._stop.set()
                raise

    def _bring_back(self, region: RegionalDelivery, why: str, *, waits: bool) -> str:
        """waits: whether it is worth waiting for an answer."""
        if region.had_it:
            return f"{region.name}: left as it is: it served the release before"
        previous = region.before
        if previous is None:
            return f"{region.name}: stays as it is: there is no release before it"
        # Its pointer names itself as the release to go back to: the one that failed is none.
        back = replace(region, digest=previous, ignored=frozenset(region.alarms.names))
        self.returning.append(back)
        try:
            if waits:
                self._patiently(back, lambda: self._point_back(back, region.digest, why))
            else:
                self._point_back(back, region.digest, why)
            while not self._stop.is_set() and not back.advance().level:
                self._show(list(self.returning), "rolls back")
                self._plan.sleep(self._plan.poll)
            self._show(list(self.returning), "rolls back")
        except OperationError as error:
            hint = f"deliver {previous} to it once it answers"
            return f"{region.name}: not brought back: {error}; {hint}"
        return f"{region.name}: serves {previous[:12]} again"

    def _point_back(self, back: RegionalDelivery, failed: str, why: str) -> None:
        back.current = back.bucket.current()
        if back.current is None or back.current.pointer.release not in (failed, back.digest):
            raise SupersededError(f"{back.name}: another release became current")
        back.point(by=self._plan.by, why=f"rollback: {why}"[:LONGEST])


def _advance(region: RegionalDelivery) -> BaseException | None:
    try:
        region.advance()
    except Exception as error:
        return error
    return None


def _leniency(error: BaseException) -> int:
    if not isinstance(error, OperationError):
        return 0
    return 1 if isinstance(error, SupersededError) else 2


def _raise_worst(errors: Sequence[BaseException | None]) -> None:
    """A bug of ours before anything; then another deployer, who knows better; then a failure."""
    found = [one for one in errors if one is not None and not isinstance(one, LostError)]
    if found:
        raise min(found, key=_leniency)
