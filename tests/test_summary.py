"""What the summary reads from the emitted stacks."""

import json
from pathlib import Path
from typing import Any

from summary import warnings
from tests.conftest import Synthesised

FILE = Path("mine.toml")


def stacks_of(deployment: Synthesised) -> list[dict[str, Any]]:
    """Copies to modify."""
    return [json.loads(stack.text) for stack in deployment.stacks.values()]


def test_an_alarm_without_an_action_would_be_told(mission: Synthesised) -> None:
    stacks = stacks_of(mission)
    assert not [said for said in warnings(mission.environment, FILE, stacks) if "action" in said]
    alarms = next(iter(stack for stack in stacks if "failover_switch_alarm" in json.dumps(stack)))
    del alarms["resource"]["aws_cloudwatch_metric_alarm"]["failover_switch_alarm"]["alarm_actions"]
    said = list(warnings(mission.environment, FILE, stacks))
    assert "alarms without an action: awspractice-failover-switch" in said


def test_the_alarms_are_counted_in_what_was_emitted(mission: Synthesised) -> None:
    stacks = stacks_of(mission)
    (before, *_) = warnings(mission.environment, FILE, stacks)
    for stack in stacks:
        stack["resource"].get("aws_cloudwatch_metric_alarm", {}).clear()
    (after, *_) = warnings(mission.environment, FILE, stacks)
    assert not before.startswith("0 alarms")
    assert after.startswith("0 alarms have no recipients")
