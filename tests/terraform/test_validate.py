"""The real Terraform accepts every stack, without a warning."""

import json
from pathlib import Path
from typing import Any

import pytest

from emitted import STACK_NAMES
from environments import Environment
from tests.terraform.provider_schema import (
    unknown_arguments,
    unknown_arguments_of,
)
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


def test_the_providers_schema_knows_every_argument(
    emitted: tuple[Environment, Path], provider_schema: dict[str, Any]
) -> None:
    """None unknown, none deprecated, none that only the provider can set."""
    problems: list[str] = []
    for name in STACK_NAMES:
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
