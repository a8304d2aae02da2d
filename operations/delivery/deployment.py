"""Brings all regions to a release, and back where it fails in one of them."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

from operations.delivery.bucket import SupersededError
from operations.delivery.region import FailedError, LostError, RegionalDelivery
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
        self.lost: dict[str, str] = {}
        """By the region's name, why it no longer counts: it stopped answering."""
        self._plan = plan
        self._show = show

    def run(self) -> None:
        """Returns once every region that answers serves the release, and no alarm went off while it
        baked.

        Raises FailedError if it fails, after bringing the regions back, and SupersededError if
        another deployer took over, who is then left alone.
        """
        moved: list[RegionalDelivery] = []
        try:
            for batch in self._batches():
                for region in batch:
                    self._point(region, moved)
                    moved.append(region)
                self._until(moved, "delivers", lambda: all(one.look.level for one in moved))
                end = self._plan.clock() + self._plan.bake
                self._until(moved, "bakes", lambda end=end: self._plan.clock() >= end)
        except SupersededError:
            raise
        except OperationError as error:
            raise FailedError("\n  ".join([str(error), *self._roll_back(moved, error)])) from None

    def _batches(self) -> list[list[RegionalDelivery]]:
        """Always primary first within a batch: of two deployers, one alone gets past it."""
        regions = sorted(self.regions, key=lambda one: one.role != "primary")
        if self._plan.order == "together":
            return [regions]
        if self._plan.order == "standby-first":
            regions.reverse()
        return [[one] for one in regions]

    def _point(self, region: RegionalDelivery, moved: Sequence[RegionalDelivery]) -> None:
        """Makes the release current. Who has moved a first region has won, and overrules others in
        the next."""
        try:
            region.point(by=self._plan.by, why=self._plan.why)
        except SupersededError:
            if not moved:
                raise
            for one in moved:
                one.check_current()
            region.read()
            region.point(by=self._plan.by, why=self._plan.why)

    def _until(self, regions: list[RegionalDelivery], step: str, over: Callable[[], bool]) -> None:
        """Advances regions side by side, so that a silent one delays no other. One that is lost is
        removed: the release is not to blame."""
        with ThreadPoolExecutor(len(regions)) as threads:
            while True:
                errors = list(threads.map(_advance, regions))
                self._show(regions, step)
                for region, error in list(zip(regions, errors, strict=True)):
                    if isinstance(error, LostError):
                        regions.remove(region)
                        self.lost[region.name] = str(error)
                _raise_worst(errors, nothing_left=not regions)
                if over():
                    return
                self._plan.sleep(self._plan.poll)

    def _roll_back(self, moved: Sequence[RegionalDelivery], why: OperationError) -> list[str]:
        """Brings regions back to the release before, each by itself, and says what became of it."""
        if not moved:
            return [] if self.lost else ["nothing was changed"]

        def bring_back(region: RegionalDelivery) -> str:
            return self._bring_back(region, str(why))

        with ThreadPoolExecutor(len(moved)) as threads:
            return list(threads.map(bring_back, moved))

    def _bring_back(self, region: RegionalDelivery, why: str) -> str:
        previous = region.previous
        if previous is None:
            return f"{region.name}: stays as it is: there is no release before it"
        back = replace(region, digest=previous, ignored=frozenset(region.alarms.names))
        try:
            back.point(by=self._plan.by, why=f"rollback: {why}"[:LONGEST])
            while not back.advance().level:
                self._show([back], "returns")
                self._plan.sleep(self._plan.poll)
        except OperationError as error:
            return f"{region.name}: not brought back: {error}"
        return f"{region.name}: serves {previous[:12]} again"


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


def _raise_worst(errors: Sequence[BaseException | None], *, nothing_left: bool) -> None:
    """A bug of ours before anything; then another deployer, who knows better; then a failure."""
    found = [one for one in errors if one is not None]
    found.sort(key=_leniency)
    for error in found:
        if nothing_left or not isinstance(error, LostError):
            raise error
