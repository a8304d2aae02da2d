"""The regions that an environment file may name are those that the pinned provider accepts, and
that Terraform keeps a state in."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from environments.regions import COMMERCIAL_REGIONS
from modules.versions import aws_provider
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.client import KEYS
from tests.conftest import Synthesised
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

NEWEST = ("ap-east-2", "ap-southeast-7", "mx-central-1")


def configuration(*regions: str) -> dict[str, Any]:
    """With a provider for each region, which a data source asks: that asks nothing of AWS."""
    skips = {"skip_credentials_validation": True, "skip_requesting_account_id": True}
    return {
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": aws_provider()}}},
        "provider": {"aws": [{"alias": one, "region": one, **skips} for one in regions]},
        "data": {"aws_region": {one: {"provider": f"aws.{one}"} for one in regions}},
    }


def planned(folder: Path, runner: Terraform, *regions: str) -> subprocess.CompletedProcess[str]:
    (folder / "main.tf.json").write_text(json.dumps(configuration(*regions)))
    runner.run(folder, "init", "-input=false")
    return subprocess.run(
        [runner.executable, "plan", "-input=false", "-no-color"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**runner.environ, **KEYS},
    )


def test_the_newest_are_accepted(tmp_path: Path, runner: Terraform) -> None:
    assert set(NEWEST) < COMMERCIAL_REGIONS
    finished = planned(tmp_path, runner, *NEWEST)
    assert finished.returncode == 0, finished.stderr


def test_a_newer_one_is_refused(tmp_path: Path, runner: Terraform) -> None:
    """Fails once a newer provider knows it: then it belongs into COMMERCIAL_REGIONS."""
    assert "ap-southeast-6" not in COMMERCIAL_REGIONS
    finished = planned(tmp_path, runner, "ap-southeast-6")
    assert finished.returncode == 1
    assert "invalid AWS Region: ap-southeast-6" in finished.stderr


def test_a_state_may_be_in_the_newest_too(
    tmp_path: Path, mission: Synthesised, runner: Terraform, aws: EmbeddedAws
) -> None:
    """Terraform's own list of regions is as old as Terraform, so every backend leaves it out."""
    emitted = mission.stacks["global"].json["terraform"]["backend"]["s3"]
    assert emitted["skip_region_validation"] is True
    for region in ("us-east-1", *NEWEST):
        bucket = f"state-in-{region}"
        where = {} if region == "us-east-1" else {"LocationConstraint": region}
        configuration = {"CreateBucketConfiguration": where} if where else {}
        aws.client("s3", region).create_bucket(Bucket=bucket, **configuration)
        backend = {"s3": {**emitted, "bucket": bucket, "region": region}}
        stack = {"terraform": {"backend": backend}}
        (tmp_path / "main.tf.json").write_text(json.dumps(stack))
        runner.run(tmp_path, "init", "-input=false", "-reconfigure", **aws.variables)
