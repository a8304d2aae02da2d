"""The least policy for a drill, and where docs/permissions keeps it. That it suffices, and that
nothing in it could be left out, is tested with a deployment."""

import json

from environments.drill import Drill
from proof.drill.live.policy import document
from tests.command_line import ROOT
from tests.synthesis import example

FILE = ROOT / "docs" / "permissions" / "operator" / "drill.json"


def test_the_documented_policy_is_generated() -> None:
    """After a change: ./failover drill --live -e tests/examples/mission.toml --policy."""
    assert FILE.read_text() == document(example("mission"))


def test_an_experiment_takes_no_permission_to_change_the_load_balancer() -> None:
    environment = example("mission").model_copy(update={"drill": Drill(live=True, fis=True)})
    actions = {
        action
        for statement in json.loads(document(environment))["Statement"]
        for action in statement["Action"]
    }
    assert "fis:StartExperiment" in actions
    assert not any(action.startswith(("elasticloadbalancing:", "scheduler:")) for action in actions)
