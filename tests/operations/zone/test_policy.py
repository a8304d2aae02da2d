"""The least policy for `failover zone`, and where docs/permissions keeps it. That it suffices, and
that nothing in it could be left out, is tested in test_commands.py."""

import pytest
from typer.testing import CliRunner

from cli import failover
from operations.zone.policy import document
from tests.command_line import ROOT
from tests.synthesis import EXAMPLES, example

FILE = ROOT / "docs" / "permissions" / "operator" / "zonal-shift.json"


@pytest.mark.parametrize("command", [["show"], ["away", "ap-south-1a"], ["back", "ap-south-1a"]])
def test_each_command_prints_the_documented_policy(command: list[str]) -> None:
    """After a change: ./failover zone show -e tests/examples/mission.toml --policy."""
    arguments = ["zone", *command, "--policy", "-e", str(EXAMPLES / "mission.toml")]
    assert CliRunner().invoke(failover, arguments).stdout == FILE.read_text()
    assert FILE.read_text() == document(example("mission"))
