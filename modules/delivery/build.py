"""What a pipeline runs: `failover deploy`, in CodeBuild."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.codebuild_project import (
    CodebuildProject,
    CodebuildProjectArtifacts,
    CodebuildProjectEnvironment,
    CodebuildProjectEnvironmentEnvironmentVariable,
    CodebuildProjectLogsConfig,
    CodebuildProjectLogsConfigCloudwatchLogs,
    CodebuildProjectSource,
)
from constructs import Construct

from environments import Role
from modules.delivery.package import ENVIRONMENT, REQUIREMENTS
from modules.iam import allow
from modules.module import DEFAULT, Module
from modules.roles import ServiceRole

# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
# The smallest; a delivery mostly waits.
COMPUTE = "BUILD_GENERAL1_SMALL"
# Minutes that `failover deploy` may take in a large group. It ends by itself far earlier where
# nothing moves.
LONGEST = 240
# CodePipeline's and CodeBuild's words for "what the stage before handed over".
FROM_PIPELINE = "CODEPIPELINE"
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
STEPS = f"""\
version: 0.2
phases:
  install:
    runtime-versions:
      python: "3.13"
    commands:
      - >-
        python -m pip install --quiet --disable-pip-version-check --require-hashes
        --only-binary :all: --requirement {REQUIREMENTS}
  build:
    commands:
      - python -m operations.delivery.pipeline {ENVIRONMENT}
"""


class DeliveryBuild(Module):
    """The build project that delivers to one region, its role and its log.

    Args:
        name: The pipeline's name, and the project's.
        role: Which region.
        region: Region of the project.
        account_id: Account of the project.
        statements: What a delivery may do.
        log_days: How long its log is kept.
        key_arn: KMS key that encrypts the log.

    Attributes:
        name: The project's name.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        role: Role,
        region: str,
        account_id: str,
        statements: Sequence[dict[str, Any]],
        log_days: int,
        key_arn: str,
    ) -> None:
        super().__init__(scope, id)
        log = CloudwatchLogGroup(
            self,
            "log",
            name=f"/aws/codebuild/{name}",
            retention_in_days=log_days,
            kms_key_id=key_arn,
        )
        project = f"arn:aws:codebuild:{region}:{account_id}:project/{name}"
        service_role = ServiceRole(
            self,
            "service_role",
            name=f"{name}-build",
            service="codebuild.amazonaws.com",
            description="Delivers releases to one region, for its pipeline",
            policy_name="deliver",
            statements=[*statements, *_own_statements(name, region, account_id, log.arn)],
            # https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html
            on_behalf_of={"aws:SourceArn": project},
        )
        variables = {"ROLE": role, "PIPELINE": name}
        self.name = CodebuildProject(
            self,
            DEFAULT,
            name=name,
            description="Delivers a release that has arrived",
            service_role=service_role.arn,
            source=CodebuildProjectSource(type=FROM_PIPELINE, buildspec=STEPS),
            artifacts=CodebuildProjectArtifacts(type=FROM_PIPELINE),
            environment=CodebuildProjectEnvironment(
                type="LINUX_CONTAINER",
                compute_type=COMPUTE,
                image=IMAGE,
                environment_variable=[
                    CodebuildProjectEnvironmentEnvironmentVariable(name=key, value=value)
                    for key, value in variables.items()
                ],
            ),
            logs_config=CodebuildProjectLogsConfig(
                cloudwatch_logs=CodebuildProjectLogsConfigCloudwatchLogs(group_name=log.name)
            ),
            build_timeout=LONGEST,
            depends_on=service_role.policies,
        ).name


def _own_statements(
    name: str, region: str, account_id: str, log_arn: str
) -> Iterator[dict[str, Any]]:
    """Its log, and whether the pipeline goes back to an earlier release."""
    yield allow("logs:CreateLogStream", "logs:PutLogEvents", on=f"{log_arn}:*")
    yield allow(
        "codepipeline:GetPipelineExecution",
        on=f"arn:aws:codepipeline:{region}:{account_id}:{name}",
    )
