"""Alarms on a region's replicas of the tables."""

from typing import Any

from constructs import Construct

from environments import OTHER, Environment, Role
from modules.alarms import MINUTE, Alarm, expression, metric, table_kinds, table_prefix
from modules.module import Module

NAMESPACE = "AWS/DynamoDB"
# Consecutive minutes. DynamoDB's own clients try again, and most hardly notice a single one.
SUSTAINED = 3
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
    Without requests DynamoDB publishes none of them, and nobody is harmed.

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
        self._alarm(
            kind,
            table,
            f"Writes to {name} reach {other} only after more than {limit} s, for {SUSTAINED}"
            " minutes.",
            namespace=NAMESPACE,
            metric_name="ReplicationLatency",
            dimensions={"TableName": name, "ReceivingRegion": other},
            statistic="Average",
            period=MINUTE,
            threshold=limit * MILLISECONDS,
        )

    def _throttles(self, kind: str, table: str, name: str) -> None:
        counted = {"reads": "ReadThrottleEvents", "writes": "WriteThrottleEvents"}
        dimensions = {"TableName": name}
        self._alarm(
            kind,
            table,
            f"DynamoDB has throttled requests to {name} for {SUSTAINED} minutes.",
            metric_query=[
                expression("reads + writes", label="throttled"),
                *(
                    metric(one, NAMESPACE, of, dimensions, stat="Sum")
                    for one, of in counted.items()
                ),
            ],
            threshold=0,
        )

    def _errors(self, kind: str, table: str, name: str) -> None:
        counted = {operation.lower(): operation for operation in OPERATIONS}
        self._alarm(
            kind,
            table,
            f"DynamoDB has failed at requests to {name} for {SUSTAINED} minutes.",
            metric_query=[
                expression(" + ".join(counted), label="failed"),
                *(
                    metric(
                        one,
                        NAMESPACE,
                        "SystemErrors",
                        {"TableName": name, "Operation": operation},
                        stat="Sum",
                    )
                    for one, operation in counted.items()
                ),
            ],
            threshold=0,
        )

    def _alarm(self, kind: str, table: str, description: str, **settings: Any) -> None:
        Alarm(
            self,
            f"{table}_{kind.replace('-', '_')}",
            prefix=table_prefix(self._environment, self._role, table),
            kind=kind,
            description=description,
            alarms=self._environment.alarms,
            topic_arn=self._topic_arn,
            treat_missing_data="notBreaching",
            evaluation_periods=SUSTAINED,
            comparison_operator="GreaterThanThreshold",
            **settings,
        )
