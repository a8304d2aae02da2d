"""The real Terraform accepts every stack, without a warning, and plans it from nothing: it creates
all that was emitted.

Each web ACL is planned once: the standby's says the same as the primary's, as do those of some
environments.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emitted import read
from environments import ROLES, STACKS, Environment
from sandbox.embedded_aws import EmbeddedAws, cloned
from sandbox.local.outside_world import create_hosted_zone
from tests.lighter_stacks import lighten
from tests.state_buckets import create_state_buckets
from tests.synthesis import Stack
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def firewalls() -> list[dict[str, Any]]:
    """The web ACLs of the environments so far."""
    return []


@pytest.fixture(scope="module")
def stacks(
    emitted: tuple[Environment, Path],
    firewalls: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The folder of the stacks to plan."""
    outdir = tmp_path_factory.mktemp("planned") / "cdktf.out"
    shutil.copytree(emitted[1].parent, outdir)
    found = firewall(outdir, "primary")
    assert firewall(outdir, "dr") == found
    lighten(outdir, ["dr"] if found not in firewalls else ROLES)
    firewalls.append(found)
    return outdir / "stacks"


def firewall(outdir: Path, stack: str) -> dict[str, Any]:
    """A stack's web ACL without its names."""
    (found,) = read(outdir)[stack]["resource"]["aws_wafv2_web_acl"].values()
    return {key: found[key] for key in found.keys() - {"//", "name", "visibility_config"}}


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


@pytest.mark.parametrize("name", STACKS)
def test_a_first_plan_creates_everything_and_warns_of_nothing(
    name: str,
    emitted: tuple[Environment, Path],
    stacks: Path,
    runner: Terraform,
    outside_world: dict[str, str],
) -> None:
    """Of every stack that there may be, those that the environment has."""
    folder = stacks / name
    if name not in emitted[0].stacks:
        assert not folder.exists()
        return
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
