"""Probes an AWS for pipelines and builds, and for what starts them."""

import json
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.pipeline_actions import build, source
from tests.sandbox.embedded_aws.refusals.service import role

REGION = "us-east-1"


def pipeline(aws: EmbeddedAws, bucket: str) -> str:
    """A pipeline with a variable, by name."""
    name = unique()
    aws.client("codepipeline", REGION).create_pipeline(
        pipeline={
            "name": name,
            "roleArn": role(aws, "codepipeline.amazonaws.com"),
            "pipelineType": "V2",
            "artifactStore": {"type": "S3", "location": bucket},
            "variables": [{"name": "release", "defaultValue": "none"}],
            "stages": [
                {"name": "Program", "actions": [source(bucket)]},
                {"name": "Deliver", "actions": [build()]},
            ],
        }
    )
    return name


def _bucket(aws: EmbeddedAws) -> str:
    name = unique()
    aws.client("s3", REGION).create_bucket(Bucket=name)
    return name


def pipelines_tell_when_they_were_made(aws: EmbeddedAws) -> bool:
    """Terraform's SDK takes nothing but a number; boto3 takes text too."""
    name, raw = pipeline(aws, _bucket(aws)), dict[str, Any]()
    client = aws.client("codepipeline", REGION)
    client.meta.events.register(
        "before-parse.codepipeline.GetPipeline",
        lambda response_dict, **_: raw.update(json.loads(response_dict["body"])),
    )
    made = client.get_pipeline(name=name)["metadata"]["created"]
    assert isinstance(made, datetime)
    return isinstance(raw["metadata"]["created"], float)


def pipelines_run_until_somebody_is_done(aws: EmbeddedAws) -> bool:
    client, name = aws.client("codepipeline", REGION), pipeline(aws, _bucket(aws))
    started = client.start_pipeline_execution(name=name)["pipelineExecutionId"]
    known = {"pipelineName": name, "pipelineExecutionId": started}

    def status() -> str:
        return client.get_pipeline_execution(**known)["pipelineExecution"]["status"]

    if status() != "InProgress":
        return False
    client.stop_pipeline_execution(**known, abandon=True)
    return status() == "Stopped"


def pipelines_start_when_they_are_made(aws: EmbeddedAws) -> bool:
    client, name = aws.client("codepipeline", REGION), pipeline(aws, _bucket(aws))
    runs = executions(aws, name)
    if [one["variables"] for one in runs] != [[{"name": "release", "resolvedValue": "none"}]]:
        return False
    given = [{"name": "release", "value": "x"}]
    client.start_pipeline_execution(name=name, variables=given)
    return executions(aws, name)[0]["variables"] == [{"name": "release", "resolvedValue": "x"}]


def stages_are_rolled_back(aws: EmbeddedAws) -> bool:
    client, name = aws.client("codepipeline", REGION), pipeline(aws, _bucket(aws))
    given = [{"name": "release", "value": "x"}]
    target = client.start_pipeline_execution(name=name, variables=given)["pipelineExecutionId"]
    client.start_pipeline_execution(name=name, variables=[{"name": "release", "value": "y"}])
    try:
        client.rollback_stage(
            pipelineName=name, stageName="Deliver", targetPipelineExecutionId=target
        )
    except ClientError:
        return False
    back, before = executions(aws, name)[:2]
    assert back["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": target}
    return (back["executionType"], before["executionType"], back["variables"]) == (
        "ROLLBACK",
        "STANDARD",
        [{"name": "release", "resolvedValue": "x"}],
    )


def executions(aws: EmbeddedAws, name: str) -> list[dict[str, Any]]:
    """A pipeline's, newest first."""
    client = aws.client("codepipeline", REGION)
    found = client.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
    ids = [one["pipelineExecutionId"] for one in found]
    asked = (
        client.get_pipeline_execution(pipelineName=name, pipelineExecutionId=one) for one in ids
    )
    return [one["pipelineExecution"] for one in asked]


def _project(aws: EmbeddedAws, kind: str, **more: str) -> dict[str, Any]:
    return {
        "name": unique(),
        "source": {"type": kind, "buildspec": "version: 0.2", **more},
        "artifacts": {"type": "CODEPIPELINE" if kind == "CODEPIPELINE" else "NO_ARTIFACTS"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "computeType": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        },
        "serviceRole": role(aws, "codebuild.amazonaws.com"),
    }


def projects_take_what_a_pipeline_hands_over(aws: EmbeddedAws) -> bool:
    try:
        aws.client("codebuild", REGION).create_project(**_project(aws, "CODEPIPELINE"))
    except ClientError:
        return False
    return True


def projects_change(aws: EmbeddedAws) -> bool:
    client, project = aws.client("codebuild", REGION), _project(aws, "S3", location="b/o")
    client.create_project(**project)
    try:
        client.update_project(name=project["name"], timeoutInMinutes=77)
    except ClientError:
        return False
    (found,) = client.batch_get_projects(names=[project["name"]])["projects"]
    return (found["timeoutInMinutes"], found["serviceRole"]) == (77, project["serviceRole"])


def buckets_tell_eventbridge(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    before = s3.get_bucket_notification_configuration(Bucket=name)
    assert "EventBridgeConfiguration" not in before
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    return "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name)


def started(aws: EmbeddedAws, *allowed: str) -> list[Any]:
    """What has started a pipeline that objects below releases/ start, if its role may."""
    bucket = _bucket(aws)
    name = pipeline(aws, bucket)
    s3, events = aws.client("s3", REGION), aws.client("events", REGION)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "releases/"}]}},
    }
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    target = {
        "Id": "pipeline",
        "Arn": f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{name}",
        "RoleArn": role(aws, "events.amazonaws.com", *allowed),
        "InputTransformer": {
            "InputPathsMap": {"key": "$.detail.object.key"},
            "InputTemplate": '{"variables": [{"name": "release", "value": <key>}]}',
        },
    }
    events.put_targets(Rule=name, Targets=[target])
    s3.put_object(Bucket=bucket, Key="other", Body=b"x")
    s3.put_object(Bucket=bucket, Key='releases/"a', Body=b"x")
    kept = [{"name": "release", "resolvedValue": "none"}]
    return [one["variables"] for one in executions(aws, name) if one["variables"] not in ([], kept)]


def events_start_pipelines(aws: EmbeddedAws) -> bool:
    variables = [{"name": "release", "resolvedValue": 'releases/"a'}]
    may = started(aws, "codepipeline:StartPipelineExecution")
    return may == [variables] and started(aws, "codepipeline:GetPipeline") == []
