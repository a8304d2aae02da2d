"""What depends on the drill's clock: caches, metrics, and what name servers know."""

import random
from typing import Any

import pytest

from modules.recovery_time import PROPAGATION
from operations.drill.clock import Clock
from operations.drill.metrics import Metrics
from operations.drill.resolvers import ClockCache
from operations.drill.route53 import Propagation
from operations.route53 import UnknownToTheModelError
from operations.route53.configuration import Alarm

DIMENSIONS = (("Deployment", "x"),)
KEY = ("r", "Failover", "SwitchSet", DIMENSIONS)


class Remembered:
    """As much of dnspython's answer as a cache needs."""

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


class CloudWatch:
    """Publishes, unless it is gone."""

    gone = False

    def put_metric_data(self, **_: Any) -> None:
        if self.gone:
            raise ConnectionError


def alarm(**update: Any) -> Alarm:
    settings: dict[str, Any] = {
        "name": "alarm",
        "region": "r",
        "namespace": "Failover",
        "metric": "SwitchSet",
        "dimensions": DIMENSIONS,
        "statistic": "Maximum",
        "period": 60,
        "periods": 1,
        "comparison": "GreaterThanOrEqualToThreshold",
        "threshold": 1,
    }
    return Alarm(**{**settings, **update})


def publish(client: Any, value: float) -> None:
    dimensions = [{"Name": "Deployment", "Value": "x"}]
    datum = {"MetricName": "SwitchSet", "Dimensions": dimensions, "Value": value}
    client.put_metric_data(Namespace="Failover", MetricData=[datum])


def test_an_alarm_takes_the_highest_value_of_its_minute() -> None:
    clock = Clock(20)
    metrics = Metrics(clock)
    client = metrics.client(CloudWatch(), "r")
    assert metrics.values((alarm(),)) == {}
    publish(client, 1)
    clock.advance(30)
    publish(client, 0)
    assert metrics.values((alarm(),)) == {KEY: 1}
    clock.advance(30)  # the next minute, which has no data yet
    assert metrics.values((alarm(),)) == {KEY: 1}
    publish(client, 0)
    assert metrics.values((alarm(),)) == {KEY: 0}
    clock.advance(120)
    assert metrics.values((alarm(),)) == {}
    publish(client, 0)
    with pytest.raises(UnknownToTheModelError):
        metrics.values((alarm(statistic="p99"),))


def test_what_was_not_published_is_not_noted() -> None:
    metrics, cloudwatch = Metrics(Clock(20)), CloudWatch()
    cloudwatch.gone = True
    with pytest.raises(ConnectionError):
        publish(metrics.client(cloudwatch, "r"), 1)
    assert metrics.values((alarm(),)) == {}


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
