"""The standby watch, called as Lambda calls it."""

import socket
import threading
from collections.abc import Iterator
from http.client import BadStatusLine, LineTooLong, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest

from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.standby_watch import handler

NAME = "standby-health.example.test"


class CloudWatch:
    def __init__(self) -> None:
        self.told: list[tuple[str, float]] = []

    def put_metric_data(self, **arguments: Any) -> None:
        assert arguments["Namespace"] == "Failover"
        for one in arguments["MetricData"]:
            assert one["Dimensions"] == [{"Name": "Deployment", "Value": "mission"}]
            self.told.append((one["MetricName"], one["Value"]))


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> CloudWatch:
    one = CloudWatch()
    monkeypatch.setattr(boto3, "client", lambda service, **_: {"cloudwatch": one}[service])
    monkeypatch.setenv("DEPLOYMENT", "mission")
    return one


@pytest.mark.parametrize(
    ("answer", "there", "told"),
    [
        ({HEALTHY_ADDRESS}, True, [("StandbyThere", 1)]),
        ({UNHEALTHY_ADDRESS}, False, [("StandbyThere", 0)]),
        (set(), None, []),
        ({"203.0.113.1"}, None, []),
    ],
)
def test_it_tells_what_route_53_thinks_of_the_standby(
    cloudwatch: CloudWatch,
    monkeypatch: pytest.MonkeyPatch,
    answer: set[str],
    there: bool | None,
    told: list[tuple[str, float]],
) -> None:
    monkeypatch.setenv("STANDBY_HEALTH_NAME", NAME)
    assert handler.handle({}, None, lookup=lambda name: answer if name == NAME else set()) is there
    assert cloudwatch.told == told


@pytest.mark.parametrize("there", [True, False, None])
def test_of_a_pilot_light_it_tells_whether_its_load_balancer_answers(
    cloudwatch: CloudWatch, monkeypatch: pytest.MonkeyPatch, there: bool | None
) -> None:
    monkeypatch.setenv("STANDBY_URL", "https://eu-west-1.example.test/")
    assert handler.handle({}, None, ask=lambda _: there) is there
    assert cloudwatch.told == ([] if there is None else [("StandbyThere", float(there))])


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(int(self.path[1:]))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 403, 503])
def test_any_status_is_an_answer(server: HTTPServer, status: int) -> None:
    """A load balancer without targets answers 503, a firewall 403."""
    assert handler.answers(f"http://127.0.0.1:{server.server_port}/{status}") is True


def test_a_certificate_that_is_no_good_is_an_answer(server: HTTPServer) -> None:
    assert handler.answers(f"https://127.0.0.1:{server.server_port}/") is True


@pytest.mark.parametrize(
    "error", [BadStatusLine("nonsense"), RemoteDisconnected(""), LineTooLong("")]
)
def test_what_is_not_http_is_none(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def urlopen(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    assert handler.answers("http://eu-west-1.example.test/") is False


def test_nobody_who_listens_is_none() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    assert handler.answers(f"http://127.0.0.1:{port}/") is False


def test_a_name_that_leads_nowhere_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before the first apply of `dr`."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert handler.answers("http://eu-west-1.example.test/") is None
