"""A region's pipeline as it is emitted, without CodePipeline: what starts it, and what its build
runs, as the role that it runs as."""

import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.codebuild_project import CodebuildProject
from cdktf_cdktf_provider_aws.codepipeline import Codepipeline
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from typer.testing import CliRunner, Result

from modules.delivery.package import deploying
from operations.delivery import pipeline
from operations.delivery.commands import Options
from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.conftest import Synthesised
from tests.operations.delivery.bare_regions import BareRegion
from tests.operations.delivery.delivering import log_in
from tests.synthesis import EXAMPLES, Stack

ENVIRONMENT = str(EXAMPLES / "releases.toml")
# Seconds without progress after which a release has failed.
IMPATIENT = 8
ACCOUNT_ID = "${data.aws_caller_identity.account.account_id}"
LOG = "${aws_cloudwatch_log_group.pipeline_build_log.arn}"
# Installs nothing into the environment of the tests; everything else runs.
PYTHON = f"""\
#!/bin/sh
case "$*" in "-m pip install "*) printf '%s\\n' "$*" >> pip.log; exit 0 ;; esac
exec {sys.executable} "$@"
"""


@dataclass(frozen=True)
class RegionalPipeline:
    """One region's."""

    region: BareRegion
    stack: Stack
    program: Path
    as_build: list[EmbeddedAws] = field(default_factory=list[EmbeddedAws])
    """The region's AWS as the build sees it, once created."""

    @property
    def name(self) -> str:
        name: str = self.stack.only(Codepipeline)["name"]
        return name

    @property
    def executions(self) -> list[dict[str, Any]]:
        """What was started after its creation, oldest first."""
        return self._all[1:]

    @property
    def creation(self) -> dict[str, Any]:
        """The execution that its creation starts."""
        return self._all[0]

    @property
    def _all(self) -> list[dict[str, Any]]:
        client = self.region.client("codepipeline")
        found = client.list_pipeline_executions(pipelineName=self.name)
        ids = [one["pipelineExecutionId"] for one in found["pipelineExecutionSummaries"]]
        return [
            client.get_pipeline_execution(pipelineName=self.name, pipelineExecutionId=one)[
                "pipelineExecution"
            ]
            for one in reversed(ids)
        ]

    def fail(self, execution: dict[str, Any], back_to: dict[str, Any]) -> dict[str, Any]:
        """What CodePipeline does with an execution that has failed: starts one that goes back to
        another, and returns it."""
        client = self.region.client("codepipeline")
        client.stop_pipeline_execution(
            pipelineName=self.name,
            pipelineExecutionId=execution["pipelineExecutionId"],
            abandon=True,
        )
        client.rollback_stage(
            pipelineName=self.name,
            stageName="Deliver",
            targetPipelineExecutionId=back_to["pipelineExecutionId"],
        )
        return self.executions[-1]

    def create(self) -> None:
        """Creates it in the region: the bucket's notification, the rule and its target, roles."""
        one, stack = self.region, self.stack
        one.client("s3").put_bucket_notification_configuration(
            Bucket=one.bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        role = _role(one.aws, f"{self.name}-pipeline", "codepipeline.amazonaws.com", None)
        client = one.client("codepipeline")
        arn = f"arn:aws:codepipeline:{one.region}:{ACCOUNT}:{self.name}"
        client.create_pipeline(pipeline=_structure(stack, self.name, role, one.bucket))
        start = _policy(stack, "pipeline_arrival_policy").replace(
            "${aws_codepipeline.pipeline.arn}", arn
        )
        role = _role(one.aws, f"{self.name}-start", "events.amazonaws.com", start)
        build = f"{self.name}-build"
        _role(one.aws, build, "*", _policy(stack, "pipeline_build_policy"))
        self.as_build.append(one.aws.assume(build))
        rule = stack.resources(CloudwatchEventRule)["pipeline_arrival"]
        target = stack.resources(CloudwatchEventTarget)["pipeline_arrival_target"]
        transformer = target["input_transformer"]
        events = one.client("events")
        events.put_rule(Name=rule["name"], EventPattern=rule["event_pattern"])
        given = {
            "Id": target["target_id"],
            "Arn": arn,
            "RoleArn": role,
            "InputTransformer": {
                "InputPathsMap": transformer["input_paths"],
                "InputTemplate": transformer["input_template"],
            },
        }
        assert events.put_targets(Rule=rule["name"], Targets=[given])["FailedEntryCount"] == 0

    def build(self, execution: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
        """Runs the build of an execution as CodeBuild does: the program's files, the variables of
        the project and of the action, the build's role, and every command of its steps."""
        project = self.stack.only(CodebuildProject)
        with zipfile.ZipFile(self.program) as archive:
            archive.extractall(folder)
        python = folder / "bin" / "python"
        python.parent.mkdir()
        python.write_text(PYTHON)
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
        given = project["environment"]["environment_variable"]
        phases = yaml.safe_load(project["source"]["buildspec"])["phases"]
        commands = [one for phase in phases.values() for one in phase["commands"]]
        return subprocess.run(
            ["sh", "-ec", "\n".join(commands)],
            cwd=folder,
            env={
                "PATH": f"{python.parent}:{os.environ['PATH']}",
                **{one["name"]: one["value"] for one in given},
                **self._variables(execution),
                **self.as_build[0].variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def deliver(self, execution: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Result:
        """Runs what the build of an execution runs, here, as the build's role and impatiently."""
        log_in(self.as_build[0], monkeypatch)
        quick = partial(Options, bake=0, timeout=IMPATIENT, poll=0.05)
        monkeypatch.setattr(pipeline, "Options", quick)
        given = self.stack.only(CodebuildProject)["environment"]["environment_variable"]
        variables = {one["name"]: one["value"] for one in given} | self._variables(execution)
        try:
            return CliRunner().invoke(pipeline.program, [ENVIRONMENT], env=variables)
        finally:
            log_in(self.region.aws, monkeypatch)

    def _variables(self, execution: dict[str, Any]) -> dict[str, str]:
        """The action's, with CodePipeline's references resolved."""
        action = self.stack.only(Codepipeline)["stage"][1]["action"][0]
        known = {f"variables.{one['name']}": one["resolvedValue"] for one in execution["variables"]}
        known["codepipeline.PipelineExecutionId"] = execution["pipelineExecutionId"]
        found = json.loads(action["configuration"]["EnvironmentVariables"])
        return {
            one["name"]: re.sub(r"#\{(.*?)\}", lambda name: known[name[1]], one["value"])
            for one in found
        }


def pipeline_of(region: BareRegion, releases: Synthesised) -> RegionalPipeline:
    """That of a region, whose deliveries end at once."""
    environment = releases.environment
    delivery = environment.delivery.model_copy(update={"bake": 0})
    program = deploying(environment.model_copy(update={"delivery": delivery}))
    return RegionalPipeline(region, releases.stacks[region.role], program)


def _policy(stack: Stack, name: str) -> str:
    policy: str = stack.resources(IamRolePolicy)[name]["policy"]
    log = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:build"
    return policy.replace(ACCOUNT_ID, ACCOUNT).replace(LOG, log)


def _role(aws: EmbeddedAws, name: str, service: str, policy: str | None) -> str:
    iam = aws.client("iam", "us-east-1")
    by = {"AWS": "*"} if service == "*" else {"Service": service}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": by}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    if policy is not None:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    arn: str = made["Role"]["Arn"]
    return arn


def _structure(stack: Stack, name: str, role: str, bucket: str) -> dict[str, Any]:
    """The emitted pipeline, as the API takes it."""
    emitted = stack.only(Codepipeline)
    return {
        "name": name,
        "roleArn": role,
        "pipelineType": emitted["pipeline_type"],
        "executionMode": emitted["execution_mode"],
        "artifactStore": {"type": "S3", "location": bucket},
        "variables": [
            {"name": one["name"], "defaultValue": one["default_value"]}
            for one in emitted["variable"]
        ],
        "stages": [_stage(one) for one in emitted["stage"]],
    }


def _stage(emitted: dict[str, Any]) -> dict[str, Any]:
    (action,) = emitted["action"]
    made: dict[str, Any] = {"name": emitted["name"], "actions": [_action(action)]}
    if "on_failure" in emitted:
        made["onFailure"] = emitted["on_failure"]
    if "on_success" in emitted:
        condition = emitted["on_success"]["condition"]
        rules = [
            {
                "name": one["name"],
                "ruleTypeId": one["rule_type_id"],
                "configuration": one["configuration"],
            }
            for one in condition["rule"]
        ]
        made["onSuccess"] = {"conditions": [{"result": condition["result"], "rules": rules}]}
    return made


def _action(emitted: dict[str, Any]) -> dict[str, Any]:
    kind = {key: emitted[key] for key in ("category", "owner", "provider", "version")}
    return {
        "name": emitted["name"],
        "actionTypeId": kind,
        "configuration": emitted["configuration"],
        "inputArtifacts": [{"name": one} for one in emitted.get("input_artifacts", ())],
        "outputArtifacts": [{"name": one} for one in emitted.get("output_artifacts", ())],
    }
