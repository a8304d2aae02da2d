"""The real Terraform accepts every stack, without a warning, and plans it from nothing: it creates
all that was emitted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from environments import Environment
from sandbox.embedded_aws import EmbeddedAws, cloned
from sandbox.local.outside_world import create_hosted_zone
from tests.state_buckets import create_state_buckets
from tests.synthesis import Stack
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outside_world(
    emitted: tuple[Environment, Path],
    new_aws: EmbeddedAws,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, str]]:
    """An AWS of the environment's own, with what that needs to be there already. No plan asks about
    a network that exists."""
    with cloned(new_aws, tmp_path_factory.mktemp("aws")) as one:
        create_hosted_zone(emitted[0], one.aws)
        create_state_buckets(emitted[0], one.aws)
        yield one.aws.variables


@pytest.mark.parametrize("name", STACK_NAMES)
def test_a_first_plan_creates_everything_and_warns_of_nothing(
    name: str,
    emitted: tuple[Environment, Path],
    runner: Terraform,
    outside_world: dict[str, str],
) -> None:
    folder = emitted[1] / name
    runner.run(folder, "init", "-input=false", "-reconfigure", **outside_world)
    printed = runner.run(folder, "plan", "-input=false", "-json", **outside_world)
    assert printed.stderr == ""
    events = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [event for event in events if event["@level"] != "info"] == []
    planned = [event["change"] for event in events if event["type"] == "planned_change"]
    actions = [
        change["action"] for change in planned if not change["resource"]["addr"].startswith("data.")
    ]
    stack = Stack((folder / "cdk.tf.json").read_text())
    assert actions == ["create"] * stack.resource_count
    outputs = [event["outputs"] for event in events if event["type"] == "outputs"]
    assert set().union(*outputs) == set(stack.json.get("output", {}))
