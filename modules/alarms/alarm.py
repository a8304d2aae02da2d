"""A CloudWatch alarm as every one here is: it tells somebody, and says what it means."""

from collections.abc import Mapping
from typing import Any, Literal

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from modules.alarms.names import alarm_name

MINUTE = 60
MissingData = Literal["breaching", "notBreaching", "ignore", "missing"]
# A message shows the description: who is woken by it sees at once where to read on.
READ_ON = 'docs/alarms.md says what to do, under "{kind}".'


class Alarm(CloudwatchMetricAlarm):
    """An alarm and its actions.

    Args:
        prefix: Starts its name.
        kind: Ends its name; docs/alarms.md has a heading for each kind.
        description: What it means.
        topic_arn: Who is told of its beginning and, if `tells_of_end`, of its end.
        treat_missing_data: What no data mean; decided for each. With "missing", which is a third
            state and where an alarm begins, it tells of the way from another state to that, which
            else nobody is told of:
            https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
        tells_of_end: Whether its end is worth a message.
        settings: The further arguments of Terraform's: the metric, and when it is too much.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        prefix: str,
        kind: str,
        description: str,
        topic_arn: str,
        treat_missing_data: MissingData,
        tells_of_end: bool = True,
        **settings: Any,
    ) -> None:
        super().__init__(
            scope,
            id,
            alarm_name=alarm_name(prefix, kind),
            alarm_description=f"{description} {READ_ON.format(kind=kind)}",
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn] if tells_of_end else None,
            insufficient_data_actions=[topic_arn] if treat_missing_data == "missing" else None,
            treat_missing_data=treat_missing_data,
            **settings,
        )


def metric(
    id: str, namespace: str, name: str, dimensions: Mapping[str, str], *, stat: str
) -> CloudwatchMetricAlarmMetricQuery:
    """What an expression takes, by minutes."""
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
    """What an alarm compares with its threshold.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    return CloudwatchMetricAlarmMetricQuery(
        id="result", expression=text, label=label, return_data=True
    )
