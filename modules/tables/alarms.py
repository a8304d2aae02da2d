"""Alarms on a region's replicas of the tables."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarmMetricQuery as Counted,
)
from constructs import Construct

from environments import OTHER, Environment, Role
from modules.alarms import Alarm, expression, metric, table_kinds, table_prefix
from modules.module import Module

NAMESPACE = "AWS/DynamoDB"
# Minutes, of so many. DynamoDB's own clients try again, and most hardly notice a single one.
SUSTAINED, OF_MINUTES = 3, 5
MILLISECONDS = 1000
# DynamoDB counts its own errors by operation, and not by table alone.
OPERATIONS = (
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
)


class TableAlarms(Module):
    """Three alarms for each table, in one region: they watch what that region sees, and exist
    whatever becomes of the other one.

    The metrics: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    Without requests DynamoDB publishes none of them, and nobody is harmed. An alarm on its metrics
    would then stay in its state, whatever it says of missing data, so minutes without data are
    filled with 0:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    So is the newest minute while its data are late. That keeps no alarm from going off, as not all
    of the minutes have to be bad.

    Args:
        environment: The deployment.
        role: The role of the alarms' region.
        topic_arn: Topic to notify.
    """

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, role: Role, topic_arn: str
    ) -> None:
        super().__init__(scope, id)
        self._environment, self._topic_arn = environment, topic_arn
        self._role: Role = role
        make = {
            "table-lag": self._lag,
            "table-throttles": self._throttles,
            "table-errors": self._errors,
        }
        for table in environment.data.tables:
            for kind in table_kinds(environment):
                make[kind](kind, table.name, environment.table_name(table))

    def _lag(self, kind: str, table: str, name: str) -> None:
        """Published in the region of the writes, for each region that receives them."""
        limit = self._environment.data.lag_seconds
        other = self._environment.regional(OTHER[self._role]).region
        dimensions = {"TableName": name, "ReceivingRegion": other}
        self._alarm(
            kind,
            table,
            f"Writes to {name} reach {other} only after more than {limit} s",
            [metric("lag", NAMESPACE, "ReplicationLatency", dimensions, stat="Average")],
            threshold=limit * MILLISECONDS,
        )

    def _throttles(self, kind: str, table: str, name: str) -> None:
        counted = {"reads": "ReadThrottleEvents", "writes": "WriteThrottleEvents"}
        self._alarm(
            kind,
            table,
            f"DynamoDB throttles requests to {name}",
            [
                metric(one, NAMESPACE, of, {"TableName": name}, stat="Sum")
                for one, of in counted.items()
            ],
        )

    def _errors(self, kind: str, table: str, name: str) -> None:
        self._alarm(
            kind,
            table,
            f"DynamoDB fails at requests to {name}",
            [
                metric(
                    operation.lower(),
                    NAMESPACE,
                    "SystemErrors",
                    {"TableName": name, "Operation": operation},
                    stat="Sum",
                )
                for operation in OPERATIONS
            ],
        )

    def _alarm(
        self, kind: str, table: str, what: str, counted: Sequence[Counted], *, threshold: int = 0
    ) -> None:
        """Goes off if the sum is above the threshold for long enough."""
        # Each term by itself: right even if CloudWatch did not take what is missing in a sum for 0.
        total = " + ".join(f"FILL({one.id}, 0)" for one in counted)
        Alarm(
            self,
            f"{table}_{kind.replace('-', '_')}",
            prefix=table_prefix(self._environment, self._role, table),
            kind=kind,
            description=f"{what}, in {SUSTAINED} of {OF_MINUTES} minutes.",
            alarms=self._environment.alarms,
            topic_arn=self._topic_arn,
            treat_missing_data="notBreaching",
            metric_query=[expression(total, label=kind), *counted],
            evaluation_periods=OF_MINUTES,
            datapoints_to_alarm=SUSTAINED,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
        )
