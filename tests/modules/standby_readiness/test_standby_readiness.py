"""The readiness function, its schedule, its permissions and its alarm."""

import json
from pathlib import Path
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction

from environments import Environment, EnvironmentFileError, limits
from environments.loading import check
from functions.standby_readiness.settings import StandbySettings
from modules.standby_settings import standby_settings
from tests.conftest import Synthesised
from tests.environments.extremes import most_of_names
from tests.synthesis import example, synthesise

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LAMBDA_VARIABLES = 4096
READS = ("Describe", "Get", "List")


def test_it_runs_twice_an_hour_in_the_standbys_region(deployment: Synthesised) -> None:
    stack = deployment.stacks["dr"]
    function = stack.resources(LambdaFunction)["standby_readiness"]
    assert function["function_name"] == f"{deployment.environment.name}-standby-readiness"
    rule = stack.resources(CloudwatchEventRule)["standby_readiness_schedule"]
    assert rule["schedule_expression"] == "rate(30 minutes)"
    target = stack.resources(CloudwatchEventTarget)["standby_readiness_schedule_target"]
    assert target["arn"] == "${aws_lambda_function.standby_readiness.arn}"
    assert target["retry_policy"]["maximum_retry_attempts"] == 0


def test_it_knows_what_the_environment_says(deployment: Synthesised) -> None:
    function = deployment.stacks["dr"].resources(LambdaFunction)["standby_readiness"]
    told = function["environment"]["variables"]["STANDBY"]
    assert StandbySettings.from_json(told) == standby_settings(deployment.environment)


def test_lambda_takes_its_variables_with_the_longest_names_that_a_file_may_have() -> None:
    longest = limits.PUBLIC_NAME.most
    while (environment := taken(most_of_names(longest))) is None:
        longest -= 1
    assert len(f"STANDBY{standby_settings(environment).to_json()}") > LAMBDA_VARIABLES - 300
    assert len(f"STANDBY{standby_settings(environment).to_json()}") <= LAMBDA_VARIABLES


def taken(file: dict[str, Any]) -> Environment | None:
    """None if the file has mistakes."""
    try:
        return check(file, "some.toml")
    except EnvironmentFileError:
        return None


def test_it_only_reads_and_publishes_its_metric(
    mission: Synthesised, releases: Synthesised, tables: Synthesised
) -> None:
    actions: set[str] = set()
    for one in (mission, releases, tables):
        policy = one.stacks["dr"].resources(IamRolePolicy)["standby_readiness_policy"]
        for statement in json.loads(policy["policy"])["Statement"]:
            if statement["Resource"].__class__ is str and "log_group" in statement["Resource"]:
                continue
            actions |= {name.partition(":")[2] for name in statement["Action"]}
    others = {name for name in actions if not name.startswith(READS)}
    assert others == {"PutMetricData"}


def test_a_deployment_grants_nothing_on_what_it_lacks(mission: Synthesised) -> None:
    policy = mission.stacks["dr"].resources(IamRolePolicy)["standby_readiness_policy"]["policy"]
    for service in ("rds:", "secretsmanager:", "dynamodb:", "s3:GetObject"):
        assert service not in policy


def test_its_alarm_tells_of_faults_and_of_silence_within_an_hour(deployment: Synthesised) -> None:
    topic = ["${aws_sns_topic.alerts.arn}"]
    assert deployment.stacks["dr"].has(
        CloudwatchMetricAlarm,
        alarm_name=f"{deployment.environment.name}-standby-not-ready",
        namespace="Failover",
        metric_name="StandbyFaults",
        dimensions={"Deployment": deployment.environment.name},
        statistic="Minimum",
        period=3600,
        evaluation_periods=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=1,
        treat_missing_data="breaching",
        alarm_actions=topic,
        ok_actions=topic,
    )


def test_where_nothing_controls_the_failover_nobody_checks(tmp_path: Path) -> None:
    hot = example("mission")
    failover = hot.failover.model_copy(update={"failback": "automatic", "activation": False})
    stacks = synthesise(hot.model_copy(update={"failover": failover}), tmp_path)
    assert stacks["dr"].resources(LambdaFunction) == {}
