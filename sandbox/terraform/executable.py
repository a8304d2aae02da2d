"""Finds Terraform: the executable that the user names, or else one on the PATH."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modules.versions import MINIMUM_TERRAFORM
from terminal.errors import OperationError

# Names the executable, as a path or command; overrides the PATH.
EXECUTABLE_VARIABLE = "FAILOVER_TERRAFORM"
# In order of preference.
COMMANDS = ("terraform", "tofu")
INSTALL = (
    "install it from https://developer.hashicorp.com/terraform/install or"
    f" https://opentofu.org/docs/intro/install, or name it in {EXECUTABLE_VARIABLE}"
)


@dataclass(frozen=True)
class Executable:
    """A Terraform or OpenTofu that is new enough."""

    path: str
    version: str
    """Such as 1.11.4."""


def find_terraform(environ: Mapping[str, str] = os.environ) -> Executable:
    """The Terraform to run.

    Raises OperationError if there is none, or it is too old.
    """
    named = environ.get(EXECUTABLE_VARIABLE)
    wanted = (named,) if named else COMMANDS
    found = (shutil.which(command, path=environ.get("PATH")) for command in wanted)
    path = next(filter(None, found), None)
    if path is None:
        where = f"{EXECUTABLE_VARIABLE} names {named}, which" if named else "Terraform"
        state = "is not an executable" if named else "is not on the PATH"
        raise OperationError(f"{where} {state}. {MINIMUM_TERRAFORM} or newer is needed: {INSTALL}")
    # Absolute because Terraform runs in the stacks' folders, but not resolved because version
    # managers rely on the symlink's name.
    path = str(Path(path).absolute())
    version = _version(path)
    if _parts(version) < _parts(MINIMUM_TERRAFORM):
        raise OperationError(
            f"{path} is version {version}, which is too old."
            f" {MINIMUM_TERRAFORM} or newer is needed: {INSTALL}"
        )
    return Executable(path, version)


def _version(path: str) -> str:
    try:
        finished = subprocess.run(
            [path, "version", "-json"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        )
        # OpenTofu uses the same key.
        version = json.loads(finished.stdout)["terraform_version"]
        _parts(version)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError):
        raise OperationError(
            f"{path} does not answer `version -json` as Terraform does. {INSTALL}"
        ) from None
    return version


def _parts(version: str) -> tuple[int, ...]:
    """1.12.0-beta1 as (1, 12, 0). Raises ValueError if this is not a version."""
    return tuple(int(part) for part in re.split(r"[-+]", version)[0].split("."))
