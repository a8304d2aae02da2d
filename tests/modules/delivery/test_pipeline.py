"""Each region's pipeline: what starts it, what it runs, and what it may do."""

import json
from typing import Any

import pytest
import yaml
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.codebuild_project import CodebuildProject
from cdktf_cdktf_provider_aws.codepipeline import Codepipeline
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_notification import S3BucketNotification
from cdktf_cdktf_provider_aws.s3_object import S3Object

from environments import ROLES, Environment, Role
from modules.alarm_names import about_the_application
from modules.delivery.role import deliver_statements
from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks, example

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
KINDS = (Codepipeline, CodebuildProject, S3Object, S3BucketNotification)


def statements(stack: Stack, name: str) -> list[dict[str, Any]]:
    policy = stack.resources(IamRolePolicy)[f"{name}_policy"]["policy"]
    return json.loads(policy)["Statement"]


def name_of(environment: Environment, role: Role) -> str:
    return f"releases-{environment.regional(role).region}-delivery"


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> Role:
    return request.param


def test_a_release_that_arrives_starts_it(releases: Synthesised, role: Role) -> None:
    stack, environment = releases.stacks[role], releases.environment
    assert stack.only(S3BucketNotification)["eventbridge"] is True
    rule = stack.resources(CloudwatchEventRule)["pipeline_arrival"]
    detail = json.loads(rule["event_pattern"])["detail"]
    assert detail == {
        "bucket": {"name": [environment.releases_bucket(role)]},
        "object": {"key": [{"prefix": "releases/"}]},
    }
    target = stack.resources(CloudwatchEventTarget)["pipeline_arrival_target"]
    assert target["arn"] == "${aws_codepipeline.pipeline.arn}"
    assert target["retry_policy"]["maximum_event_age_in_seconds"] == 900


def test_it_runs_the_delivery_to_its_own_region(releases: Synthesised, role: Role) -> None:
    stack = releases.stacks[role]
    project = stack.only(CodebuildProject)
    given = project["environment"]["environment_variable"]
    assert {one["name"]: one["value"] for one in given} == {
        "ROLE": role,
        "PIPELINE": name_of(releases.environment, role),
    }
    phases = yaml.safe_load(project["source"]["buildspec"])["phases"]
    assert phases["build"]["commands"] == [
        "python -m operations.delivery.pipeline environment.toml"
    ]
    (install,) = phases["install"]["commands"]
    assert install.endswith(
        "--require-hashes --only-binary :all: --requirement requirements/deploy.txt"
    )


def test_it_goes_back_where_it_fails_or_an_alarm_rings(releases: Synthesised, role: Role) -> None:
    pipeline = releases.stacks[role].only(Codepipeline)
    assert (pipeline["pipeline_type"], pipeline["execution_mode"]) == ("V2", "SUPERSEDED")
    deliver = pipeline["stage"][1]
    assert deliver["on_failure"] == {"result": "ROLLBACK"}
    condition = deliver["on_success"]["condition"]
    assert condition["result"] == "ROLLBACK"
    named = [rule["configuration"]["AlarmName"] for rule in condition["rule"]]
    assert named == about_the_application(releases.environment, role)
    alarms = releases.stacks[role].resources(CloudwatchMetricAlarm)
    assert set(named) <= {alarm["alarm_name"] for alarm in alarms.values()}
    heeded = {
        f"aws_cloudwatch_metric_alarm.{key}"
        for key, alarm in alarms.items()
        if alarm["alarm_name"] in named
    }
    assert heeded <= set(pipeline["depends_on"])


def test_an_alarm_tells_of_a_failed_delivery(releases: Synthesised, role: Role) -> None:
    alarm = releases.stacks[role].resources(CloudwatchMetricAlarm)["pipeline_failed_alarm"]
    name = name_of(releases.environment, role)
    assert alarm["alarm_actions"] == ["${aws_sns_topic.alerts.arn}"]
    watched = {
        (query["metric"]["metric_name"], *query["metric"]["dimensions"].values())
        for query in alarm["metric_query"]
        if "metric" in query
    }
    assert watched == {
        ("FailedPipelineExecutions", name),
        ("FailedBuilds", name),
        ("FailedInvocations", name),
    }


