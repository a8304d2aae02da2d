"""How long a call and a look may take when nothing answers, by measurement."""

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from functions.failover_control import handler
from functions.failover_control.bounded import Bounded, TooSlowError, within
from functions.failover_control.endpoint import LOOKUP_SECONDS
from functions.failover_control.handler import CALL_SECONDS, CLIENT_TIMEOUTS, ENOUGH_FOR_A_LOOK
from functions.standby_watch import handler as watch
from modules.standby_watch import TIMEOUT
from operations import aws as operators
from tests.functions.failover_control.events import scheduled
from tests.functions.failover_control.world import UNHEALTHY, World, answers, create_client

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
# As many as S3's host names have.
ADDRESSES = [f"127.0.0.{last}" for last in range(11, 19)]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port on eight addresses where nothing answers: their full queues drop connections. Every
    name resolves to them."""
    listening: list[socket.socket] = []
    waiting: list[socket.socket] = []
    port = 0
    for address in ADDRESSES:
        one = socket.socket()
        listening.append(one)
        one.bind((address, port))
        port = one.getsockname()[1]
        one.listen(0)
        for _ in range(2):
            client = socket.socket()
            waiting.append(client)
            client.setblocking(False)
            client.connect_ex((address, port))
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ADDRESSES]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    yield port
    for one in (*waiting, *listening):
        one.close()


@pytest.mark.slow
def test_a_call_ends_in_time_though_its_name_has_eight_addresses(silent: int) -> None:
    """botocore's timeouts apply to each address, so one attempt at all of them takes eight times as
    long."""
    once = Config(connect_timeout=0.5, read_timeout=1, retries={"total_max_attempts": 1})
    url = f"http://s3.example.test:{silent}"
    s3: Any = create_client("s3", region_name="eu-west-1", endpoint_url=url, config=once, **KEYS)
    began = time.monotonic()
    with pytest.raises(TooSlowError, match=r"no answer of head_object in 1 s"):
        Bounded(s3, 1).head_object(Bucket="bucket", Key="key")
    assert 1 <= time.monotonic() - began < 3
    began = time.monotonic()
    with pytest.raises(Exception, match="Connect timeout"):
        s3.head_object(Bucket="bucket", Key="key")
    assert time.monotonic() - began > 3.5, "or else there is nothing to bound"


@pytest.mark.slow
def test_the_watch_over_the_standby_ends_in_time(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load balancer has one address in each zone, and all of them may be lost."""
    monkeypatch.setattr(watch, "ANSWER_TIMEOUT", 0.5)
    monkeypatch.setattr(watch, "ANSWER_SECONDS", 1)
    began = time.monotonic()
    assert watch.answers(f"http://standby.example.test:{silent}/") is False
    assert 1 <= time.monotonic() - began < 3


def test_the_watch_does_not_wait_for_cloudwatch_either(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging:
        def put_metric_data(self, **_: object) -> None:
            time.sleep(60)

    monkeypatch.setattr(boto3, "client", lambda *_, **__: Hanging())
    monkeypatch.setattr(watch, "CALL_SECONDS", 0.1)
    monkeypatch.setenv("STANDBY_URL", "https://standby.example.test/")
    monkeypatch.setenv("DEPLOYMENT", "mission")
    with pytest.raises(TooSlowError, match="put_metric_data"):
        watch.handle({}, None, ask=lambda _: False)


def test_the_watch_has_time_for_all_that_it_waits_for() -> None:
    waits = max(LOOKUP_SECONDS, watch.ANSWER_SECONDS) + watch.CALL_SECONDS
    assert waits + 5 < TIMEOUT, "and five seconds to start in"


def test_what_a_call_returns_and_raises_is_the_clients() -> None:
    assert within(1, lambda: 7, what="seven") == 7
    with pytest.raises(ZeroDivisionError):
        within(1, lambda: 1 / 0, what="nothing")


@pytest.mark.slow
def test_a_look_in_which_nothing_answers_leaves_time_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scaled down: a tenth of a second stands for each second of a call. The calls are counted as
    well, since a busy machine adds to each. The two lookups are bounded separately."""
    world.add_group(2, awake=4)
    scale = 0.1

    calls: list[str] = []

    class Hanging:
        def __getattr__(self, name: str) -> Any:
            def hang(**_: object) -> None:
                calls.append(name)
                time.sleep(60)

            return hang

    monkeypatch.setattr(handler, "CALL_SECONDS", CALL_SECONDS * scale)
    monkeypatch.setattr(boto3, "client", lambda *_, **__: Hanging())
    looks: list[tuple[float, int]] = []

    def sleep(_: float) -> None:
        looks.append((time.monotonic(), len(calls)))
        if len(looks) == 2:  # the second takes longest: it sets the switch
            raise InterruptedError

    began = (time.monotonic(), 0)
    with pytest.raises(InterruptedError):
        world.handle(scheduled(), answers(UNHEALTHY), sleep)
    for (start, before), (end, after) in zip([began, *looks], looks, strict=False):
        assert (end - start) / scale >= (after - before) * CALL_SECONDS, "each hung for its time"
    most = max(looks[0][1], looks[1][1] - looks[0][1])
    assert most == 12, "or else not all of it hung"
    assert most * CALL_SECONDS + 2 * LOOKUP_SECONDS <= ENOUGH_FOR_A_LOOK


@pytest.mark.parametrize("config", [CLIENT_TIMEOUTS, operators.CLIENT_TIMEOUTS])
@pytest.mark.parametrize("region", ["us-east-1", "ap-south-1"])
def test_s3_is_asked_in_its_region(config: Config, region: str) -> None:
    """boto3's default in us-east-1 is the global endpoint."""
    s3: Any = create_client("s3", region_name=region, config=config, **KEYS)
    assert s3.meta.endpoint_url == f"https://s3.{region}.amazonaws.com"
    sent: list[str] = []

    def send(request: Any, **_: object) -> None:
        sent.append(request.url)
        raise ConnectionAbortedError

    s3.meta.events.register_first("before-send.s3.GetObject", send)
    with pytest.raises(ConnectionAbortedError):
        s3.get_object(Bucket="bucket", Key="key")
    assert set(sent) == {f"https://bucket.s3.{region}.amazonaws.com/key"}


def test_both_make_such_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(os.environ, "AWS_ENDPOINT_URL", raising=False)
    for make in (handler._client, operators.client):
        made = make("s3", "us-east-1")
        assert isinstance(made, Bounded)
        assert made.meta.endpoint_url == "https://s3.us-east-1.amazonaws.com"
