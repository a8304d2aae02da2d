"""Calls whose answers are lost: the request has arrived, arrives later, or never does."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.failover_control.agreed import SET_KEY
from functions.failover_control.bounded import TooSlowError
from functions.failover_control.place import Place
from functions.failover_control.switch import NOT_KNOWN, Switch, UncertainError, UnreachableError
from proof.route53.simulated_aws import S3, SimulatedClock, refusal

HERE, THERE = "eu-west-1", "us-west-2"
BUCKET = "bucket"
ARRIVES, NEVER = True, False


class Bench:
    """Two places. up: whether each is available at all."""

    def __init__(self) -> None:
        self.clock = SimulatedClock(100)
        self.up = {HERE: True, THERE: True}
        self.s3 = {
            region: S3(self.clock, lambda region=region: self.up[region]) for region in self.up
        }

    @property
    def switch(self) -> Switch:
        return Switch([Place(self.s3[region], BUCKET, region) for region in (HERE, THERE)])

    def lose_answers(self, *regions: str, arrives: bool, then_gone: bool = False) -> None:
        """Loses the answers to puts in these regions. arrives: whether the put takes effect.
        then_gone: nothing else is answered from then on either."""
        for region in regions:
            self.s3[region].put_object = self._losing(region, arrives, then_gone)

    def _losing(self, region: str, arrives: bool, then_gone: bool) -> Callable[..., Any]:
        s3 = self.s3[region]

        def put_object(**given: Any) -> None:
            if arrives:
                S3.put_object(s3, **given)
            if then_gone:
                self.up[region] = False
            error: Any = TooSlowError
            raise error(what="put_object", seconds=4)

        return put_object

    @property
    def shown(self) -> list[bool]:
        return [f"{BUCKET}/{SET_KEY}" in one.objects for one in self.s3.values()]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_set_whose_answers_are_lost_has_moved_users(bench: Bench) -> None:
    bench.lose_answers(HERE, THERE, arrives=ARRIVES)
    moved = bench.switch.set(by="ana", reason="")
    assert (moved.changed, moved.is_set, moved.missed) == (True, True, ())
    assert bench.shown == [True, True]


@pytest.mark.parametrize("lost", [HERE, THERE])
def test_a_set_whose_answer_is_lost_in_one_place_is_whole(bench: Bench, lost: str) -> None:
    bench.lose_answers(lost, arrives=ARRIVES)
    assert bench.switch.set(by="ana", reason="").missed == ()


@pytest.mark.parametrize("arrives", [ARRIVES, NEVER])
def test_a_set_that_nobody_can_look_for_is_not_said_to_have_failed(
    bench: Bench, arrives: bool
) -> None:
    bench.lose_answers(HERE, THERE, arrives=arrives, then_gone=True)
    with pytest.raises(UncertainError, match=f"{NOT_KNOWN}; {THERE}: .*{NOT_KNOWN}$"):
        bench.switch.set(by="ana", reason="")
    assert bench.shown == [arrives, arrives]


def test_a_set_that_is_not_there_yet_may_still_arrive(bench: Bench) -> None:
    bench.lose_answers(HERE, THERE, arrives=NEVER)
    with pytest.raises(UncertainError, match=NOT_KNOWN):
        bench.switch.set(by="ana", reason="")


def test_one_that_is_refused_in_places_that_can_be_read_is_certain(bench: Bench) -> None:
    for s3 in bench.s3.values():
        s3.writable = lambda: False
    with pytest.raises(UnreachableError, match="AccessDenied") as caught:
        bench.switch.set(by="ana", reason="")
    assert not isinstance(caught.value, UncertainError)
    assert NOT_KNOWN not in str(caught.value)
    assert bench.shown == [False, False]


def test_of_a_place_that_cannot_be_read_it_is_told(bench: Bench) -> None:
    bench.lose_answers(THERE, arrives=ARRIVES, then_gone=True)
    moved = bench.switch.set(by="ana", reason="")
    assert moved.missed == (f"{THERE}: no answer of put_object in 4 s; {NOT_KNOWN}",)


def test_a_clear_whose_answers_are_lost_has_moved_users_back(bench: Bench) -> None:
    bench.switch.set(by="ana", reason="")
    bench.clock.seconds += 60
    bench.lose_answers(HERE, THERE, arrives=ARRIVES)
    moved = bench.switch.clear(by="ana", reason="")
    assert (moved.changed, moved.is_set, moved.missed) == (True, False, ())
    assert bench.shown == [False, False]


def test_a_clear_that_nobody_can_look_for_is_not_said_to_have_failed(bench: Bench) -> None:
    bench.switch.set(by="ana", reason="")
    bench.lose_answers(HERE, THERE, arrives=NEVER, then_gone=True)
    with pytest.raises(UncertainError, match=NOT_KNOWN):
        bench.switch.clear(by="ana", reason="")


def test_a_place_that_refuses_all_of_a_clear_is_told_once(bench: Bench) -> None:
    """Although each part of the clear fails with a different message."""
    bench.switch.set(by="ana", reason="")

    def refuse(operation: str) -> None:
        if operation != "GetObject":
            raise refusal(f"No{operation}", operation)

    bench.s3[THERE].before = refuse
    (missed,) = bench.switch.clear(by="ana", reason="").missed
    assert missed.startswith(f"{THERE}: ")


def test_a_set_that_a_clear_has_dealt_with_leaves_the_switch_clear(bench: Bench) -> None:
    seen = bench.clock.now()
    bench.clock.seconds += 60
    bench.switch.clear(by="ana", reason="")
    moved = bench.switch.set(by="failover-control", reason="", as_of=seen)
    assert (moved.changed, moved.is_set, moved.missed) == (False, False, ())
    bench.up[THERE] = False
    moved = bench.switch.set(by="failover-control", reason="", as_of=seen)
    assert (moved.changed, moved.is_set) == (False, None), "that place may say otherwise"
    assert [missed.partition(":")[0] for missed in moved.missed] == [THERE]
