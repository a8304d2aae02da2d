"""Alarms on the failover control, and on a standby that is needed."""

from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm

from environments import Application
from modules.recovery_time import until_served
from tests.conftest import Synthesised

BOOT_TIME = until_served(Application())

TARGETS = {
    "LoadBalancer": "${aws_lb.load_balancer.arn_suffix}",
    "TargetGroup": "${aws_lb_target_group.target_group.arn_suffix}",
}


def alarm(deployment: Synthesised, kind: str) -> dict[str, Any]:
    name = f"{deployment.environment.name}-{kind}"
    alarms = deployment.stacks["dr"].resources(CloudwatchMetricAlarm).values()
    (found,) = [body for body in alarms if body["alarm_name"] == name]
    return found


def has(deployment: Synthesised, kind: str, **settings: Any) -> None:
    name = f"{deployment.environment.name}-{kind}"
    assert deployment.stacks["dr"].has(CloudwatchMetricAlarm, alarm_name=name, **settings)


def test_a_standby_that_is_needed_and_does_not_serve(deployment: Synthesised) -> None:
    found = alarm(deployment, "standby-cannot-serve")
    queries = {query["id"]: query for query in found["metric_query"]}
    assert queries["result"]["expression"] == "needed > healthy"
    assert queries["result"]["return_data"] is True
    assert queries["needed"]["metric"] == {
        "namespace": "Failover",
        "metric_name": "StandbyNeeded",
        "dimensions": {"Deployment": deployment.environment.name},
        "stat": "Maximum",
        "period": 60,
    }
    assert queries["healthy"]["metric"] == {
        "namespace": "AWS/ApplicationELB",
        "metric_name": "HealthyHostCount",
        "dimensions": TARGETS,
        "stat": "Maximum",
        "period": 60,
    }
    assert found["comparison_operator"] == "GreaterThanOrEqualToThreshold"
    assert (found["threshold"], found["treat_missing_data"]) == (1, "notBreaching")


def test_instances_that_live_and_fail_the_health_page_do_not_serve(releases: Synthesised) -> None:
    """Healthy hosts would say otherwise where the load balancer does not ask for that page. Route
    53's checkers do, so a standby that serves has good answers in every minute."""
    queries = {one["id"]: one for one in alarm(releases, "standby-cannot-serve")["metric_query"]}
    assert queries["healthy"]["metric"] == {
        "namespace": "AWS/ApplicationELB",
        "metric_name": "HTTPCode_Target_2XX_Count",
        "dimensions": TARGETS,
        "stat": "Sum",
        "period": 60,
    }


@pytest.mark.parametrize(
    ("needed", "healthy", "alarmed"),
    [(0, None, False), (0, 2, False), (1, None, True), (1, 0, True), (1, 1, False), (1, 4, False)],
)
def test_what_its_expression_says(
    mission: Synthesised, needed: int, healthy: int | None, alarmed: bool
) -> None:
    """None: a target group without targets reports nothing, which counts as 0."""
    result, *_ = alarm(mission, "standby-cannot-serve")["metric_query"]
    assert eval(result["expression"], {"needed": needed, "healthy": healthy or 0}) is alarmed


def test_one_late_report_of_the_load_balancers_is_no_alarm(deployment: Synthesised) -> None:
    """Nor does one minute of silence from the function restart the count."""
    found = alarm(deployment, "standby-cannot-serve")
    assert found["datapoints_to_alarm"] > 1
    assert found["evaluation_periods"] == found["datapoints_to_alarm"] + 1


def test_a_standby_that_runs_has_less_time_than_a_boot_takes(deployment: Synthesised) -> None:
    if deployment.environment.failover.strategy != "pilot_light":
        assert 60 * alarm(deployment, "standby-cannot-serve")["datapoints_to_alarm"] <= BOOT_TIME


def test_a_function_that_says_nothing(deployment: Synthesised) -> None:
    has(
        deployment,
        "control-silent",
        namespace="Failover",
        metric_name="StandbyNeeded",
        statistic="SampleCount",
        period=60,
        evaluation_periods=5,
        comparison_operator="LessThanThreshold",
        threshold=1,
        treat_missing_data="breaching",
    )


@pytest.mark.parametrize(
    ("kind", "metric"), [("control-errors", "Errors"), ("control-throttles", "Throttles")]
)
def test_runs_that_fail_and_runs_that_lambda_turns_away(
    deployment: Synthesised, kind: str, metric: str
) -> None:
    has(
        deployment,
        kind,
        namespace="AWS/Lambda",
        metric_name=metric,
        dimensions={"FunctionName": "${aws_lambda_function.control.function_name}"},
        statistic="Sum",
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        treat_missing_data="notBreaching",
    )


def test_what_was_not_dealt_with(deployment: Synthesised) -> None:
    has(
        deployment,
        "control-dead-letters",
        namespace="AWS/SQS",
        metric_name="NumberOfMessagesSent",
        dimensions={"QueueName": "${aws_sqs_queue.control_dead_letters.name}"},
        statistic="Sum",
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        treat_missing_data="notBreaching",
    )
    assert "ok_actions" not in alarm(deployment, "control-dead-letters"), "nothing was made good"
