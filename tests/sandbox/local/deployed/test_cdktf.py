"""`cdktf deploy`, the CLI itself, against the embedded AWS."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import tomli_w

from tests.command_line import ROOT
from tests.sandbox.local.command import TIMEOUT
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

CLI = "cdktf-cli@0.21.0"


@pytest.fixture(scope="module")
def cdktf(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The CLI, from npm. Without npm its test skips; in CI, it fails."""
    npm = shutil.which("npm")
    if npm is None:
        reason = f"npm is not on the PATH: {CLI} cannot be installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("cdktf")
    options = ("--silent", "--no-audit", "--no-fund", "--prefix", str(folder))
    subprocess.run([npm, "install", *options, CLI], check=True, timeout=TIMEOUT)
    return str(folder / "node_modules" / ".bin" / "cdktf")


def deploy(cdktf: str, deployed: Deployed, file: Path, stack: str) -> str:
    outdir = str(deployed.workspace.outdir(deployed.environment.name))
    options = ("--auto-approve", "--skip-provider-lock", "--output", outdir)
    finished = subprocess.run(
        [cdktf, "deploy", stack, *options],
        cwd=ROOT,
        env={**deployed.runner.environ, **deployed.aws.variables, "ENVIRONMENT": str(file)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.mark.parametrize("deployed", ["mission"], indirect=True)
def test_it_applies_a_change(deployed: Deployed, cdktf: str, tmp_path: Path) -> None:
    content = tomllib.loads(deployed.file.read_text())
    content["dr"]["capacity"]["max"] += 1
    larger = tmp_path / "larger.toml"
    larger.write_text(tomli_w.dumps(content))
    autoscaling = deployed.aws.client("autoscaling", deployed.environment.dr.region)

    def maximum() -> int:
        (group,) = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        return group["MaxSize"]

    before = maximum()
    deploy(cdktf, deployed, larger, "dr")
    assert maximum() == before + 1
    assert deployed.run("dr", "plan", "-detailed-exitcode").returncode == 0
