"""Every environment that this repository ships, as emitted, one whose switch is ARC's, and those
at the ends of every limit."""

import json
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


@pytest.fixture(
    scope="session",
    params=[
        *sorted(file.stem for file in FOLDER.glob("*.toml")),
        WITH_ROUTING_CONTROL,
        *EXTREMES,
    ],
)
def emitted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Environment, Path]:
    """An environment, and the folder that holds a folder for each of its stacks."""
    if request.param == WITH_ROUTING_CONTROL:
        environment = changed("hot", "manual", PLACES[-1], routing_control=ROUTING_CONTROL)
    elif request.param in EXTREMES:
        environment = check(EXTREMES[request.param](), f"{request.param}.toml")
    else:
        environment = load_environment(request.param)
    outdir = tmp_path_factory.mktemp(request.param) / "cdktf.out"
    synthesise(environment, outdir)
    return environment, outdir / "stacks"


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
