"""The alarm on the primary's health check, and how its event reaches the standby's region."""

import json

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from tests.conftest import Synthesised

BUS = "arn:aws:events:eu-west-1:${data.aws_caller_identity.account.account_id}:event-bus/default"


def test_it_sees_any_unhealthy_moment_of_a_minute(deployment: Synthesised) -> None:
    assert deployment.stacks["global"].has(
        CloudwatchMetricAlarm,
        alarm_name=f"{deployment.environment.name}-primary-endpoint",
        namespace="AWS/Route53",
        metric_name="HealthCheckStatus",
        dimensions={"HealthCheckId": "${aws_route53_health_check.primary_health_check.id}"},
        statistic="Minimum",
        period=60,
        evaluation_periods=1,
        comparison_operator="LessThanThreshold",
        threshold=1,
    )


def test_it_is_in_us_east_1(mission: Synthesised, staging: Synthesised) -> None:
    """Route 53's metrics exist only there, wherever the stack is."""
    for deployment, provider in ((mission, "aws.metrics"), (staging, None)):
        stack = deployment.stacks["global"]
        regions = {one.get("alias"): one["region"] for one in stack.json["provider"]["aws"]}
        assert regions[None if provider is None else "metrics"] == "us-east-1"
        alarm = stack.resources(CloudwatchMetricAlarm)["primary_endpoint_alarm"]
        assert alarm.get("provider") == provider


def test_a_standby_in_us_east_1_has_the_event_already(mission: Synthesised) -> None:
    assert not mission.stacks["global"].resources(CloudwatchEventRule)


def test_the_event_goes_to_a_standby_elsewhere(staging: Synthesised) -> None:
    stack = staging.stacks["global"]
    sent = json.loads(stack.only(CloudwatchEventRule)["event_pattern"])
    received = staging.stacks["dr"].resources(CloudwatchEventRule)["control_alarm"]
    assert sent == json.loads(received["event_pattern"])
    assert stack.has(CloudwatchEventTarget, arn=BUS, role_arn="${aws_iam_role.forward_role.arn}")
    (statement,) = json.loads(stack.only(IamRolePolicy)["policy"])["Statement"]
    assert statement == {"Effect": "Allow", "Action": ["events:PutEvents"], "Resource": BUS}
