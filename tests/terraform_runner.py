"""Runs the real Terraform for a test."""

import json
import subprocess
from pathlib import Path
from typing import Any


class Terraform:
    """Runs one Terraform in the folders of emitted stacks."""

    def __init__(self, executable: str, environ: dict[str, str]) -> None:
        self.executable = executable
        self.environ = environ

    def run(
        self, folder: Path, *arguments: str, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Fails the test, with Terraform's own words, where Terraform fails."""
        finished = subprocess.run(
            [self.executable, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={**self.environ, **environ},
        )
        assert finished.returncode == 0, (
            f"{arguments} in {folder}:\n{finished.stdout}{finished.stderr}"
        )
        return finished

    def json(self, folder: Path, *arguments: str, **environ: str) -> Any:
        return json.loads(self.run(folder, *arguments, **environ).stdout)