def test_each_service_acts_for_this_pipeline_or_this_account_alone(
    releases: Synthesised, role: Role
) -> None:
    stack, region = releases.stacks[role], releases.environment.regional(role).region
    name = name_of(releases.environment, role)
    wanted = {
        "pipeline": ("codepipeline", {"aws:SourceAccount": ACCOUNT}),
        "pipeline_build": (
            "codebuild",
            {"aws:SourceArn": f"arn:aws:codebuild:{region}:{ACCOUNT}:project/{name}"},
        ),
        "pipeline_arrival": (
            "events",
            {"aws:SourceArn": f"arn:aws:events:{region}:{ACCOUNT}:rule/{name}"},
        ),
    }
    for key, (service, condition) in wanted.items():
        made = stack.resources(IamRole)[f"{key}_role"]
        (trust,) = json.loads(made["assume_role_policy"])["Statement"]
        assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": condition}


def test_the_build_may_deliver_and_little_else(releases: Synthesised, role: Role) -> None:
    environment, stack = releases.environment, releases.stacks[role]
    own = list(deliver_statements(environment, role, ACCOUNT))
    found = statements(stack, "pipeline_build")
    assert [one for one in found if one in own] == own
    actions = {action for one in found if one not in own for action in one["Action"]}
    assert actions == {
        "s3:GetObject",
        "s3:GetObjectVersion",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "codepipeline:GetPipelineExecution",
    }


def test_the_pipeline_cannot_touch_releases(releases: Synthesised, role: Role) -> None:
    bucket = f"arn:aws:s3:::{releases.environment.releases_bucket(role)}"
    artifacts = f"{bucket}/{name_of(releases.environment, role)[:20]}/*"
    found = statements(releases.stacks[role], "pipeline")
    objects = {
        (action, one["Resource"]) for one in found for action in one["Action"] if "Object" in action
    }
    assert objects == {
        *((f"s3:{action}", artifacts) for action in ("GetObject", "GetObjectVersion", "PutObject")),
        *(
            (f"s3:{action}", f"{bucket}/delivery/program.zip")
            for action in (
                "GetObject",
                "GetObjectTagging",
                "GetObjectVersion",
                "GetObjectVersionTagging",
            )
        ),
    }
    services = {action.partition(":")[0] for one in found for action in one["Action"]}
    assert services == {"s3", "codebuild", "cloudwatch"}


def test_what_a_pipeline_leaves_behind_expires_and_releases_do_not(
    releases: Synthesised, role: Role
) -> None:
    lifecycles = releases.stacks[role].resources(S3BucketLifecycleConfiguration)
    rules = lifecycles["releases_lifecycle"]["rule"]
    expiring = {
        rule["filter"][0]["prefix"]
        for rule in rules
        if "expiration" in rule or "noncurrent_version_expiration" in rule
    }
    assert expiring == {f"{name_of(releases.environment, role)[:20]}/", "delivery/"}


def test_nothing_of_it_is_in_the_other_region(releases: Synthesised, role: Role) -> None:
    other: Role = "dr" if role == "primary" else "primary"
    for name in ("pipeline", "pipeline_build", "pipeline_arrival"):
        text = json.dumps(statements(releases.stacks[role], name))
        assert releases.environment.regional(other).region not in text
        assert releases.environment.releases_bucket(other) not in text


def test_a_pilot_light_heeds_no_alarm_that_it_has_not() -> None:
    environment = example("releases")
    capacity = environment.dr.capacity.model_copy(update={"min": 0, "desired": 0})
    sleeping = environment.model_copy(
        update={
            "dr": environment.dr.model_copy(update={"capacity": capacity}),
            "failover": environment.failover.model_copy(update={"strategy": "pilot_light"}),
        }
    )
    pipeline = Stacks(sleeping)["dr"].only(Codepipeline)
    rules = pipeline["stage"][1]["on_success"]["condition"]["rule"]
    assert [rule["name"] for rule in rules] == [
        "unhealthy-hosts",
        "target-errors",
        "slow-responses",
    ]


def test_without_one_there_is_nothing_of_it() -> None:
    environment = example("releases")
    delivery = environment.delivery.model_copy(update={"pipeline": None})
    stacks = Stacks(environment.model_copy(update={"delivery": delivery}))
    for role in ROLES:
        assert not any(stacks[role].resources(kind) for kind in KINDS)
        assert "pipeline_failed_alarm" not in stacks[role].resources(CloudwatchMetricAlarm)


def test_a_page_has_none(deployment: Synthesised) -> None:
    for role in ROLES:
        assert not any(deployment.stacks[role].resources(kind) for kind in KINDS)
