"""The functions, alarms, the dashboard, and the keys that encrypt what they write."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from emitted import Json
from functions.failover_control.agreed import BETWEEN_LOOKS, LOOKS
from functions.standby_readiness.settings import BETWEEN_RUNS
from operations.costs.line import MINUTES, Counter, Line, Resources, unpriced
from operations.costs.prices import Prices, look_up

MIB_PER_GIB = 1024
# An alarm with a shorter period costs more.
STANDARD_PERIOD = 60


@dataclass(frozen=True)
class Run:
    """What a function does in one run."""

    seconds: float
    reads: int
    """Objects read from S3."""
    metrics: int
    """Metrics that it publishes, all with one request."""
    asked: int = 0
    """Other requests to CloudWatch."""
    every: int = 1
    """Minutes between two runs."""


def _control(variables: Mapping[str, str]) -> Run:
    """The failover control.

    Each look reads the switch from S3, in each place of our own switch, and, if the standby is
    woken, when the standby was last needed. It publishes whether the standby is needed and, with a
    switch, whether it is set; with a database, what has become of that. The waits between the looks
    take most of its time, and about a second all the rest.
    """
    latches = variables["FAILBACK"] == "manual"
    own_switch = latches and "ROUTING_CONTROL" not in variables
    places = len(json.loads(variables["SWITCH"])) if own_switch else 0
    of_database = ("DATABASE" in variables) * 2 + ("PROMOTE_AFTER_MINUTES" in variables)
    return Run(
        seconds=(LOOKS - 1) * BETWEEN_LOOKS + 1,
        reads=LOOKS * (places + ("GROUP" in variables)),
        metrics=1 + latches + of_database,
    )


def _watch(variables: Mapping[str, str]) -> Run:
    """The standby watch: whether the standby is there and, with releases, whether it has the
    primary's. It asks, and waits for nothing."""
    releases: Mapping[str, str] = json.loads(variables.get("RELEASES", "{}"))
    return Run(seconds=1, reads=len(releases), metrics=1 + bool(releases))


def _readiness(variables: Mapping[str, str]) -> Run:
    """The standby's readiness checks: how much stands in the way of a failover. It asks for the
    alarms, for the control's metric and for a database's lag. That it takes 15 s is an estimate."""
    standby = json.loads(variables["STANDBY"])
    return Run(
        seconds=15,
        reads=2 if "releases" in standby else 0,
        metrics=1,
        asked=1 + ("control" in standby) + ("database" in standby),
        every=BETWEEN_RUNS,
    )


RUNS: dict[str, Callable[[Mapping[str, str]], Run]] = {
    "functions.failover_control.handler.handle": _control,
    "functions.standby_readiness.handler.handle": _readiness,
    "functions.standby_watch.handler.handle": _watch,
}
"""What a function does in a run, by its handler, from its environment variables."""


def _function(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    if body["handler"] not in RUNS:
        raise unpriced(f"the function {body['handler']}")
    run = RUNS[body["handler"]](body["environment"]["variables"])
    (architecture,) = body.get("architectures") or ["x86_64"]
    price = look_up(prices.functions, architecture, section="functions", what="architecture")
    gib, runs = body["memory_size"] / MIB_PER_GIB, MINUTES / run.every
    yield Line(f"{architecture} function", runs * run.seconds * gib, price)
    yield Line("function requests", runs / 1e6, prices.items.function_requests)
    yield Line("S3 reads", runs * run.reads / 1e3, prices.items.read_requests)
    yield Line("metric", run.metrics, prices.items.metric)
    yield Line("metric requests", runs * (1 + run.asked) / 1e3, prices.items.metric_requests)


def _alarm(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """An alarm is billed once for each of its metrics."""
    periods = [
        query["metric"]["period"] for query in body.get("metric_query", []) if "metric" in query
    ] or [body.get("period", 0)]
    if min(periods) < STANDARD_PERIOD:
        raise unpriced("an alarm of high resolution")
    yield Line("alarm", len(periods), prices.items.alarm)


def _dashboard(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("dashboard", 1, prices.items.dashboard)


def _key(_body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("key", 1, prices.items.key)


COUNTERS: dict[str, Counter] = {
    "aws_cloudwatch_dashboard": _dashboard,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_kms_key": _key,
    "aws_lambda_function": _function,
}
