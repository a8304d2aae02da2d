"""An example environment as it stands in an embedded AWS."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import Environment
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.workspace import Workspace
from tests.sandbox.local.command import TIMEOUT
from tests.synthesis import synthesise
from tests.terraform_runner import Terraform


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
