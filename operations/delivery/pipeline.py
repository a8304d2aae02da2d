"""What a pipeline's build runs: `failover deploy` of the release whose arrival started it."""

import sys
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from environments import EnvironmentFileError, Role, load_environment
from operations.aws import client, refused
from operations.delivery.bucket import Current, ReleasesBucket
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
    run_of = Run(pipeline, execution, loaded.regional(role).region)
    if run_of.goes_back and run_of.is_needless(ReleasesBucket.of(loaded, role).current()):
        console().print("Left alone: no failed delivery of this pipeline is current.")
        return
    deploy(digest, loaded, Options(only=role, why=f"{pipeline} {execution}"), console())


@dataclass(frozen=True)
class Run:
    """An execution of a region's pipeline."""

    pipeline: str
    execution: str
    region: str

    @property
    def goes_back(self) -> bool:
        """Whether CodePipeline started this to go back to an earlier release.

        https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
        """
        return self._of(self.execution).get("executionType") == "ROLLBACK"

    def is_needless(self, current: Current | None) -> bool:
        """Whether going back would undo anything but a failed delivery: what somebody delivered by
        hand, what `failover deploy` has brought back, or a later delivery that succeeded."""
        if current is None:
            return True
        pipeline, _, execution = current.pointer.why.partition(" ")
        if pipeline != self.pipeline or not execution:
            return True
        return self._of(execution)["status"] == "Succeeded"

    def _of(self, execution: str) -> dict[str, Any]:
        with refused(f"{self.region}: {self.pipeline} cannot be asked what it runs"):
            found = client("codepipeline", self.region).get_pipeline_execution(
                pipelineName=self.pipeline, pipelineExecutionId=execution
            )
        answer: dict[str, Any] = found["pipelineExecution"]
        return answer


if __name__ == "__main__":
    sys.exit(run(program, "deliver", mistakes=(EnvironmentFileError,)))
