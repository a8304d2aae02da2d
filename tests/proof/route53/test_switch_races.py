"""Two actors on the switch at once: whatever one does between two calls of the other, the places
converge, and a set is never lost to somebody's cleanup."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.failover_control.agreed import CLEARED_KEY, SET_KEY
from functions.failover_control.switch import Place, Switch
from proof.route53.simulated_aws import S3, SimulatedClock

HERE, THERE = "us-east-1", "us-west-2"
BUCKET = "bucket"
# More calls than any single action on the switch makes.
MOST_CALLS = 30
Act = Callable[["Bench"], Any]


class Bench:
    """Both places, each with its own S3."""

    def __init__(self) -> None:
        self.clock = SimulatedClock(100)
        self.up = {HERE: True, THERE: True}
        self.s3 = {
            region: S3(self.clock, lambda region=region: self.up[region]) for region in self.up
        }
        self.calls = 0
        self.refused = False
        self._interrupt: tuple[int, Act] | None = None
        for one in self.s3.values():
            one.before = self._count

    @property
    def switch(self) -> Switch:
        return Switch([Place(self.s3[region], BUCKET, region) for region in (HERE, THERE)])

    @property
    def shown(self) -> list[bool]:
        """For each place, whether the object that sets the switch exists."""
        return [f"{BUCKET}/{SET_KEY}" in one.objects for one in self.s3.values()]

    def interrupt(self, before: int, act: Act) -> None:
        """Runs `act` just before the call with this number."""
        self.calls, self._interrupt = 0, (before, act)

    def _count(self, _: str) -> None:
        if self._interrupt is not None and self.calls == self._interrupt[0]:
            act, self._interrupt = self._interrupt[1], None
            self.clock.seconds += 0.1
            act(self)
            self.clock.seconds += 0.1
        self.calls += 1

    @property
    def interrupted(self) -> bool:
        return self._interrupt is None

    def settled(self) -> list[bool]:
        """What the places show once the control has looked, some time later."""
        for _ in range(2):
            self.clock.seconds += 30
            self.switch.reconcile()
        return self.shown


def put_by_hand(bench: Bench) -> None:
    """As in docs/failover.md: one PutObject of an empty object, refused if the object already
    exists. If so, nobody may assume that this set the switch."""
    try:
        bench.s3[HERE].put_object(Bucket=BUCKET, Key=SET_KEY, IfNoneMatch="*")
    except ClientError:
        bench.refused = True


def puts_a_date(bench: Bench) -> None:
    """Puts unconditionally, as the console does; what docs/failover.md puts is different each
    time."""
    bench.s3[HERE].put_object(Bucket=BUCKET, Key=SET_KEY, Body=str(bench.clock.seconds))


def sets(bench: Bench) -> None:
    bench.switch.set(by="operator", reason="")


def clears(bench: Bench) -> None:
    bench.switch.clear(by="operator", reason="")


def reconciles(bench: Bench) -> None:
    bench.switch.reconcile()


def was_set(first: Act) -> Bench:
    """The switch was set a minute ago."""
    bench = Bench()
    first(bench)
    bench.clock.seconds += 60
    return bench


def missed_clear(first: Act) -> Bench:
    """The switch was set, then cleared while the third region was away, so the object there is
    stale."""
    bench = Bench()
    first(bench)
    bench.switch.reconcile()
    bench.clock.seconds += 60
    bench.up[THERE] = False
    clears(bench)
    bench.up[THERE] = True
    bench.clock.seconds += 60
    return bench


def interruptions(made: Callable[[], Bench], act: Act, other: Act) -> list[list[bool]]:
    """The final state of the places, for `other` happening before each of `act`'s calls in turn."""
    found: list[list[bool]] = []
    number = 0
    for number in range(MOST_CALLS):
        bench = made()
        bench.interrupt(number, other)
        act(bench)
        if not bench.interrupted:
            break
        if not bench.refused:
            found.append(bench.settled())
    assert 0 < len(found) <= number < MOST_CALLS - 1
    return found


@pytest.mark.parametrize("first", [sets, put_by_hand, puts_a_date])
@pytest.mark.parametrize("other", [sets, put_by_hand, puts_a_date])
def test_a_set_is_not_lost_while_the_control_completes_an_earlier_clear(
    first: Act, other: Act
) -> None:
    found = interruptions(lambda: missed_clear(first), reconciles, other)
    assert found == [[True, True]] * len(found)


@pytest.mark.parametrize(
    ("first", "act", "other"),
    [
        # The control may be about to set or copy it when an operator clears it.
        (put_by_hand, sets, clears),
        (put_by_hand, reconciles, clears),
        (sets, clears, sets),
        (sets, clears, put_by_hand),
        (sets, clears, reconciles),
    ],
)
def test_places_agree_on_a_clear_and_what_happens_during_it(
    first: Act, act: Act, other: Act
) -> None:
    """And if only the control's cleanup happens meanwhile, the clear is not undone."""
    found = interruptions(lambda: was_set(first), act, other)
    assert all(here == there for here, there in found)
    if reconciles in (act, other):
        assert found == [[False, False]] * len(found)


def test_a_set_and_a_clear_in_one_second_are_told_apart() -> None:
    """S3's times have whole seconds."""
    for last, expected in ((sets, True), (clears, False)):
        bench = Bench()
        first = clears if last is sets else sets
        for act in (sets, first, last):
            act(bench)
        assert bench.s3[HERE].objects[f"{BUCKET}/{CLEARED_KEY}"].written == bench.clock.now()
        assert bench.settled() == [expected, expected]
