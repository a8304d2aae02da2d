"""The standby watch, in the primary's region."""

import json

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfig,
)

from environments import Environment, Strategy
from tests.conftest import Synthesised
from tests.synthesis import Stacks, example


def with_strategy(strategy: Strategy) -> Environment:
    mission = example("mission")
    failover = mission.failover.model_copy(update={"strategy": strategy})
    size = {"hot": 2, "warm": 1, "pilot_light": 0}[strategy]
    capacity = mission.dr.capacity.model_copy(update={"min": size, "desired": size})
    dr = mission.dr.model_copy(update={"capacity": capacity})
    return mission.model_copy(update={"failover": failover, "dr": dr})


def test_it_looks_each_minute_or_not_at_all(deployment: Synthesised) -> None:
    stack = deployment.stacks["primary"]
    function = stack.only(LambdaFunction)
    assert function["function_name"] == f"{deployment.environment.name}-standby-watch"
    assert function["handler"] == "functions.standby_watch.handler.handle"
    assert stack.only(CloudwatchEventRule)["schedule_expression"] == "rate(1 minute)"
    target = stack.only(CloudwatchEventTarget)
    assert target["arn"] == "${aws_lambda_function.standby_watch.arn}"
    assert target["retry_policy"]["maximum_event_age_in_seconds"] == 60
    assert stack.only(LambdaFunctionEventInvokeConfig)["maximum_retry_attempts"] == 0


def test_it_may_publish_its_metric_and_write_its_log(deployment: Synthesised) -> None:
    policy = deployment.stacks["primary"].resources(IamRolePolicy)["standby_watch_policy"]
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["cloudwatch:PutMetricData"],
            "Resource": "*",
            "Condition": {"StringEquals": {"cloudwatch:namespace": "Failover"}},
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "${aws_cloudwatch_log_group.standby_watch_log.arn}:*",
        },
    ]


def test_its_alarm_tells_the_primarys_topic_of_the_loss_and_of_silence(
    deployment: Synthesised,
) -> None:
    """Not before its first data: an alarm starts without any."""
    topic = ["${aws_sns_topic.alerts.arn}"]
    assert deployment.stacks["primary"].has(
        CloudwatchMetricAlarm,
        alarm_name=f"{deployment.environment.name}-standby-lost",
        namespace="Failover",
        metric_name="StandbyThere",
        dimensions={"Deployment": deployment.environment.name},
        statistic="Maximum",
        period=60,
        evaluation_periods=5,
        comparison_operator="LessThanThreshold",
        threshold=1,
        treat_missing_data="missing",
        alarm_actions=topic,
        ok_actions=topic,
        insufficient_data_actions=topic,
    )


@pytest.mark.parametrize(
    ("strategy", "asked"),
    [
        ("hot", {"STANDBY_HEALTH_NAME": "standby-health.awspractice.space"}),
        ("warm", {"STANDBY_HEALTH_NAME": "standby-health.awspractice.space"}),
        ("pilot_light", {"STANDBY_URL": "https://us-east-1.awspractice.space/"}),
    ],
)
def test_a_pilot_light_may_sleep(strategy: Strategy, asked: dict[str, str]) -> None:
    """Route 53 then considers it unhealthy; only its load balancer has to answer."""
    stacks = Stacks(with_strategy(strategy))
    variables = stacks["primary"].only(LambdaFunction)["environment"]["variables"]
    assert variables == {"DEPLOYMENT": "awspractice", **asked}


def test_where_no_record_tells_of_the_standby_it_asks_that_itself() -> None:
    hot = with_strategy("hot")
    failover = hot.failover.model_copy(update={"failback": "automatic", "activation": False})
    stacks = Stacks(hot.model_copy(update={"failover": failover}))
    variables = stacks["primary"].only(LambdaFunction)["environment"]["variables"]
    assert variables["STANDBY_URL"] == "https://us-east-1.awspractice.space/"
