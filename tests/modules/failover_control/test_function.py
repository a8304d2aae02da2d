"""The Lambda function: pinned, retried, its logs kept for a while, and invoked by the right
callers."""

import json

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfig,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

from functions.failover_control.agreed import BETWEEN_LOOKS, LOOKS
from functions.failover_control.handler import ENOUGH_FOR_A_LOOK
from tests.conftest import Synthesised


def test_its_runtime_is_pinned(deployment: Synthesised) -> None:
    function = deployment.stacks["dr"].resources(LambdaFunction)["control"]
    assert function["function_name"] == f"{deployment.environment.name}-failover-control"
    assert function["runtime"] == "python3.13"
    assert function["handler"] == "functions.failover_control.handler.handle"
    assert function["role"] == "${aws_iam_role.control_role.arn}"


def test_it_has_time_for_all_its_looks(deployment: Synthesised) -> None:
    """Even if AWS is slow; yet it ends, since the next minutes' runs have long started."""
    timeout = deployment.stacks["dr"].resources(LambdaFunction)["control"]["timeout"]
    assert (LOOKS - 1) * BETWEEN_LOOKS + ENOUGH_FOR_A_LOOK < timeout <= 120


def test_lambda_alone_takes_its_role(deployment: Synthesised) -> None:
    role = deployment.stacks["dr"].resources(IamRole)["control_role"]
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_what_fails_is_kept_for_people(deployment: Synthesised) -> None:
    """Lambda does not retry: a failed minute would overtake the next ones."""
    stack = deployment.stacks["dr"]
    retries = stack.resources(LambdaFunctionEventInvokeConfig)["control_failures"]
    assert retries["maximum_retry_attempts"] == 0
    queue = "${aws_sqs_queue.control_dead_letters.arn}"
    assert retries["destination_config"] == {"on_failure": {"destination": queue}}
    assert stack.only(SqsQueue)["sqs_managed_sse_enabled"] is True


def test_its_log_is_encrypted_and_ends_some_day(deployment: Synthesised) -> None:
    name = deployment.stacks["dr"].resources(LambdaFunction)["control"]["function_name"]
    assert deployment.stacks["dr"].has(
        CloudwatchLogGroup,
        name=f"/aws/lambda/{name}",
        retention_in_days=deployment.environment.logs.days,
        kms_key_id="${aws_kms_key.key.arn}",
    )


def test_what_is_late_is_not_run(deployment: Synthesised) -> None:
    """After hours of a Lambda that accepts no events, those of all these minutes would arrive at
    once, and the next minute's look sees more than any of them."""
    stack = deployment.stacks["dr"]
    target = stack.resources(CloudwatchEventTarget)["control_minute_target"]
    assert target["retry_policy"] == {
        "maximum_event_age_in_seconds": 60,
        "maximum_retry_attempts": 0,
    }
    alarm = stack.resources(CloudwatchEventTarget)["control_alarm_target"]
    assert "retry_policy" not in alarm, "it is told but once"
    queued = stack.resources(LambdaFunctionEventInvokeConfig)["control_failures"][
        "maximum_event_age_in_seconds"
    ]
    assert queued == 300


def test_each_target_is_named_after_its_rule(deployment: Synthesised) -> None:
    """Also the standby watch's in the primary's region: in the console, a target's ID says what it
    is."""
    named = {
        target["target_id"]
        for role in ("primary", "dr")
        for name, target in deployment.stacks[role].resources(CloudwatchEventTarget).items()
        if name in ("control_minute_target", "control_alarm_target", "standby_watch_minute_target")
    }
    assert named == {"control-minute", "control-alarm", "standby-watch-minute"}


@pytest.mark.parametrize("rule", ["control_minute", "control_alarm"])
def test_each_rule_may_call_it(deployment: Synthesised, rule: str) -> None:
    stack = deployment.stacks["dr"]
    assert stack.has(
        CloudwatchEventTarget,
        rule=f"${{aws_cloudwatch_event_rule.{rule}.name}}",
        arn="${aws_lambda_function.control.arn}",
    )
    assert stack.has(
        LambdaPermission,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        source_arn=f"${{aws_cloudwatch_event_rule.{rule}.arn}}",
    )


def test_it_looks_every_minute_and_at_the_alarm(deployment: Synthesised) -> None:
    rules = deployment.stacks["dr"].resources(CloudwatchEventRule)
    assert rules["control_minute"]["schedule_expression"] == "rate(1 minute)"
    assert json.loads(rules["control_alarm"]["event_pattern"]) == {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "region": ["us-east-1"],
        "detail": {
            "alarmName": [f"{deployment.environment.name}-primary-endpoint"],
            "state": {"value": ["ALARM"]},
        },
    }
