"""The alarms on Route 53's view."""

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm

from tests.conftest import Synthesised


@pytest.mark.parametrize(
    ("kind", "check", "minutes"),
    [
        ("primary-endpoint", "primary_health_check", 1),
        ("standby-endpoint", "standby_health_check", 3),
        ("primary-out-of-service", "primary_in_service", 1),
    ],
)
def test_a_check_that_is_unhealthy(
    deployment: Synthesised, kind: str, check: str, minutes: int
) -> None:
    """Without data, the alarm keeps its state."""
    assert deployment.stacks["global"].has(
        CloudwatchMetricAlarm,
        alarm_name=f"{deployment.environment.name}-{kind}",
        namespace="AWS/Route53",
        metric_name="HealthCheckStatus",
        dimensions={"HealthCheckId": f"${{aws_route53_health_check.{check}.id}}"},
        statistic="Minimum",
        period=60,
        evaluation_periods=minutes,
        comparison_operator="LessThanThreshold",
        threshold=1,
        treat_missing_data="ignore",
    )


def test_the_end_is_told_too(deployment: Synthesised) -> None:
    """Recovery means that users are on their way back."""
    for alarm in deployment.stacks["global"].resources(CloudwatchMetricAlarm).values():
        assert alarm["ok_actions"] == alarm["alarm_actions"] == ["${aws_sns_topic.alerts.arn}"]
