"""Both examples, deployed once by `failover local up` as a user runs it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from environments import Environment
from modules.versions import AWS_PROVIDER
from operations import embedded_aws
from operations.embedded_aws import EmbeddedAws
from operations.local.workspace import Workspace
from tests.conftest import EXAMPLE_NAMES
from tests.synthesis import EXAMPLES, example, synthesise
from tests.terraform_runner import Terraform

ROOT = Path(__file__).parent.parent.parent.parent
TIMEOUT = 900
# These are deployed with the permissions that docs/permissions has, and nothing more.
AS_DEPLOYERS = {"mission": ("--permissions", str(ROOT / "docs" / "permissions"))}


def failover_local(*arguments: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "operations", "local", *arguments, "--folder", str(folder)]


@dataclass(frozen=True)
class Deployed:
    """An environment in an embedded AWS of its own."""

    environment: Environment
    file: Path
    workspace: Workspace
    aws: EmbeddedAws
    runner: Terraform
    printed: str
    """What `failover local up` printed."""
    seconds: float
    """How long it took."""

    def folder(self, stack: str) -> Path:
        return self.workspace.stack(self.environment.name, stack)

    def run(self, stack: Path | str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Terraform, whatever its exit code."""
        folder = self.folder(stack) if isinstance(stack, str) else stack
        return subprocess.run(
            [self.runner.executable, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
            env={**self.runner.environ, **self.aws.variables},
        )

    def changed(self, name: str, **update: Any) -> Path:
        """The stacks of a changed environment, beside the deployed ones: the same states."""
        outdir = self.workspace.folder / self.environment.name / name
        synthesise(self.environment.model_copy(update=update), outdir)
        return outdir / "stacks"

    def outputs(self, stack: str) -> dict[str, Any]:
        read = json.loads(self.run(stack, "output", "-json").stdout)
        return {name: body["value"] for name, body in read.items()}

    def plan_exit_codes(self) -> dict[str, int]:
        """0: no changes; 1: an error; 2: changes."""
        arguments = ("plan", "-detailed-exitcode", "-input=false", "-no-color")
        stacks = ("bootstrap", "primary", "dr", "global")
        return {stack: self.run(stack, *arguments).returncode for stack in stacks}


@pytest.fixture(scope="session")
def deployments(
    runner: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Deployed]]:
    """Side by side: most of the time, the provider waits."""
    first = tmp_path_factory.mktemp("provider")
    pinned = {"source": "aws", "version": AWS_PROVIDER}
    (first / "main.tf.json").write_text(
        json.dumps({"terraform": {"required_providers": {"aws": pinned}}})
    )
    runner.run(first, "init", "-input=false")  # a download, if any, before two need it at once
    folders = {name: tmp_path_factory.mktemp(name) / "local" for name in EXAMPLE_NAMES}
    clean = {name: value for name, value in os.environ.items() if name != "ENVIRONMENT"}
    runs: dict[str, subprocess.Popen[str]] = {}
    deployed: dict[str, Deployed] = {}
    try:
        began = time.monotonic()
        for name, folder in folders.items():
            runs[name] = subprocess.Popen(
                failover_local(
                    *("up", "-e", str(EXAMPLES / f"{name}.toml"), *AS_DEPLOYERS.get(name, ())),
                    folder=folder,
                ),
                cwd=ROOT,
                env=clean,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        for name, run in runs.items():
            printed, _ = run.communicate(timeout=TIMEOUT)
            assert run.returncode == 0, printed
            aws = embedded_aws.find(folders[name])
            assert aws is not None
            deployed[name] = Deployed(
                example(name),
                EXAMPLES / f"{name}.toml",
                Workspace(folders[name]),
                aws,
                runner,
                printed,
                time.monotonic() - began,
            )
        yield deployed
    finally:
        for name, run in runs.items():
            if run.poll() is None:
                run.terminate()
                run.communicate()
            embedded_aws.stop(folders[name])


@pytest.fixture(params=EXAMPLE_NAMES)
def deployed(
    request: pytest.FixtureRequest, deployments: dict[str, Deployed]
) -> Iterator[Deployed]:
    """Each in turn; whatever region a test lost is there again after it."""
    one = deployments[request.param]
    yield one
    for region in one.aws.lost:
        one.aws.restore(region)
