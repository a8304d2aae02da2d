"""What depends on the drill's clock: caches, S3's dates, and what name servers know."""

import random
from datetime import timedelta
from typing import Any

import pytest

from modules.recovery_time import PROPAGATION
from proof.drill.clock import Clock
from proof.drill.dated import EPOCH, Dated, Dates, time_of
from proof.drill.resolvers import ClockCache
from proof.drill.route53 import Propagation


class Remembered:
    """The part of dnspython's answer that a cache needs."""

    def __init__(self, ttl: int) -> None:
        self.chaining_result = self
        self.minimum_ttl = ttl


@pytest.mark.parametrize(("age", "first"), [(0, 60), (0.5, 30)])
def test_an_answer_is_remembered_for_its_ttl(age: float, first: int) -> None:
    clock = Clock(20)
    cache: Any = ClockCache(clock, age=age)
    answer = Remembered(60)
    assert cache.get("name") is None
    for ttl in (first, 60):
        cache.put("name", answer)
        clock.advance(ttl - 1)
        assert cache.get("name") is answer
        clock.advance(1)
        assert cache.get("name") is None


class S3:
    """Accepts everything, and dates it by the machine's clock."""

    def put_object(self, **_: Any) -> None: ...

    def head_object(self, **_: Any) -> dict[str, Any]:
        return {"LastModified": "by S3", "ETag": "etag"}

    get_object = head_object


def test_an_object_is_dated_by_the_drills_clock_in_whole_seconds() -> None:
    clock = Clock(20)
    s3 = Dated(S3(), clock, {})
    where = {"Bucket": "bucket", "Key": "key"}
    assert s3.head_object(**where)["LastModified"] == "by S3"
    clock.advance(90.7)
    s3.put_object(**where, Body=b"")
    clock.advance(100)
    for ask in (s3.head_object, s3.get_object):
        assert ask(**where) == {"LastModified": EPOCH + timedelta(seconds=90), "ETag": "etag"}
        assert ask(Bucket="bucket", Key="other")["LastModified"] == "by S3"
    assert time_of(clock) == EPOCH + timedelta(seconds=190.7)


def test_clients_that_share_dates_agree() -> None:
    """The function must not date an operator's clear later than it happened."""
    dates: Dates = {}
    clock = Clock(20)
    operator, function = Dated(S3(), clock, dates), Dated(S3(), clock, dates)
    operator.put_object(Bucket="bucket", Key="cleared", Body=b"")
    assert function.head_object(Bucket="bucket", Key="cleared")["LastModified"] == EPOCH


@pytest.mark.parametrize("seed", range(20))
def test_a_status_is_known_within_the_propagation_and_in_order(seed: int) -> None:
    found = Propagation(random.Random(seed))
    found.learn({"check": True}, now=0)
    assert found.visible == {"check": True}
    found.learn({"check": False}, now=100)
    found.arrive(100)
    found.learn({"check": True}, now=101)
    found.arrive(101 + PROPAGATION)
    assert found.visible == {"check": True}
    found.learn({"check": False}, now=200)
    found.arrive(200 + PROPAGATION)
    assert found.visible == {"check": False}
