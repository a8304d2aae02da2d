"""`failover strategies` on the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import failover
from environments import EnvironmentFileError
from operations.costs.prices import Prices
from operations.strategies import markdown, table
from operations.strategies.table import Option
from terminal.errors import OperationError
from tests.command_line import failover as run
from tests.synthesis import EXAMPLES, example

MISSION = str(EXAMPLES / "mission.toml")


@pytest.fixture
def synthesised(monkeypatch: pytest.MonkeyPatch, mission_options: list[Option]) -> None:
    """Spares commands from synthesising mission.toml again."""
    monkeypatch.setattr(table, "options", lambda *_: mission_options)


def said(*arguments: str) -> str:
    result = CliRunner().invoke(failover, ["strategies", "-e", MISSION, *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_succeeds_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    finished = run("strategies", "-e", MISSION, environ={"TMPDIR": str(tmp_path)})
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "hot (chosen)" in finished.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_instance_type_without_a_price_is_told(tmp_path: Path) -> None:
    text = Path(MISSION).read_text()
    (tmp_path / "large.toml").write_text(text.replace("t3.micro", "m7i.large"))
    result = CliRunner().invoke(failover, ["strategies", "-e", str(tmp_path / "large.toml")])
    assert isinstance(result.exception, OperationError)  # printed by the command line's `main`
    assert 'add [instances."m7i.large"] to operations' in str(result.exception)
    assert result.output == ""


def test_a_missing_environment_is_a_mistake() -> None:
    result = CliRunner().invoke(failover, ["strategies", "-e", "nowhere"])
    assert isinstance(result.exception, EnvironmentFileError)


@pytest.mark.usefixtures("synthesised")
def test_markdown_is_a_table_and_the_same_as_the_function_gives() -> None:
    output = said("--markdown")
    assert output == markdown(example("mission"))
    head, rule, *rows = output.split("\n\n")[0].splitlines()
    assert head == "| strategy | running in the standby | RTO: outage at most | USD a month |"
    assert rule == "| --- | --- | --- | ---: |"
    assert len(rows) == 3
    assert all(row.count("|") == 5 for row in rows)


@pytest.mark.usefixtures("synthesised")
def test_the_breakdown_comes_on_demand(mission_options: list[Option]) -> None:
    for style in ((), ("--markdown",)):
        assert "GB-second" not in said(*style)
        assert "GB-second" in said(*style, "--breakdown")
    assert f"{mission_options[0].usd:.2f}" in said()


@pytest.mark.usefixtures("synthesised")
def test_what_the_sums_rest_on_is_told(mission_options: list[Option], prices: Prices) -> None:
    for note in table.notes(example("mission"), mission_options, prices):
        assert note in said("--markdown")
        assert note in said()
