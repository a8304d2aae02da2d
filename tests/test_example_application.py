"""The example of a release, started as systemd would start it."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from proof.drill.web_server import LOOPBACK, free_port

EXAMPLE = Path(__file__).parent.parent / "examples" / "application"
PLACE = {
    "deployment": "awspractice",
    "region": "us-east-1",
    "role": "standby",
    "release": "<0f>&",
}
VARIABLES = {f"FAILOVER_{name.upper()}": value for name, value in PLACE.items()}


@dataclass(frozen=True)
class Running:
    """A started application."""

    process: subprocess.Popen[str]
    port: int

    def connection(self) -> "closing[http.client.HTTPConnection]":
        return closing(http.client.HTTPConnection(LOOPBACK, self.port, timeout=5))

    def end(self) -> float:
        """Ends it as systemd does; returns after how many seconds it was gone."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0
        return time.monotonic() - started

    def printed(self) -> str:
        """All that it printed, once it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def remove(self) -> None:
        """Leaves nothing of it."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def started(folder: Path, **variables: str) -> Running:
    port = free_port()
    process = subprocess.Popen(
        [str(folder / "run")],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PORT": str(port), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for _ in range(200):
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return Running(process, port)
    running = Running(process, port)
    process.kill()
    pytest.fail(running.printed())


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Running]:
    """In a folder that it cannot write to, but for root."""
    folder = tmp_path / "release"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    running = started(folder, **VARIABLES)
    yield running
    running.remove()


def test_its_page_is_for_people(application: Running) -> None:
    with application.connection() as connection:
        connection.request("GET", "/?x=1")
        answer = connection.getresponse()
        page = answer.read().decode()
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>awspractice in us-east-1</h1>" in page
    assert "The standby serves release <code>&lt;0f&gt;&amp;</code>." in page


@pytest.mark.parametrize("path", ["/health", "/live"])
def test_its_health_says_where_it_runs_and_what(application: Running, path: str) -> None:
    with application.connection() as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
        assert json.loads(answer.read()) == {"status": "ok", **PLACE}


def test_other_paths_are_not_found(application: Running) -> None:
    with application.connection() as connection:
        for path in ("/nothing", "/health/", "/../server.py", "/server.py"):
            connection.request("GET", path)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (404, b"not found\n")


@pytest.mark.parametrize("path", ["/", "/health", "/nothing"])
def test_head_is_get_without_the_body_on_the_same_connection(
    application: Running, path: str
) -> None:
    with application.connection() as connection:
        connection.request("GET", path)
        whole = connection.getresponse()
        body = whole.read()
        connection.request("HEAD", path)
        head = connection.getresponse()
        assert head.read() == b""
        assert head.status == whole.status
        assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(body))


def test_without_variables_it_says_unknown() -> None:
    running = started(EXAMPLE)
    with running.connection() as connection:
        connection.request("GET", "/health")
        found = json.loads(connection.getresponse().read())
    assert found == {"status": "ok", **dict.fromkeys(PLACE, "unknown")}
    assert running.end() < 1.5
    running.remove()


def test_each_request_is_a_line_of_its_output(application: Running) -> None:
    with application.connection() as connection:
        connection.request("GET", "/health")
        connection.getresponse().read()
    application.end()
    first, *lines = application.printed().splitlines()
    assert f"listens on port {application.port}" in first
    assert [line for line in lines if "GET" in line] == ['127.0.0.1 "GET /health HTTP/1.1" 200 -']


def test_it_ends_at_once_although_connections_are_open(application: Running) -> None:
    with application.connection() as connection:
        connection.request("GET", "/")
        connection.getresponse().read()
        assert application.end() < 1.5, "half a second until it looks, and some for a busy machine"


def test_it_finishes_a_request_that_has_begun(application: Running) -> None:
    with socket.create_connection((LOOPBACK, application.port), 5) as client:
        client.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        application.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        client.sendall(b"Connection: close\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == "ok"
    assert application.process.wait(2) == 0


def test_it_is_written_for_amazon_linuxs_python() -> None:
    """Version 3.9: no match, no `X | Y` outside of annotations."""
    for file in EXAMPLE.glob("*.py"):
        compile(file.read_text(), str(file), "exec", dont_inherit=True)
        checked = subprocess.run(
            ["ruff", "check", "--isolated", "--target-version", "py39", "--select", "E9", file],
            env={"PATH": f"{EXAMPLE.parent.parent}/.venv/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stdout
