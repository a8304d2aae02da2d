"""Emits a throw-away copy's stacks: the deployment's own, except that they can be destroyed."""

from pathlib import Path
from typing import Any

from emitted import Json, read, write
from environments import Environment
from stacks import synthesise


def emit(environment: Environment, outdir: Path) -> None:
    """Writes the copy's stacks below `outdir`."""
    outdir.mkdir(parents=True, exist_ok=True)
    synthesise(environment, outdir)
    stacks = read(outdir)
    for name in environment.stacks:
        make_disposable(stacks[name])
    write(outdir, stacks)


def make_disposable(stack: Json) -> None:
    """Lets Terraform destroy what the stack would protect, with what buckets hold."""
    resources: dict[str, dict[str, Any]] = stack["resource"]
    for bodies in resources.values():
        for body in bodies.values():
            body.get("lifecycle", {}).pop("prevent_destroy", None)
    for bucket in resources.get("aws_s3_bucket", {}).values():
        bucket["force_destroy"] = True
