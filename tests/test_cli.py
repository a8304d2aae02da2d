"""The command line from outside: exit codes, and messages instead of tracebacks."""

import errno
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cli
from sandbox.local.workspace import MARK
from tests.command_line import ENVIRON, ROOT, failover
from tests.file_modes import obeying_permissions
from tests.synthesis import EXAMPLES


def test_a_missing_environment_is_a_mistake(tmp_path: Path) -> None:
    finished = failover("local", "up", "-e", "nowhere", folder=tmp_path / "local")
    assert finished.returncode == 2
    assert "nowhere.toml" in finished.stderr
    assert "does not exist" in finished.stderr
    assert not (tmp_path / "local").exists()


def test_up_without_terraform_starts_nothing(tmp_path: Path) -> None:
    finished = failover(
        "local",
        "up",
        "-e",
        str(EXAMPLES / "mission.toml"),
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
    assert "contains files that `failover local` did not create" in finished.stderr
    assert (tmp_path / "thesis.doc").exists()


def closed(folder: Path) -> Path:
    """A `failover local` folder in which something cannot be written or removed."""
    (folder / "mission/cdktf.out/stacks").mkdir(parents=True)
    (folder / MARK).touch()
    (folder / "mission/cdktf.out").chmod(0o555)
    return folder


@pytest.mark.parametrize("command", [("down",), ("up", "--no-deploy")])
def test_files_that_cannot_be_removed_are_told_in_a_line(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    finished = failover("local", *command, folder=closed(tmp_path), prefix=obeying_permissions())
    assert finished.returncode == 1
    assert finished.stderr == f"{tmp_path} cannot be emptied: stacks: Permission denied\n"


def test_a_full_disk_is_told_in_a_line_and_a_mistake_of_ours_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In any command."""
    raised = OSError(errno.ENOSPC, "No space left on device", "/x/aws.log")

    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr("sandbox.local.commands.down", fail)
    monkeypatch.setattr(sys, "argv", ["failover", "local", "down"])
    assert cli.main() == 1
    assert capsys.readouterr().err == "/x/aws.log cannot be used: No space left on device\n"
    raised = FileNotFoundError(errno.ENOENT, "No such file or directory", "/x")
    with pytest.raises(FileNotFoundError):
        cli.main()


def test_a_drill_says_at_once_that_its_evidence_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    output = tmp_path / "evidence"
    finished = failover(
        "drill",
        "-e",
        str(EXAMPLES / "mission.toml"),
        "--output",
        str(output),
        prefix=obeying_permissions(),
    )
    assert finished.returncode == 1
    assert finished.stderr == f"{tmp_path} cannot be written: Permission denied\n"


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
        [sys.executable, "-m", "cli", "local", "up", "-e", environment],
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
        "switch", "set", "--yes", "-e", str(EXAMPLES / "mission.toml"), environ=environ
    )
    assert finished.returncode == 1
    assert "AWS cannot be asked: Unable to locate credentials" in finished.stderr


def test_a_zone_that_is_none_of_ours_is_bad_input() -> None:
    finished = failover("zone", "away", "eu-west-1a", "--yes", "-e", str(EXAMPLES / "mission.toml"))
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert line.startswith("awspractice has no zone eu-west-1a, only ap-south-1a, ap-south-1b")


def test_help_files_every_command_under_a_heading() -> None:
    commands = [*cli.failover.registered_commands, *cli.failover.registered_groups]
    headings = {cli.OUTAGE, cli.RELEASES, cli.BEFORE, cli.HERE}
    assert {command.rich_help_panel for command in commands} == headings


def test_shells_complete_commands() -> None:
    typed = {"_FAILOVER_COMPLETE": "complete_bash", "COMP_WORDS": "failover sw", "COMP_CWORD": "1"}
    assert failover(environ=typed).stdout.split() == ["switch"]


@pytest.mark.slow
def test_a_command_says_which_aws_it_talks_to_and_refuses_to_guess() -> None:
    nobody = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", **nobody}
    there = {**keys, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    command = ("data", "show", "-e", "examples/ledger/environment.toml")
    refused = failover(*command, environ=keys)
    assert "AWS_ENDPOINT_URL is not set" in refused.stderr
    told = failover(*command, environ=there)
    assert told.stderr == "talking to AWS on loopback, http://127.0.0.1:9\n"
