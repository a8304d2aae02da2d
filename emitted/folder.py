"""An output folder: which stacks there are, where each one's file is, and what it holds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from terminal.errors import OperationError

# In the order in which one deploys them.
STACK_NAMES = ("bootstrap", "primary", "dr", "global")


def stack_file(outdir: Path, name: str) -> Path:
    """Where cdktf writes the stack of a name."""
    return outdir / "stacks" / name / "cdk.tf.json"


def stack_files(outdir: Path) -> list[Path]:
    """Every stack's file, in the order in which one deploys them."""
    return [stack_file(outdir, name) for name in STACK_NAMES]


def read(outdir: Path) -> Mapping[str, Any]:
    """The stacks that are in an output folder, by name and in the order in which one deploys them.

    Raises OperationError where there is none, or one cannot be read.
    """
    found = {file.parent.name: _read(file) for file in stack_files(outdir) if file.exists()}
    if not found:
        raise OperationError(f"{outdir} holds no stacks (stacks/*/cdk.tf.json): make synth")
    return found


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise OperationError(f"{file} is no JSON: {error}") from None
