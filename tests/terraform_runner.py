"""Runs the real Terraform for a test."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

CHECKSUMS = re.compile(r"^  hashes = \[\n.*?^  \]\n", re.MULTILINE | re.DOTALL)


def forget_checksums(folder: Path) -> None:
    """Removes the provider's checksums from the lock file in this folder, if there is one: with
    them, every command reads and hashes the provider's 700 MB, half a second of CPU time."""
    file = folder / ".terraform.lock.hcl"
    if file.exists():
        file.write_text(CHECKSUMS.sub("", file.read_text()))


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
        if arguments[0] == "init":
            forget_checksums(folder)
        return finished

    def json(self, folder: Path, *arguments: str, **environ: str) -> Any:
        return json.loads(self.run(folder, *arguments, **environ).stdout)
