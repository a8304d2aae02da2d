"""Every environment that this repository ships, as emitted, one whose switch is ARC's, and those
at the ends of every limit."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from environments import Environment, load_environment
from environments.loading import FOLDER, check
from modules.versions import aws_provider
from tests.arc import ROUTING_CONTROL
from tests.environments.extremes import least, most, most_of_an_application, most_of_tables
from tests.synthesis import synthesise
from tests.terraform_runner import Terraform
from tests.variants import PLACES, changed

EXTREMES = {
    "least": least,
    "most": most,
    "most_of_an_application": most_of_an_application,
    "most_of_tables": most_of_tables,
}
WITH_ROUTING_CONTROL = "routing_control"


NAMES = [*sorted(file.stem for file in FOLDER.glob("*.toml")), WITH_ROUTING_CONTROL, *EXTREMES]

Emitted = tuple[Environment, Path]
"""An environment, and the folder that holds a folder for each of its stacks."""


@pytest.fixture(scope="session")
def emit(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Emitted]:
    """Emits the environment of one of NAMES, once."""

    @cache
    def emitted_once(name: str) -> Emitted:
        if name == WITH_ROUTING_CONTROL:
            environment = changed("hot", "manual", PLACES[-1], routing_control=ROUTING_CONTROL)
        elif name in EXTREMES:
            environment = check(EXTREMES[name](), f"{name}.toml")
        else:
            environment = load_environment(name)
        outdir = tmp_path_factory.mktemp(name) / "cdktf.out"
        synthesise(environment, outdir)
        return environment, outdir / "stacks"

    return emitted_once


@pytest.fixture(params=NAMES)
def emitted(request: pytest.FixtureRequest, emit: Callable[[str], Emitted]) -> Emitted:
    return emit(request.param)


@pytest.fixture(scope="session")
def provider_schema(runner: Terraform, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the AWS provider says of its own resources."""
    folder = tmp_path_factory.mktemp("schema")
    aws = {"source": "aws", "version": aws_provider()}
    content = {"terraform": {"required_providers": {"aws": aws}}}
    (folder / "main.tf.json").write_text(json.dumps(content))
    runner.run(folder, "init", "-input=false")
    schemas = runner.json(folder, "providers", "schema", "-json")["provider_schemas"]
    return schemas["registry.terraform.io/hashicorp/aws"]


@pytest.fixture(scope="session")
def taggable(provider_schema: dict[str, Any]) -> list[str]:
    """The resource types to whose tags the provider adds its default ones."""
    resources = provider_schema["resource_schemas"].items()
    return [kind for kind, schema in resources if "tags_all" in schema["block"]["attributes"]]
