"""What CodePipeline and CodeBuild refuse."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.pipeline_actions import build, kind, source
from tests.sandbox.embedded_aws.refusals.service import Service, role, unique

WRONG, WRONG_BUILD = "InvalidStructureException", "InvalidInputException"
NOBODY = f"arn:aws:iam::{ACCOUNT}:role/nobody"


@pytest.fixture(scope="module")
def pipelines(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "codepipeline")


@pytest.fixture(scope="module")
def builds(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "codebuild")


@pytest.fixture(scope="module")
def good(refusing: EmbeddedAws) -> dict[str, Any]:
    """A pipeline that AWS takes."""
    bucket = unique()
    Service(refusing, "s3").ok("create_bucket", Bucket=bucket)
    west = Service(refusing, "s3", "us-west-2")
    there = {"LocationConstraint": "us-west-2"}
    west.ok("create_bucket", Bucket=f"{bucket}-west", CreateBucketConfiguration=there)
    rule = {
        "name": "errors",
        "ruleTypeId": kind("Rule", "CloudWatchAlarm"),
        "configuration": {"AlarmName": "errors", "AlarmStates": "ALARM", "WaitTime": "5"},
    }
    return {
        "name": "delivery",
        "roleArn": role(refusing, "codepipeline.amazonaws.com"),
        "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": bucket},
        "variables": [{"name": "release", "defaultValue": "none"}],
        "stages": [
            {"name": "Program", "actions": [source(bucket)]},
            {
                "name": "Deliver",
                "actions": [build()],
                "onFailure": {"result": "ROLLBACK"},
                "onSuccess": {"conditions": [{"result": "ROLLBACK", "rules": [rule]}]},
            },
        ],
    }


Change = Callable[[dict[str, Any]], object]
WRONG_ONES: dict[str, tuple[Change, str]] = {
    "no source first": (lambda one: one["stages"].reverse(), "source actions alone"),
    "a source later": (
        lambda one: one["stages"][1]["actions"].append(
            {**one["stages"][0]["actions"][0], "name": "Again", "outputArtifacts": []}
        ),
        "only the first stage",
    ),
    "back to a source": (
        lambda one: one["stages"][0].update(onFailure={"result": "ROLLBACK"}),
        "cannot be rolled back",
    ),
    "a stage twice": (
        lambda one: one["stages"].append(
            {"name": "Deliver", "actions": [{**one["stages"][1]["actions"][0], "name": "B"}]}
        ),
        "stages: 'Deliver' is there 2 times",
    ),
    "an action twice": (
        lambda one: one["stages"][1]["actions"].append(one["stages"][1]["actions"][0]),
        "'Deliver' is there 2 times",
    ),
    "a variable twice": (
        lambda one: one["variables"].append({"name": "release"}),
        "variables: 'release' is there 2 times",
    ),
    "an input of nobody's": (
        lambda one: one["stages"][1]["actions"][0].update(inputArtifacts=[{"name": "else"}]),
        "no earlier action puts out 'else'",
    ),
    "an output of two": (
        lambda one: one["stages"][1]["actions"][0].update(outputArtifacts=[{"name": "program"}]),
        "'program' is put out already",
    ),
    "the old type": (
        lambda one: one.update(pipelineType="V1"),
        "variables, onSuccess, onFailure take V2",
    ),
    "the old type, queued": (
        lambda one: one.update(pipelineType="V1", executionMode="QUEUED", variables=[]),
        "executionMode",
    ),
    "an unknown key": (
        lambda one: one["stages"][0]["actions"][0]["configuration"].update(Bucket="x"),
        "unknown configuration 'Bucket'",
    ),
    "a key left out": (
        lambda one: one["stages"][1]["actions"][0]["configuration"].pop("ProjectName"),
        "missing required configuration 'ProjectName'",
    ),
    "a rule's key left out": (
        lambda one: one["stages"][1]["onSuccess"]["conditions"][0]["rules"][0]["configuration"].pop(
            "AlarmName"
        ),
        "missing required configuration 'AlarmName'",
    ),
    "no bucket": (
        lambda one: one["artifactStore"].update(location="nowhere"),
        "there is no bucket 'nowhere'",
    ),
    "a bucket elsewhere": (
        lambda one: one["artifactStore"].update(
            location=one["artifactStore"]["location"] + "-west"
        ),
        "there is no bucket",
    ),
    "no role": (lambda one: one.update(roleArn=NOBODY), "there is no role"),
}


@pytest.mark.parametrize(("change", "said"), WRONG_ONES.values(), ids=WRONG_ONES.keys())
def test_pipelines(pipelines: Service, good: dict[str, Any], change: Change, said: str) -> None:
    wrong = {**deepcopy(good), "name": unique()}
    change(wrong)
    pipelines.refused("create_pipeline", WRONG, said, pipeline=wrong)


def test_a_good_pipeline_is_taken_and_may_change(pipelines: Service, good: dict[str, Any]) -> None:
    one = {**good, "name": unique()}
    pipelines.ok("create_pipeline", pipeline=one)
    pipelines.ok("update_pipeline", pipeline={**one, "executionMode": "QUEUED"})
    pipelines.refused("update_pipeline", WRONG, "no role", pipeline={**one, "roleArn": NOBODY})


def test_a_pipelines_role_trusts_it(
    refusing: EmbeddedAws, pipelines: Service, good: dict[str, Any]
) -> None:
    wrong = {**good, "name": unique(), "roleArn": role(refusing, "codebuild.amazonaws.com")}
    pipelines.refused("create_pipeline", WRONG, "does not trust", pipeline=wrong)


def project(its_role: str, **more: Any) -> dict[str, Any]:
    asked = {
        "name": unique(),
        "serviceRole": its_role,
        "source": {"type": "CODEPIPELINE", "buildspec": "version: 0.2"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "computeType": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            "environmentVariables": [{"name": "ROLE", "value": "dr"}],
        },
    }
    return {**asked, **more}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("source.type", {"artifacts": {"type": "NO_ARTIFACTS"}}),
        ("artifacts.type", {"source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"}}),
        ("source.location", {"source": {"type": "CODEPIPELINE", "location": "x/y"}}),
        ("there is no role", {"serviceRole": NOBODY}),
        (
            "'A' is there twice",
            {
                "environment": {
                    **project("")["environment"],
                    "environmentVariables": [{"name": "A", "value": "x"}] * 2,
                }
            },
        ),
    ],
)
def test_builds(refusing: EmbeddedAws, builds: Service, said: str, wrong: dict[str, Any]) -> None:
    own = role(refusing, "codebuild.amazonaws.com")
    builds.refused("create_project", WRONG_BUILD, said, **project(own, **wrong))


def test_a_good_build_is_taken_and_may_change(refusing: EmbeddedAws, builds: Service) -> None:
    one = project(role(refusing, "codebuild.amazonaws.com"))
    builds.ok("create_project", **one)
    builds.ok("update_project", name=one["name"], timeoutInMinutes=30)
    other = role(refusing, "lambda.amazonaws.com")
    builds.refused(
        "update_project", WRONG_BUILD, "does not trust", name=one["name"], serviceRole=other
    )
