"""The real Terraform accepts every stack, without a warning, and plans it from nothing: it creates
all that was emitted.

Production's stacks are planned as they are. Those of all other environments are planned in one
configuration (tests/merged_stacks.py, which says what that leaves out), since half of a plan's time
passes before its first resource. In it, each web ACL is planned once: the standby's says the same
as the primary's, as do those of some environments.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emitted import read
from environments import ROLES, STACKS
from sandbox.embedded_aws import EmbeddedAws, cloned
from sandbox.local.outside_world import create_hosted_zone
from tests.lighter_stacks import lighten
from tests.merged_stacks import MergedStacks
from tests.state_buckets import create_state_buckets
from tests.synthesis import Stack
from tests.terraform.conftest import NAMES, Emitted
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

PRODUCTION = "production"


@pytest.fixture(scope="module")
def outside_world(
    emit: Callable[[str], Emitted],
    new_aws: EmbeddedAws,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, str]]:
    """An AWS with what the environments need to be there already. No plan asks about a network that
    exists."""
    with cloned(new_aws, tmp_path_factory.mktemp("aws")) as one:
        by_zone = {environment.dns.zone: environment for environment, _ in map(emit, NAMES)}
        for environment in by_zone.values():
            create_hosted_zone(environment, one.aws)
        create_state_buckets(emit(PRODUCTION)[0], one.aws)
        yield one.aws.variables


@pytest.mark.parametrize("name", STACKS)
def test_a_first_plan_creates_everything_and_warns_of_nothing(
    name: str,
    emit: Callable[[str], Emitted],
    runner: Terraform,
    outside_world: dict[str, str],
) -> None:
    """Of every stack that there may be, those that production has."""
    environment, stacks = emit(PRODUCTION)
    if name not in environment.stacks:
        assert not (stacks / name).exists()
        return
    folder = stacks / name
    stack = Stack((folder / "cdk.tf.json").read_text())
    runner.run(folder, "init", "-input=false", "-reconfigure", **outside_world)
    outputs = set(stack.json.get("output", {}))
    assert planned(folder, runner, outside_world) == (stack.resource_count, outputs)


def test_all_environments_plans_create_everything_and_warn_of_nothing(
    emit: Callable[[str], Emitted],
    runner: Terraform,
    taggable: list[str],
    outside_world: dict[str, str],
    tmp_path: Path,
) -> None:
    merged, firewalls = MergedStacks(taggable), list[dict[str, Any]]()
    for name in NAMES:
        if name == PRODUCTION:
            continue
        environment, stacks = emit(name)
        outdir = tmp_path / name
        shutil.copytree(stacks.parent, outdir)
        found = firewall(outdir, "primary")
        assert firewall(outdir, "dr") == found
        lighten(outdir, ["dr"] if found not in firewalls else ROLES)
        firewalls.append(found)
        for stack in environment.stacks:
            folder = outdir / "stacks" / stack
            emitted = Stack((folder / "cdk.tf.json").read_text())
            merged.add(f"{name}_{stack}", emitted, folder)
    merged.write(tmp_path / "merged")
    runner.run(tmp_path / "merged", "init", "-input=false", **outside_world)
    found = planned(tmp_path / "merged", runner, outside_world)
    assert found == (merged.resources, merged.outputs)


def firewall(outdir: Path, stack: str) -> dict[str, Any]:
    """A stack's web ACL without its names."""
    (found,) = read(outdir)[stack]["resource"]["aws_wafv2_web_acl"].values()
    return {key: found[key] for key in found.keys() - {"//", "name", "visibility_config"}}


def planned(folder: Path, runner: Terraform, environ: dict[str, str]) -> tuple[int, set[str]]:
    """How many resources a plan creates, and its outputs. It does, and says, nothing else."""
    printed = runner.run(folder, "plan", "-input=false", "-json", **environ)
    assert printed.stderr == ""
    events = [json.loads(line) for line in printed.stdout.splitlines()]
    assert [event for event in events if event["@level"] != "info"] == []
    changes = [event["change"] for event in events if event["type"] == "planned_change"]
    changes = [one for one in changes if not one["resource"]["addr"].startswith("data.")]
    assert {one["action"] for one in changes} == {"create"}
    outputs = [event["outputs"] for event in events if event["type"] == "outputs"]
    return len(changes), set[str]().union(*outputs)
