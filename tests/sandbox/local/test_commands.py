"""What `failover local env` gives to a shell."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sandbox.embedded_aws import EmbeddedAws
from sandbox.local import commands
from sandbox.local.commands import shell_variables
from sandbox.local.workspace import Workspace

AWS = EmbeddedAws("http://127.0.0.1:40123")
# For each shell, what makes it stop at errors and, where supported, at unset variables.
SHELLS = {"sh": "set -eu", "bash": "set -eu", "zsh": "set -eu", "fish": ""}


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed: its `failover local env` goes untried")
    return request.param


def in_a_shell(environ: dict[str, str], url: str = AWS.url, *, shell: str = "sh") -> dict[str, str]:
    """A shell's variables after it has evaluated them as docs/local.md says."""
    commands = shell_variables(EmbeddedAws(url), environ)
    script = f'{SHELLS[shell]}\neval "$(printf %s "$COMMANDS" || echo false)"\nexec env'
    finished = subprocess.run(
        [shell, "-c", script],
        env={"PATH": "/usr/bin:/bin", "COMMANDS": commands, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stderr == ""
    lines = (line.partition("=") for line in finished.stdout.splitlines())
    return {name: value for name, _, value in lines}


def test_a_shell_is_led_to_the_embedded_aws(shell: str) -> None:
    variables = in_a_shell({}, shell=shell)
    assert variables["CHECKPOINT_DISABLE"] == "1"
    assert {name: variables[name] for name in AWS.variables} == AWS.variables


def test_nothing_leads_to_the_users_own_account_any_more(shell: str) -> None:
    own = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "t", "AWS_ACCESS_KEY_ID": "AKIA"}
    variables = in_a_shell({**own, "HOME": "/home/me"}, shell=shell)
    assert "AWS_PROFILE" not in variables
    assert "AWS_SESSION_TOKEN" not in variables
    assert variables["AWS_ACCESS_KEY_ID"] == "test"
    assert variables["HOME"] == "/home/me"


def test_only_what_is_there_and_not_wanted_is_unset() -> None:
    assert "unset" not in shell_variables(AWS, {"HOME": "/", "AWS_ACCESS_KEY_ID": "AKIA"})


def test_values_are_quoted_for_the_shell(shell: str) -> None:
    url = "http://x/;echo $HOME"
    assert in_a_shell({}, url, shell=shell)["AWS_ENDPOINT_URL"] == url


def test_a_shell_is_led_to_its_name_server(shell: str) -> None:
    stale = {"FAILOVER_NAME_SERVERS": "127.0.0.1:1"}
    commands = shell_variables(replace(AWS, name_server="127.0.0.1:5300"))
    assert "export FAILOVER_NAME_SERVERS=127.0.0.1:5300" in commands.splitlines()
    assert in_a_shell(stale, shell=shell)["FAILOVER_NAME_SERVERS"] == AWS.name_server


def test_mails_are_shown_and_given_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mails = [{"to": "on-call@example.com", "subject": "ALARM", "text": "Look at [status]."}]
    monkeypatch.setattr(EmbeddedAws, "mail", property(lambda _: list(mails)))
    monkeypatch.setattr(commands, "running", lambda _: AWS)
    workspace, console = Workspace(Path("unused")), Console(width=80)
    commands.mail(workspace, console)
    assert capsys.readouterr().out == (
        "To: on-call@example.com\nSubject: ALARM\n\nLook at [status].\n"
    )
    commands.mail(workspace, console, as_json=True)
    assert json.loads(capsys.readouterr().out) == mails
    mails.clear()
    commands.mail(workspace, console)
    assert capsys.readouterr().out == "no mail yet: no alarm has gone off\n"
