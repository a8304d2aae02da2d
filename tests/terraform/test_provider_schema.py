"""The AWS provider knows every argument that is emitted."""

import json
from pathlib import Path
from typing import Any

import pytest

from environments import Environment
from tests.terraform.provider_schema import (
    unknown_arguments,
    unknown_arguments_of,
)

pytestmark = pytest.mark.slow


def test_the_providers_schema_knows_every_argument(
    emitted: tuple[Environment, Path], provider_schema: dict[str, Any]
) -> None:
    """None unknown, none deprecated, none that only the provider can set."""
    problems: list[str] = []
    for name in emitted[0].stacks:
        stack = json.loads((emitted[1] / name / "cdk.tf.json").read_text())
        problems += unknown_arguments_of(stack, provider_schema)
    assert problems == []


def test_the_check_itself_sees_what_is_wrong(provider_schema: dict[str, Any]) -> None:
    block = provider_schema["resource_schemas"]["aws_eip"]["block"]
    body = {"vpc": True, "domain": "vpc", "public_ip": "192.0.2.1", "colour": "red"}
    assert unknown_arguments(body, block, "aws_eip") == [
        "deprecated: aws_eip.vpc",
        "not to be set: aws_eip.public_ip",
        "unknown: aws_eip.colour",
    ]
