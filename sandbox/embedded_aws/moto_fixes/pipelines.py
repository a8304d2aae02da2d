"""Fixes of moto's CodePipeline and CodeBuild, and of what starts a pipeline."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

import json
from typing import Any

from jsonpath_ng.ext.parser import parse
from moto.codebuild import responses as codebuild
from moto.codebuild.exceptions import ResourceNotFoundException
from moto.codebuild.models import CodeBuild
from moto.codebuild.responses import CodeBuildResponse
from moto.codepipeline.models import (
    CodePipeline,
    CodePipelineBackend,
    PipelineExecution,
    codepipeline_backends,
)
from moto.codepipeline.responses import CodePipelineResponse
from moto.core.responses import ActionResult
from moto.events.models import Rule
from moto.iam.models import iam_backends

from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Decision, verdict
from sandbox.embedded_aws.permissions.principals import policies_of

START = "codepipeline:StartPipelineExecution"


def pipelines_tell_when_they_were_made() -> None:
    """moto writes a pipeline's times as text, on which Terraform fails; AWS writes seconds."""

    def metadata(self: CodePipeline) -> dict[str, Any]:
        return {
            "pipelineArn": self._arn,
            "created": self._created.timestamp(),
            "updated": self._updated.timestamp(),
        }

    CodePipeline.metadata = property(metadata)


def pipelines_run_until_somebody_is_done() -> None:
    """moto says that an execution has succeeded as soon as it starts. Nothing runs its actions
    here, so it is in progress until somebody stops it."""
    begin = PipelineExecution.__init__

    def begin_only(self: PipelineExecution, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.status = "InProgress"

    def stop(self: CodePipelineResponse) -> str:
        execution = _execution(self, "pipelineExecutionId")
        execution.status = "Stopped"
        return json.dumps({"pipelineExecutionId": execution.pipeline_execution_id})

    PipelineExecution.__init__ = begin_only
    CodePipelineResponse.stop_pipeline_execution = stop


def _execution(response: CodePipelineResponse, member: str) -> PipelineExecution:
    name, execution = response._get_param("pipelineName"), response._get_param(member)
    return response.codepipeline_backend.get_pipeline_execution(name, execution)


def pipelines_start_when_they_are_made() -> None:
    """moto does not start a new pipeline, and leaves out variables that the caller leaves out; AWS
    starts it at once, and takes the variables' defaults.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
    """
    start = CodePipelineBackend.start_pipeline_execution
    create = CodePipelineBackend.create_pipeline

    def start_with_defaults(
        self: CodePipelineBackend, name: str, variables: list[dict[str, str]] | None
    ) -> str:
        declared = self.get_pipeline(name)[0].get("variables") or []
        values = {one["name"]: one.get("defaultValue", "") for one in declared}
        values |= {one["name"]: one["value"] for one in variables or []}
        return start(self, name, [{"name": key, "value": values[key]} for key in values])

    def create_and_start(self: CodePipelineBackend, pipeline: dict[str, Any], tags: Any) -> Any:
        made = create(self, pipeline, tags)
        self.start_pipeline_execution(pipeline["name"], None)
        return made

    CodePipelineBackend.start_pipeline_execution = start_with_defaults
    CodePipelineBackend.create_pipeline = create_and_start


def stages_are_rolled_back() -> None:
    """moto lacks RollbackStage, and an execution's type.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
    """
    to_dict = PipelineExecution.to_dict

    def rollback_stage(self: CodePipelineResponse) -> str:
        target = _execution(self, "targetPipelineExecutionId")
        backend = self.codepipeline_backend
        started = backend.start_pipeline_execution(target.pipeline_name, target.variables)
        backend.get_pipeline_execution(target.pipeline_name, started).target = target
        return json.dumps({"pipelineExecutionId": started})

    def with_its_type(self: PipelineExecution) -> dict[str, Any]:
        target: PipelineExecution | None = getattr(self, "target", None)
        shown = to_dict(self)
        if target is None:
            return {**shown, "executionType": "STANDARD"}
        of = {"rollbackTargetPipelineExecutionId": target.pipeline_execution_id}
        return {**shown, "executionType": "ROLLBACK", "rollbackMetadata": of}

    CodePipelineResponse.rollback_stage = rollback_stage
    PipelineExecution.to_dict = with_its_type


def projects_take_what_a_pipeline_hands_over() -> None:
    """moto wants a location from every source and artifact; those of a pipeline have none.

    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html
    """
    for name in ("_validate_required_params_source", "_validate_required_params_artifacts"):
        _only_outside_pipelines(name)


def _only_outside_pipelines(name: str) -> None:
    check = getattr(codebuild, name)

    def check_others(given: dict[str, Any]) -> None:
        if given["type"] != "CODEPIPELINE":
            check(given)

    setattr(codebuild, name, check_others)


def projects_change() -> None:
    """moto lacks UpdateProject."""

    def update_project(self: CodeBuildResponse) -> ActionResult:
        asked = json.loads(self.body)
        project: CodeBuild | None = self.codebuild_backend.codebuild_projects.get(asked["name"])
        if project is None:
            raise ResourceNotFoundException(f"Project cannot be found: {asked['name']}")
        project.project_metadata.update(asked)
        return ActionResult({"project": project.project_metadata})

    CodeBuildResponse.update_project = update_project


def events_start_pipelines() -> None:
    """moto drops events for a pipeline. The target's role must be allowed to start it."""
    send = Rule.send_to_targets

    def send_to_targets(self: Rule, original_event: Any, *args: Any, **kwargs: Any) -> None:
        pipelines = [one for one in self.targets if ":codepipeline:" in one["Arn"]]
        if not pipelines:
            send(self, original_event, *args, **kwargs)
        elif self.event_pattern.matches_event(original_event):
            for target in pipelines:
                _start(target, original_event)

    Rule.send_to_targets = send_to_targets


def _start(target: dict[str, Any], event: Any) -> None:
    _, _, _, region, account, name = target["Arn"].split(":", 5)
    roles = iam_backends[account]["aws"].roles.values()
    role = next(one for one in roles if one.arn == target["RoleArn"])
    asked = Need(START, target["Arn"])
    if verdict(policies_of(role.name, account), asked, None) is not Decision.ALLOWED:
        return
    given = json.loads(_transformed(target.get("InputTransformer"), event))
    codepipeline_backends[account][region].start_pipeline_execution(name, given.get("variables"))


def _transformed(transformer: dict[str, Any] | None, event: Any) -> str:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html"""
    if transformer is None:
        return "{}"
    text: str = transformer["InputTemplate"]
    for name, path in transformer.get("InputPathsMap", {}).items():
        (found,) = parse(path).find(event)
        text = text.replace(f"<{name}>", json.dumps(found.value))
    return text
