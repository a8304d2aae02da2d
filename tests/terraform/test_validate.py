"""The real Terraform accepts every stack, without a warning."""

import json
from pathlib import Path
from typing import Any

import pytest

from environments import Environment
from stacks import STACK_NAMES
from tests.terraform_runner import Terraform

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", STACK_NAMES)
def test_terraform_validates_it_without_a_warning(
    name: str, emitted: tuple[Environment, Path], runner: Terraform
) -> None:
    folder = emitted[1] / name
    own = {"TF_DATA_DIR": ".without-backend"}
    runner.run(folder, "init", "-backend=false", "-input=false", **own)
    result = runner.json(folder, "validate", "-json", **own)
    assert result["valid"] is True
    assert result["diagnostics"] == []


META_ARGUMENTS = {"//", "depends_on", "lifecycle", "provider"}
SECTIONS = {"resource": "resource_schemas", "data": "data_source_schemas"}


def test_the_providers_schema_knows_every_argument(
    emitted: tuple[Environment, Path], provider_schema: dict[str, Any]
) -> None:
    """None unknown, none deprecated, none that only the provider can set."""
    problems: list[str] = []
    for name in STACK_NAMES:
        stack = json.loads((emitted[1] / name / "cdk.tf.json").read_text())
        problems += unknown_arguments_of(stack, provider_schema)
    assert problems == []


def unknown_arguments_of(stack: dict[str, Any], provider_schema: dict[str, Any]) -> list[str]:
    """The arguments of a stack that the schema does not offer to a user."""
    return [
        problem
        for section, schemas in SECTIONS.items()
        for kind, found in stack.get(section, {}).items()
        for body in found.values()
        for problem in unknown_arguments(body, provider_schema[schemas][kind]["block"], kind)
    ]


def unknown_arguments(body: dict[str, Any], block: dict[str, Any], path: str) -> list[str]:
    """The arguments of a block that the schema does not offer to a user."""
    problems = ["deprecated: " + path] if block.get("deprecated") else []
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    for key, value in body.items():
        here = f"{path}.{key}"
        if key in attributes:
            attribute = attributes[key]
            if attribute.get("deprecated"):
                problems.append(f"deprecated: {here}")
            if not (attribute.get("optional") or attribute.get("required")):
                problems.append(f"not to be set: {here}")
        elif key in blocks:
            for item in value if isinstance(value, list) else [value]:
                problems += unknown_arguments(item, blocks[key]["block"], here)
        elif key not in META_ARGUMENTS:
            problems.append(f"unknown: {here}")
    return problems


def test_the_check_itself_sees_what_is_wrong(provider_schema: dict[str, Any]) -> None:
    block = provider_schema["resource_schemas"]["aws_eip"]["block"]
    body = {"vpc": True, "domain": "vpc", "public_ip": "192.0.2.1", "colour": "red"}
    assert unknown_arguments(body, block, "aws_eip") == [
        "deprecated: aws_eip.vpc",
        "not to be set: aws_eip.public_ip",
        "unknown: aws_eip.colour",
    ]
