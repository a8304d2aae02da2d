"""The command line from outside: its exit codes, and messages in place of tracebacks."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.synthesis import EXAMPLES

ROOT = Path(__file__).parent.parent.parent
# No variable of the user's or of CI's, some of which force colours.
ENVIRON = {"PATH": os.environ["PATH"], "TERMINAL_WIDTH": "200"}


def failover(
    *arguments: str, folder: Path | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    there = ("--folder", str(folder)) if folder else ()
    finished = subprocess.run(
        [sys.executable, "-m", "operations", *arguments, *there],
        cwd=ROOT,
        env={**ENVIRON, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert "Traceback" not in finished.stderr
    return finished


def test_a_missing_environment_is_a_mistake(tmp_path: Path) -> None:
    finished = failover("local", "up", "-e", "nowhere", folder=tmp_path / "local")
    assert finished.returncode == 2
    assert "nowhere.toml" in finished.stderr
    assert "does not exist" in finished.stderr
    assert not (tmp_path / "local").exists()


def test_up_without_terraform_starts_nothing(tmp_path: Path) -> None:
    finished = failover(
        *("local", "up", "-e", str(EXAMPLES / "mission.toml")),
        folder=tmp_path / "local",
        environ={"FAILOVER_TERRAFORM": "/nowhere/terraform"},
    )
    assert finished.returncode == 1
    assert "FAILOVER_TERRAFORM names /nowhere/terraform" in finished.stderr
    assert not (tmp_path / "local").exists()


@pytest.mark.parametrize("command", [("status",), ("env",)])
def test_what_needs_an_embedded_aws_says_that_none_runs(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    environ = {"ENVIRONMENT": str(EXAMPLES / "mission.toml")}
    finished = failover("local", *command, folder=tmp_path / "local", environ=environ)
    assert finished.returncode == 1
    assert "`failover local up` starts one" in finished.stderr
    assert finished.stdout == ""


def test_down_with_nothing_to_stop_is_no_error(tmp_path: Path) -> None:
    finished = failover("local", "down", folder=tmp_path / "local")
    assert finished.returncode == 0
    assert finished.stdout == f"nothing to stop: there is no {tmp_path / 'local'}\n"


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    finished = failover("local", "down", folder=tmp_path)
    assert finished.returncode == 1
    assert "holds files that `failover local` did not make" in finished.stderr
    assert (tmp_path / "thesis.doc").exists()


def test_a_region_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    finished = failover("local", "lose", "mars", folder=tmp_path / "local")
    assert finished.returncode == 2
    assert "Usage:" in finished.stderr
    assert "mars is not a commercial AWS region such as eu-west-1" in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("local", "up", "--nonsense"), "--nonsense"),
        (("local", "fly"), "fly"),
        (("local", "lose"), "REGION"),
    ],
)
def test_a_mistake_in_the_command_line_shows_the_usage(
    arguments: tuple[str, ...], word: str
) -> None:
    finished = failover(*arguments)
    assert finished.returncode == 2
    assert "Usage:" in finished.stderr
    assert word in finished.stderr


@pytest.mark.parametrize("arguments", [(), ("local",)])
def test_without_a_command_the_help_is_shown(arguments: tuple[str, ...]) -> None:
    finished = failover(*arguments)
    assert finished.returncode == 2
    assert "Usage:" in finished.stdout


def test_help_is_no_error() -> None:
    finished = failover("local", "--help")
    assert finished.returncode == 0
    assert "restore" in finished.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_told_and_has_its_exit_code(tmp_path: Path, number: signal.Signals) -> None:
    ready, terraform = tmp_path / "ready", tmp_path / "terraform"
    terraform.write_text(f"#!/bin/sh\ntouch {ready}\nexec sleep 20\n")
    terraform.chmod(0o755)
    environment = str(EXAMPLES / "mission.toml")
    with subprocess.Popen(
        [sys.executable, "-m", "operations", "local", "up", "-e", environment],
        cwd=ROOT,
        env={**ENVIRON, "FAILOVER_TERRAFORM": str(terraform)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        end = time.monotonic() + 10
        while not ready.exists() and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=10)
    assert ready.exists()
    assert process.returncode == 130
    assert said == "interrupted\n"


@pytest.mark.parametrize("command", ["set", "clear"])
def test_the_switch_is_not_moved_without_a_yes(command: str) -> None:
    finished = failover("switch", command, "-e", str(EXAMPLES / "mission.toml"))
    assert finished.returncode == 1
    assert "all users of awspractice.space" in finished.stdout + finished.stderr
    assert "Aborted" in finished.stdout + finished.stderr


def test_the_switch_without_credentials_says_so(tmp_path: Path) -> None:
    environ = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
    finished = failover(
        *("switch", "set", "--yes", "-e", str(EXAMPLES / "mission.toml")), environ=environ
    )
    assert finished.returncode == 1
    assert "the switch cannot be set" in finished.stderr
    assert "Unable to locate credentials" in finished.stderr
