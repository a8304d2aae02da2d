"""`failover costs` on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import failover
from environments import EnvironmentFileError
from operations.costs import cli
from operations.costs.report import Report
from operations.costs.usage import Traffic
from terminal.errors import OperationError
from tests.synthesis import EXAMPLES

MISSION = str(EXAMPLES / "mission.toml")


@pytest.fixture
def stated(monkeypatch: pytest.MonkeyPatch, mission_costs: Report) -> list[Traffic]:
    """Spares commands from synthesising mission.toml again; the traffic that they were given."""
    found: list[Traffic] = []

    def report(_environment: object, traffic: Traffic, _prices: object) -> Report:
        found.append(traffic)
        return mission_costs

    monkeypatch.setattr(cli, "report", report)
    return found


def said(*arguments: str) -> str:
    result = CliRunner().invoke(failover, ["costs", "-e", MISSION, *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_tables_and_the_sums_are_shown(stated: list[Traffic], mission_costs: Report) -> None:
    output = said("--requests", "1e7", "--gigabytes", "500", "--stored-gigabytes", "3")
    assert stated == [Traffic(1e7, 500, stored_gigabytes=3)]
    assert f"{mission_costs.total:,.2f} USD a month" in output
    assert "aws_lb.load_balancer" in output
    assert "aws_cloudwatch_metric_alarm" not in output
    assert "aws_cloudwatch_metric_alarm" in said("--all")


@pytest.mark.usefixtures("stated")
def test_json_is_all_that_is_printed(mission_costs: Report) -> None:
    read = json.loads(said("--json"))
    assert read["total"] == pytest.approx(mission_costs.total)
    assert read["traffic"]["requests"] == 10_000_000
    assert read["standby_by_engine"] is None


@pytest.mark.usefixtures("stated")
def test_engines_come_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = {"hot": 3.0, "warm": 2.0, "pilot_light": 1.0}
    monkeypatch.setattr(cli, "by_engine", lambda *_: {"none": shares, "an-engine": shares})
    assert "an-engine" in said("--engines")
    assert json.loads(said("--engines", "--json"))["standby_by_engine"]["an-engine"] == shares


@pytest.mark.usefixtures("stated")
def test_a_picture_is_written(tmp_path: Path) -> None:
    said("--picture", str(tmp_path / "costs.svg"))
    assert (tmp_path / "costs.svg").read_text().startswith("<svg ")


def test_what_cannot_be_written_is_told_first(tmp_path: Path) -> None:
    result = CliRunner().invoke(failover, ["costs", "-e", MISSION, "--picture", str(tmp_path)])
    assert isinstance(result.exception, OperationError)
    assert "cannot be written" in str(result.exception)


def test_mistakes_are_told() -> None:
    result = CliRunner().invoke(failover, ["costs", "-e", "nowhere"])
    assert isinstance(result.exception, EnvironmentFileError)
    assert CliRunner().invoke(failover, ["costs", "--requests", "-1"]).exit_code == 2
