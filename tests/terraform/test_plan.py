"""The real Terraform plans every stack from nothing: it creates all that was emitted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from environments import Environment
from sandbox.embedded_aws import started
from sandbox.local.outside_world import create_hosted_zone
from tests.outside_world import create_state_buckets
from tests.synthesis import Stack
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outside_world(
    emitted: tuple[Environment, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """An AWS of the environment's own, with what that needs to be there already. No plan asks about
    a network that exists."""
    with started(tmp_path_factory.mktemp("aws")) as one:
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
    printed = runner.run(folder, "plan", "-input=false", "-no-color", "-out=plan", **outside_world)
    assert "Warning" not in printed.stdout + printed.stderr
    plan = runner.json(folder, "show", "-json", "plan", **outside_world)
    actions = [
        change["change"]["actions"]
        for change in plan["resource_changes"]
        if change["mode"] == "managed"
    ]
    stack = Stack((folder / "cdk.tf.json").read_text())
    assert actions == [["create"]] * stack.resource_count
    assert set(plan["planned_values"].get("outputs", {})) == set(stack.json.get("output", {}))
