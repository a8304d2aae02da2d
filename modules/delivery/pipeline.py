"""A region's pipeline: it delivers each release that arrives there, whatever the other region
does."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cdktf import AssetType, ITerraformDependable, TerraformAsset
from cdktf_cdktf_provider_aws.codepipeline import (
    Codepipeline,
    CodepipelineArtifactStore,
    CodepipelineStage,
    CodepipelineStageAction,
    CodepipelineStageOnFailure,
    CodepipelineStageOnSuccess,
    CodepipelineStageOnSuccessCondition,
    CodepipelineStageOnSuccessConditionRule,
    CodepipelineStageOnSuccessConditionRuleRuleTypeId,
    CodepipelineVariable,
)
from cdktf_cdktf_provider_aws.s3_object import S3Object
from constructs import Construct

from environments import Environment, Role
from modules.alarms import (
    DELIVERY_KIND,
    Alarm,
    about_the_application,
    expression,
    metric,
)
from modules.alerts import Alerting
from modules.archives import digest_of
from modules.delivery.arrival import VARIABLE, ReleaseArrival
from modules.delivery.build import DeliveryBuild
from modules.delivery.package import deploying
from modules.delivery.role import deliver_statements
from modules.iam import allow
from modules.module import DEFAULT, Module
from modules.regional import PROGRAM_FOLDER, ReleasesBucket, artifacts_of
from modules.roles import ServiceRole
from releases import NOTHING

# The key of the program in the releases bucket, where instances may read nothing but releases.
PROGRAM = f"{PROGRAM_FOLDER}program.zip"
# Minutes for an alarm that rings when a delivery ends, so that a release can silence one: longer
# than the slowest of these alarms takes to end.
QUIET_WITHIN = 15


class DeliveryPipeline(Module):
    """A pipeline of AWS CodePipeline that runs `failover deploy` for one region, what starts it,
    and the alarm that tells when it fails.

    Where a delivery fails, or one of the application's alarms still rings a quarter of an hour
    later, CodePipeline runs the last delivery that succeeded once more. Where `failover deploy` has
    brought the instances back by itself, that changes nothing; where it was killed, it does.

    Args:
        environment: The deployment.
        role: Which region.
        account_id: The account.
        releases: The region's releases bucket.
        alerting: Whom the alarm notifies, and the key of the log.
        alarms: The region's alarms by name.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        role: Role,
        account_id: str,
        releases: ReleasesBucket,
        alerting: Alerting,
        alarms: Mapping[str, ITerraformDependable],
    ) -> None:
        super().__init__(scope, id)
        self._environment, self._releases = environment, releases
        self._bucket = environment.releases_bucket(role)
        self._prefix = environment.regional_prefix(role)
        self._region, self._account = environment.regional(role).region, account_id
        self.name = environment.pipeline(role)
        program = self._program()
        build = DeliveryBuild(
            self,
            "build",
            name=self.name,
            role=role,
            region=self._region,
            account_id=account_id,
            statements=[
                *deliver_statements(environment, role, account_id),
                self._on_artifacts("s3:GetObject", "s3:GetObjectVersion"),
            ],
            log_days=environment.logs.days,
            key_arn=alerting.key_arn,
        )
        heeded = {name: alarms[name] for name in about_the_application(environment, role)}
        pipeline = self._pipeline(build.name, program, heeded)
        ReleaseArrival(
            self,
            "arrival",
            name=self.name,
            region=self._region,
            account_id=account_id,
            bucket=self._bucket,
            pipeline_arn=pipeline.arn,
        )
        self._failed(alerting.topic_arn)

    def _program(self) -> S3Object:
        archive = deploying(self._environment)
        # Directly below the stack, as a function's code is.
        asset = TerraformAsset(
            self.stack, self.address("program"), path=str(archive), type=AssetType.FILE
        )
        return S3Object(
            self,
            "program",
            bucket=self._releases.name,
            key=PROGRAM,
            source=asset.path,
            source_hash=digest_of(archive),
            content_type="application/zip",
            # CodePipeline asks for a version.
            depends_on=[self._releases.versioning],
        )

    def _pipeline(
        self, project: str, program: S3Object, alarms: Mapping[str, ITerraformDependable]
    ) -> Codepipeline:
        service_role = ServiceRole(
            self,
            "service_role",
            name=f"{self.name}-pipeline",
            service="codepipeline.amazonaws.com",
            description="Hands a region's releases to the build that delivers them",
            policy_name="pipeline",
            statements=list(self._statements(project)),
            # https://docs.aws.amazon.com/codepipeline/latest/userguide/cross-service-confused-deputy-prevention.html
            on_behalf_of={"aws:SourceAccount": self._account},
        )
        return Codepipeline(
            self,
            DEFAULT,
            name=self.name,
            role_arn=service_role.arn,
            pipeline_type="V2",
            # A release that waits while another is delivered gives way to one that arrives later.
            execution_mode="SUPERSEDED",
            artifact_store=[CodepipelineArtifactStore(type="S3", location=self._releases.name)],
            variable=[
                CodepipelineVariable(
                    name=VARIABLE,
                    default_value=NOTHING,
                    description="The key of the release that has arrived",
                )
            ],
            stage=[_source(self._releases.name), self._deliver(project, alarms)],
            depends_on=[program, *alarms.values(), *service_role.policies],
        )

    def _deliver(self, project: str, alarms: Iterable[str]) -> CodepipelineStage:
        variables = {
            "RELEASE": f"#{{variables.{VARIABLE}}}",
            "EXECUTION": "#{codepipeline.PipelineExecutionId}",
        }
        listed = [{"name": name, "value": value} for name, value in variables.items()]
        return CodepipelineStage(
            name="Deliver",
            action=[
                CodepipelineStageAction(
                    name="Deliver",
                    category="Build",
                    owner="AWS",
                    provider="CodeBuild",
                    version="1",
                    input_artifacts=["program"],
                    configuration={
                        "ProjectName": project,
                        "EnvironmentVariables": json.dumps(listed),
                    },
                )
            ],
            on_failure=CodepipelineStageOnFailure(result="ROLLBACK"),
            on_success=CodepipelineStageOnSuccess(condition=self._quiet(alarms)),
        )

    def _quiet(self, alarms: Iterable[str]) -> CodepipelineStageOnSuccessCondition:
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html"""
        kind = CodepipelineStageOnSuccessConditionRuleRuleTypeId(
            category="Rule", owner="AWS", provider="CloudWatchAlarm", version="1"
        )
        rules = [
            CodepipelineStageOnSuccessConditionRule(
                name=alarm.removeprefix(f"{self._prefix}-"),
                rule_type_id=kind,
                configuration={
                    "AlarmName": alarm,
                    "AlarmStates": "ALARM",
                    "WaitTime": str(QUIET_WITHIN),
                },
            )
            for alarm in alarms
        ]
        return CodepipelineStageOnSuccessCondition(result="ROLLBACK", rule=rules)

    def _statements(self, project: str) -> Iterator[dict[str, Any]]:
        """https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html"""
        here = f"{self._region}:{self._account}"
        bucket = f"arn:aws:s3:::{self._bucket}"
        yield allow("s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", on=bucket)
        yield allow(
            "s3:GetObject",
            "s3:GetObjectTagging",
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTagging",
            on=f"{bucket}/{PROGRAM}",
        )
        yield self._on_artifacts("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
        yield allow(
            "codebuild:BatchGetBuilds",
            "codebuild:StartBuild",
            on=f"arn:aws:codebuild:{here}:project/{project}",
        )
        # CloudWatch may ask for this on all alarms, whichever are named.
        yield allow("cloudwatch:DescribeAlarms", on=f"arn:aws:cloudwatch:{here}:alarm:*")

    def _on_artifacts(self, *actions: str) -> dict[str, Any]:
        return allow(*actions, on=f"arn:aws:s3:::{self._bucket}/{artifacts_of(self.name)}*")

    def _failed(self, topic_arn: str) -> None:
        """A run or a build that fails, and an arrival that starts none."""
        counted = {
            "runs": ("AWS/CodePipeline", "FailedPipelineExecutions", "PipelineName"),
            "builds": ("AWS/CodeBuild", "FailedBuilds", "ProjectName"),
            "starts": ("AWS/Events", "FailedInvocations", "RuleName"),
        }
        Alarm(
            self,
            "failed_alarm",
            prefix=self._prefix,
            kind=DELIVERY_KIND,
            description="The region's pipeline could not deliver a release, or could not start.",
            alarms=self._environment.alarms,
            topic_arn=topic_arn,
            treat_missing_data="notBreaching",
            # The next delivery tells whether all is well again, and nothing else does.
            tells_of_end=False,
            metric_query=[
                expression(" + ".join(counted), label="failures"),
                *(
                    metric(one, namespace, name, {dimension: self.name}, stat="Sum")
                    for one, (namespace, name, dimension) in counted.items()
                ),
            ],
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
        )


def _source(bucket: str) -> CodepipelineStage:
    """The program. It does not start the pipeline: releases do."""
    return CodepipelineStage(
        name="Program",
        action=[
            CodepipelineStageAction(
                name="Program",
                category="Source",
                owner="AWS",
                provider="S3",
                version="1",
                output_artifacts=["program"],
                configuration={
                    "S3Bucket": bucket,
                    "S3ObjectKey": PROGRAM,
                    "PollForSourceChanges": "false",
                },
            )
        ],
    )
