"""An example environment as it stands in an embedded AWS."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emitted import STACK_NAMES, read, stack_folder
from environments import Environment
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.workspace import Workspace
from tests.sandbox.local.command import TIMEOUT
from tests.synthesis import synthesise
from tests.terraform_runner import Terraform

# For tests in which one example says what the other would.
EITHER = ["mission", pytest.param("staging", marks=pytest.mark.exhaustive)]


def unchanged(_: Path) -> None:
    """Leaves emitted stacks as they are."""


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
    deployers: Mapping[str, EmbeddedAws]
    """The AWS that each stack's deployer sees, who has the policies of docs/permissions and nothing
    more; empty where anybody may do everything."""
    prepare: Callable[[Path], None] = unchanged
    """What is done to emitted stacks before Terraform sees them."""

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
            env=self.variables(folder.name),
        )

    def variables(self, stack: str) -> dict[str, str]:
        """Terraform's, with the credentials of the stack's deployer where there is one."""
        return {**self.runner.environ, **self.deployers.get(stack, self.aws).variables}

    def changed(self, name: str, *stacks: str, **update: Any) -> Path:
        """The stacks of a changed environment, beside the deployed ones: the same states. stacks:
        those to synthesise; by default all."""
        outdir = self.workspace.folder / self.environment.name / name
        synthesise(self.environment.model_copy(update=update), outdir, stacks or None)
        self.prepare(outdir)
        self.make_ready(outdir)
        return outdir / "stacks"

    def make_ready(self, outdir: Path) -> None:
        """Does what `init` would: the states and the provider are the deployed stacks'."""
        for name in read(outdir):
            there, here = self.folder(name), stack_folder(outdir, name)
            shutil.copytree(there / ".terraform", here / ".terraform", symlinks=True)
            shutil.copy(there / ".terraform.lock.hcl", here)

    def outputs(self, stack: str) -> dict[str, Any]:
        read = json.loads(self.run(stack, "output", "-json").stdout)
        return {name: body["value"] for name, body in read.items()}

    def plan_exit_codes(self) -> dict[str, int]:
        """0: no changes; 1: an error; 2: changes."""
        arguments = ("plan", "-detailed-exitcode", "-input=false", "-no-color")
        return {stack: self.run(stack, *arguments).returncode for stack in STACK_NAMES}
