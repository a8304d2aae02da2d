"""Runs the `aws` commands of docs/failover.md with boto3, which shares its models with the CLI."""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore import xform_name

GUIDE = Path(__file__).parent.parent.parent.parent / "docs" / "failover.md"
SERVICES = {"s3api": "s3"}
TYPES: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "long": int,
    "double": float,
    "float": float,
    "list": lambda one: [one],
}


def commands(heading: str) -> list[list[str]]:
    """The `aws` commands below a heading, each as the list of words after `aws`."""
    section = GUIDE.read_text().partition(f"### {heading}\n")[2].partition("\n### ")[0]
    lines = re.sub(r"\\\n\s*", " ", section).splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("aws ")]


def write_files(heading: str, folder: Path) -> None:
    """Runs the lines below a heading that write the files its `aws` commands send."""
    section = GUIDE.read_text().partition(f"### {heading}\n")[2].partition("\n### ")[0]
    for line in section.splitlines():
        if line.startswith("date > "):
            subprocess.run(["/bin/sh", "-c", line], cwd=folder, check=True)


def run(words: list[str], client_of: Any) -> Any:
    """client_of: makes a boto3 client for a service and a region."""
    service, operation, *options = words
    given = dict(zip(options[::2], options[1::2], strict=True))
    client = client_of(SERVICES.get(service, service), given.pop("--region"))
    method = operation.replace("-", "_")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    by_option = {f"--{xform_name(member, '-')}": member for member in model.input_shape.members}
    members = model.input_shape.members
    typed: dict[str, Any] = {by_option[name]: value for name, value in given.items()}
    if "Body" in typed:
        typed["Body"] = Path(typed["Body"]).read_bytes()
    for member, value in typed.items():
        typed[member] = TYPES.get(members[member].type_name, lambda given: given)(value)
    return getattr(client, method)(**typed)
