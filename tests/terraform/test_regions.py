"""The regions that an environment file may name are those that the pinned provider accepts, and
that Terraform keeps a state in."""

import json
import subprocess
from pathlib import Path

import pytest

from environments.regions import COMMERCIAL_REGIONS
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.client import KEYS
from tests.conftest import Synthesised
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow

CONFIGURATION = {
    "terraform": {"required_providers": {"aws": {"source": "aws", "version": "5.100.0"}}},
    "variable": {"region": {"type": "string"}},
    "provider": {
        "aws": {
            "region": "${var.region}",
            "skip_credentials_validation": True,
            "skip_requesting_account_id": True,
        }
    },
    "data": {"aws_region": {"this": {}}},  # asks the provider, not AWS
}


@pytest.fixture(scope="module")
def folder(runner: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("regions")
    (folder / "main.tf.json").write_text(json.dumps(CONFIGURATION))
    runner.run(folder, "init", "-input=false")
    return folder


@pytest.mark.parametrize("region", ["ap-east-2", "ap-southeast-7", "mx-central-1"])
def test_the_newest_are_accepted(region: str, folder: Path, runner: Terraform) -> None:
    assert region in COMMERCIAL_REGIONS
    runner.run(folder, "plan", "-input=false", f"-var=region={region}", **KEYS)


def test_a_newer_one_is_refused(folder: Path, runner: Terraform) -> None:
    """Fails once a newer provider knows it: then it belongs into COMMERCIAL_REGIONS."""
    assert "ap-southeast-6" not in COMMERCIAL_REGIONS
    finished = subprocess.run(
        [runner.executable, "plan", "-input=false", "-no-color", "-var=region=ap-southeast-6"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**runner.environ, **KEYS},
    )
    assert finished.returncode == 1
    assert "invalid AWS Region: ap-southeast-6" in finished.stderr


def test_a_state_may_be_in_any_of_them(
    tmp_path: Path, mission: Synthesised, runner: Terraform, aws: EmbeddedAws
) -> None:
    """Terraform's own list of regions is as old as Terraform. One folder without a provider, where
    `init` takes a second a region."""
    emitted = mission.stacks["global"].json["terraform"]["backend"]["s3"]
    for region in sorted(COMMERCIAL_REGIONS):
        bucket = f"state-in-{region}"
        where = {} if region == "us-east-1" else {"LocationConstraint": region}
        configuration = {"CreateBucketConfiguration": where} if where else {}
        aws.client("s3", region).create_bucket(Bucket=bucket, **configuration)
        backend = {"s3": {**emitted, "bucket": bucket, "region": region}}
        stack = {"terraform": {"backend": backend}}
        (tmp_path / "main.tf.json").write_text(json.dumps(stack))
        runner.run(tmp_path, "init", "-input=false", "-reconfigure", **aws.variables)
