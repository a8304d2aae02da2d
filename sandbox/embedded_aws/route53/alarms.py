"""Alarms on the metric that Route 53 publishes of a health check.

Only these are evaluated, at once and whatever their periods: other metrics are not measured here.
"""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportIndexIssue=false, reportReturnType=false

import operator
from collections.abc import Collection, Iterator

from moto.cloudwatch.models import Alarm, cloudwatch_backends

from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws.route53.health import Health, find_check

# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
NAMESPACE, METRIC, DIMENSION = "AWS/Route53", "HealthCheckStatus", "HealthCheckId"
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
COMPARED = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
SEEN = "health_check_status"


def watch_health(lost: Collection[str]) -> None:
    """Sets alarms off, and clears them, whose health check has changed since the last look. The
    metric is in us-east-1 alone: if that is lost, they notice when it is back."""
    if GLOBAL_REGION in lost:
        return
    health = Health(lost)
    for alarm, check in _on_health():
        healthy = health.of_check(check)
        if alarm.__dict__.get(SEEN) is healthy:
            continue
        alarm.__dict__[SEEN] = healthy
        goes_off = COMPARED[alarm.comparison_operator](float(healthy), float(alarm.threshold))
        state = "ALARM" if goes_off else "OK"
        if state != alarm.state_value:
            what = f"1 datapoint [{float(healthy)}] was compared with {alarm.threshold}"
            alarm.update_state(f"Threshold Crossed: {what}", "{}", state)


def _on_health() -> Iterator[tuple[Alarm, str]]:
    """Alarms that are on a health check, and its ID."""
    for regions in list(cloudwatch_backends.values()):
        for alarm in list(regions[GLOBAL_REGION].describe_alarms()):
            if (alarm.namespace, alarm.metric_name) == (NAMESPACE, METRIC):
                for one in alarm.dimensions:
                    if one.name == DIMENSION and find_check(one.value):
                        yield alarm, one.value
