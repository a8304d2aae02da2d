"""The CloudWatch alarm that all modules use: it always notifies somebody and explains itself."""

from collections.abc import Mapping
from typing import Any, Literal

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from environments import Alarms
from modules.alarm_names import alarm_name

MINUTE = 60
MissingData = Literal["breaching", "notBreaching", "ignore", "missing"]
# Notifications include the description, so whoever is paged knows where to read on.
READ_ON = "First run ./failover status. What to do: {runbook}"


class Alarm(CloudwatchMetricAlarm):
    """An alarm and its actions.

    Args:
        prefix: Start of its name.
        kind: End of its name; docs/alarms.md has a heading for each kind.
        description: What it means.
        alarms: Where the runbooks are.
        topic_arn: Topic to notify when it goes off and, if `tells_of_end`, when it recovers.
        treat_missing_data: What missing data means; each alarm decides. With "missing", it is a
            third state, in which every alarm starts. Entering that state later would go unnoticed,
            so the alarm notifies then too:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        tells_of_end: Whether to notify when it recovers.
        settings: Further Terraform arguments: the metric and its threshold.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        prefix: str,
        kind: str,
        description: str,
        alarms: Alarms,
        topic_arn: str,
        treat_missing_data: MissingData,
        tells_of_end: bool = True,
        **settings: Any,
    ) -> None:
        super().__init__(
            scope,
            id,
            alarm_name=alarm_name(prefix, kind),
            alarm_description=f"{description} {READ_ON.format(runbook=alarms.runbook(kind))}",
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn] if tells_of_end else None,
            insufficient_data_actions=[topic_arn] if treat_missing_data == "missing" else None,
            treat_missing_data=treat_missing_data,
            **settings,
        )


def metric(
    id: str, namespace: str, name: str, dimensions: Mapping[str, str], *, stat: str
) -> CloudwatchMetricAlarmMetricQuery:
    """A per-minute metric, as input to an expression."""
    return CloudwatchMetricAlarmMetricQuery(
        id=id,
        metric=CloudwatchMetricAlarmMetricQueryMetric(
            namespace=namespace,
            metric_name=name,
            dimensions=dict(dimensions),
            stat=stat,
            period=MINUTE,
        ),
    )


def expression(text: str, *, label: str) -> CloudwatchMetricAlarmMetricQuery:
    """The metric math expression that an alarm compares with its threshold.

    Where some of its metrics have no value, they count as 0; where none has, there is no result. So
    a sum needs no FILL, which would also fill the newest minute while its data are late.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    return CloudwatchMetricAlarmMetricQuery(
        id="result", expression=text, label=label, return_data=True
    )
