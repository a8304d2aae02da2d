"""`failover drill --live`, as it is typed."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner, Result

from cli import failover
from proof.drill.live import cli
from tests.synthesis import EXAMPLES

STAGING = str(EXAMPLES / "staging.toml")


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(failover, ["drill", "-e", STAGING, *arguments])


@pytest.mark.parametrize("arguments", [["--end"], ["--ephemeral", "thursday"]])
def test_what_belongs_to_a_live_drill_needs_one(arguments: list[str]) -> None:
    result = typed(*arguments)
    assert result.exit_code == 2
    assert "go with --live" in result.output


def test_an_answer_on_the_command_line_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Mock()
    monkeypatch.setattr(cli.live, "run", run)
    result = typed("--live", "--confirm", "123456789012 www.staging.example.com")
    assert result.exit_code == 0, result.output
    (settings, _), options = run.call_args
    assert settings.resolvers == ("1.1.1.1", "8.8.8.8", "9.9.9.9")
    assert options["confirm"]("sure?") == "123456789012 www.staging.example.com"


def test_nothing_is_left_of_a_copy_that_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("proof.drill.live.ephemeral.run.find_terraform", Mock())
    result = typed("--live", "--ephemeral", "thursday", "--end")
    assert str(result.exception) == "there is no .ephemeral/thursday: nothing is left of thursday"


def test_a_copy_is_drilled_without_being_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drill = Mock()
    monkeypatch.setattr(cli.ephemeral, "run", lambda *_, drill, **__: drill("the copy"))
    monkeypatch.setattr(cli.live, "drill", drill)
    monkeypatch.setattr(cli, "means_of", lambda *_: "its means")
    result = typed("--live", "--ephemeral", "thursday")
    assert result.exit_code == 0, result.output
    assert drill.call_args.args[:2] == ("the copy", "its means")
