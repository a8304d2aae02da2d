"""An output folder: its stacks, and their files and contents."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from environments import REMOTE_STACKS, STACKS
from terminal.errors import OperationError

STACK_NAMES = ("bootstrap", *REMOTE_STACKS)
"""The stacks that every environment has, in deployment order."""


def stack_folder(outdir: Path, name: str) -> Path:
    """Where Terraform runs for the stack of this name."""
    return outdir / "stacks" / name


def stack_file(outdir: Path, name: str) -> Path:
    """Where cdktf writes the stack of this name."""
    return stack_folder(outdir, name) / "cdk.tf.json"


def stack_files(outdir: Path, names: Iterable[str]) -> list[Path]:
    """The files of the stacks of these names."""
    return [stack_file(outdir, name) for name in names]


def manifest_file(outdir: Path) -> Path:
    """Where cdktf lists the stacks."""
    return outdir / "manifest.json"


def output_files(outdir: Path) -> list[Path]:
    """The manifest, the file of every stack that an environment may have, and all files that stacks
    refer to."""
    assets = [stack_folder(outdir, name).glob("assets/**/*") for name in STACKS]
    files = [file for found in assets for file in sorted(found) if file.is_file()]
    return [manifest_file(outdir), *stack_files(outdir, STACKS), *files]


def read(outdir: Path) -> Mapping[str, Any]:
    """The stacks in an output folder, by name and in deployment order.

    Raises OperationError if there are none, or if one cannot be read.
    """
    found = {file.parent.name: _read(file) for file in stack_files(outdir, STACKS) if file.exists()}
    if not found:
        raise OperationError(f"{outdir} contains no stacks (stacks/*/cdk.tf.json): run make synth")
    return found


def write(outdir: Path, stacks: Mapping[str, Any]) -> None:
    """Writes stacks by name, as `read` finds them again."""
    for name, stack in stacks.items():
        file = stack_file(outdir, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(stack, indent=1), "utf-8")


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise OperationError(f"{file} is not JSON: {error}") from None
