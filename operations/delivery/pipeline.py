"""What a pipeline's build runs: `failover deploy` of the release whose arrival started it."""

import sys
from typing import Annotated

import typer

from environments import EnvironmentFileError, Role, load_environment
from operations.aws import client, refused
from operations.delivery.commands import Options, deploy
from releases import NOTHING, digest_in
from terminal.console import console
from terminal.errors import OperationError
from terminal.program import run

program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def _from(variable: str) -> typer.models.OptionInfo:
    return typer.Option(envvar=variable)


@program.command()
def deliver(
    environment: Annotated[str, typer.Argument(help="The environment's file.")],
    role: Annotated[Role, _from("ROLE")],
    release: Annotated[str, _from("RELEASE")],
    pipeline: Annotated[str, _from("PIPELINE")],
    execution: Annotated[str, _from("EXECUTION")],
) -> None:
    """Deliver to one region the release that has arrived there."""
    if release == NOTHING:
        console().print("This run is of the pipeline's creation: no release has arrived.")
        return
    digest = digest_in(release)
    if digest is None:
        raise OperationError(f"{release} is not the key of a release")
    loaded = load_environment(environment)
    region = loaded.regional(role).region
    options = Options(
        only=role,
        why=f"{pipeline} {execution}",
        only_own=_goes_back(region, pipeline, execution),
    )
    deploy(digest, loaded, options, console())


def _goes_back(region: str, pipeline: str, execution: str) -> bool:
    """Whether CodePipeline started this to go back to an earlier release.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
    """
    with refused(f"{region}: {pipeline} cannot be asked what it runs"):
        found = client("codepipeline", region).get_pipeline_execution(
            pipelineName=pipeline, pipelineExecutionId=execution
        )
    return found["pipelineExecution"].get("executionType") == "ROLLBACK"


if __name__ == "__main__":
    sys.exit(run(program, "deliver", mistake=EnvironmentFileError))
