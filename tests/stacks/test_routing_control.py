"""A deployment whose switch is an ARC routing control: what is emitted, in every place."""

import json
from functools import cache
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy

from tests.arc import ARN, ENDPOINTS, ROUTING_CONTROL
from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks
from tests.variants import PLACES, changed


@pytest.fixture(scope="module")
def synthesised_at() -> Any:
    @cache
    def at(place: tuple[str, str, str]) -> Synthesised:
        environment = changed("hot", "manual", place, routing_control=ROUTING_CONTROL)
        return Synthesised(environment, Stacks(environment))

    return at


@pytest.fixture(params=PLACES, ids="-".join)
def deployment(request: pytest.FixtureRequest, synthesised_at: Any) -> Synthesised:
    """The standby in us-east-1, the primary there, and neither."""
    return synthesised_at(request.param)


def statements(stack: Stack) -> list[dict[str, Any]]:
    policy = stack.resources(IamRolePolicy)["control_policy"]["policy"]
    return json.loads(policy)["Statement"]


def test_the_primary_is_in_service_while_it_is_healthy_and_the_control_is_on(
    deployment: Synthesised,
) -> None:
    stack = deployment.stacks["global"]
    parts = ("primary_health_check", "routing_control_check")
    assert stack.has(
        Route53HealthCheck,
        type="CALCULATED",
        child_healthchecks=[f"${{aws_route53_health_check.{part}.id}}" for part in parts],
        child_health_threshold=2,
    )
    primary = stack.resources(Route53Record)["primary_record"]
    assert primary["health_check_id"] == "${aws_route53_health_check.primary_in_service.id}"


def test_route_53_follows_the_control_and_neither_object_nor_metric(
    deployment: Synthesised,
) -> None:
    checks = deployment.stacks["global"].resources(Route53HealthCheck)
    assert set(checks) == {
        "primary_health_check",
        "standby_health_check",
        "primary_in_service",
        "routing_control_check",
    }
    check = checks["routing_control_check"]
    told = {name: value for name, value in check.items() if name not in ("//", "tags")}
    assert told == {
        "type": "RECOVERY_CONTROL",
        "routing_control_arn": ARN,
        "lifecycle": {"create_before_destroy": True},
    }
    assert check["tags"] == {"Name": "awspractice-routing-control"}


def test_people_are_told_all_the_same(deployment: Synthesised) -> None:
    alarms = {
        alarm["alarm_name"]
        for stack in ("dr", "global")
        for alarm in deployment.stacks[stack].resources(CloudwatchMetricAlarm).values()
    }
    told = ("failover-switch", "standby-cannot-serve", "control-silent", "primary-out-of-service")
    assert {f"{deployment.environment.name}-{kind}" for kind in told} <= alarms


def test_the_function_is_told_the_control_and_its_endpoints(deployment: Synthesised) -> None:
    variables = deployment.stacks["dr"].resources(LambdaFunction)["control"]["environment"][
        "variables"
    ]
    assert variables["FAILBACK"] == "manual"
    assert variables["ROUTING_CONTROL"] == ARN
    endpoints = variables["ROUTING_CONTROL_ENDPOINTS"]
    assert json.loads(endpoints) == ENDPOINTS
    assert list(json.loads(endpoints)) == sorted(ENDPOINTS), "the order of the file is no change"


def test_the_function_may_move_that_control_and_publish_its_metrics(
    deployment: Synthesised,
) -> None:
    found = statements(deployment.stacks["dr"])
    assert [one for one in found if "route53-recovery" in json.dumps(one)] == [
        {
            "Effect": "Allow",
            "Action": [
                "route53-recovery-cluster:GetRoutingControlState",
                "route53-recovery-cluster:UpdateRoutingControlState",
            ],
            "Resource": ARN,
        }
    ]
    assert [action for one in found for action in one["Action"] if "cloudwatch" in action] == [
        "cloudwatch:PutMetricData"
    ]


def test_the_bucket_stays_for_the_notes(deployment: Synthesised) -> None:
    bucket = deployment.stacks["bootstrap"].resources(S3Bucket)["switch"]
    assert bucket["bucket"] == deployment.environment.switch_bucket
    noted = [one for one in statements(deployment.stacks["dr"]) if "s3:PutObject" in one["Action"]]
    keys = [one["Resource"].rpartition("/")[2] for one in noted]
    assert keys == ["note", "standby-needed"]
    assert "switch_global" in deployment.stacks["bootstrap"].resources(S3Bucket)


def test_no_health_checker_reads_the_bucket(deployment: Synthesised) -> None:
    policy = deployment.stacks["bootstrap"].resources(S3BucketPolicy)["switch_policy"]
    (statement,) = json.loads(policy["policy"])["Statement"]
    assert statement["Sid"] == "TlsOnly"


def test_nothing_of_the_cluster_is_created(deployment: Synthesised) -> None:
    for stack in deployment.stacks.values():
        assert "route53recoverycontrolconfig" not in stack.text
