"""`failover status` as a whole: its exit code, its JSON, its patience."""

import io
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from rich.console import Console
from typer.testing import CliRunner

import cli
from operations.status.commands import RESOLVERS, Observer, default_resolvers, show, watch
from sandbox.embedded_aws.client import KEYS, NOTHING_OF_THE_USERS
from terminal.errors import OperationError
from tests.command_line import failover
from tests.operations.status.fakes import World
from tests.synthesis import EXAMPLES

FILE = str(EXAMPLES / "mission.toml")


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_json_has_the_documented_shape(
    world: World, console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    world.primary.lost = True
    show(world.observer(), console, as_json=True)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "environment",
        "domain",
        "primary",
        "standby",
        "asked_at",
        "seconds",
        "attention",
        "facts",
    ]
    assert all(set(one) == {"value", "observed_at", "error"} for one in found["facts"].values())
    assert found["facts"]["standby.instances"]["value"] == {
        "desired": 3,
        "in_service": 3,
        "protected": 0,
        "zones": {"us-east-1a": 1, "us-east-1b": 1, "us-east-1c": 1},
        "others": {},
    }
    assert found["facts"]["standby.health"]["value"] == {"status": "healthy", "sleeps": False}
    assert found["facts"]["primary.instances"]["value"] is None
    assert "Connect timeout" in found["facts"]["primary.instances"]["error"]
    assert found["attention"] == [
        "ap-south-1: nothing there can be read",
    ]


def test_whatever_is_wrong_it_is_a_view_and_does_not_fail(world: World, console: Console) -> None:
    for region in world.regions.values():
        region.lost = True
    show(world.observer(), console)
    assert "healthy" in said(console), "DNS answers"


def test_it_fails_where_nothing_at_all_can_be_read(world: World, console: Console) -> None:
    world.dns.clear()
    for region in world.regions.values():
        region.lost = True
    with pytest.raises(OperationError, match="nothing could be read, neither from DNS nor"):
        show(world.observer(), console)
    assert "awspractice.space has no answer" in said(console)


def test_a_region_that_never_answers_holds_nothing_up(world: World, console: Console) -> None:
    world.primary.silent = True
    began = time.monotonic()
    show(world.observer(seconds=1), console)
    assert time.monotonic() - began < 8
    assert said(console).count("no answer in 1 s") == 3, "targets, instances, alarms"
    assert "3 of 3 in service, 0 protected from scale-in: 1 in us-east-1a" in said(console)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An AWS that takes connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        given = {"AWS_ENDPOINT_URL": url, **KEYS, **NOTHING_OF_THE_USERS}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        yield url


@pytest.mark.usefixtures("silence")
def test_an_endpoint_that_never_answers_is_given_up_in_time(world: World) -> None:
    """With real clients, whose own timeouts are longer."""
    began = time.monotonic()
    status = Observer(world.environment, lambda name: world.dns.get(name, set()), seconds=2).look()
    assert time.monotonic() - began < 10
    facts = status.facts
    assert {"no answer in 2 s"} == {facts[one].error for one in ("switch", "primary.instances")}
    assert str(facts["serving.name-servers"].value) == "primary, ap-south-1"


def test_who_is_asked_if_nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAILOVER_NAME_SERVERS", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert default_resolvers() == RESOLVERS
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert default_resolvers() == ()


class Sleeps:
    """Loses a region after the first look, and interrupts after the second."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._world.primary.lost = True
        if len(self.slept) == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("terminal", [True, False])
def test_watching_remembers_what_it_saw(world: World, *, terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=200, force_terminal=terminal)
    sleeps = Sleeps(world)
    watch(world.observer(), console, 7, sleep=sleeps)
    assert sleeps.slept == [7, 7]
    assert "last seen: 3 of 3 in service" in said(console)


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (("--watch", "--json"), "--watch redraws a screen; --json prints one object"),
        (("--resolver", "dns.google"), "dns.google is no name server's address"),
        (("--deadline", "0"), "greater than or equal to 1"),
    ],
)
def test_mistakes_on_the_command_line(arguments: tuple[str, ...], mistake: str) -> None:
    finished = CliRunner().invoke(cli.failover, ["status", "-e", FILE, *arguments])
    assert finished.exit_code == 2
    assert mistake in " ".join(finished.output.split())


def test_the_command_ends_in_time_although_nobody_answers(silence: str) -> None:
    """The process too, whose threads still wait."""
    environ = {"AWS_ENDPOINT_URL": silence, **KEYS, **NOTHING_OF_THE_USERS}
    began = time.monotonic()
    finished = failover("status", "-e", FILE, "--deadline", "1", environ=environ)
    assert time.monotonic() - began < 25
    assert finished.returncode == 1
    assert "no answer in 1 s" in finished.stdout
    assert finished.stderr.splitlines() == [
        f"talking to AWS on loopback, {silence}",
        "nothing could be read, neither from DNS nor from AWS: if the AWS on this machine was"
        ' started anew, eval "$(./failover local env)"',
    ]
