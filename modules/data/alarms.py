"""Alarms on a region's database."""

from typing import Any

from constructs import Construct

from environments import Alarms, Data, DatabaseKind
from modules.alarms import DATABASE_KINDS, MINUTE, Alarm
from modules.module import Module
from modules.recovery_point import LAG_MINUTES

# Consecutive minutes: a backup or a batch job may be heavy for a minute. The lag's are part of the
# RPO.
SUSTAINED = LAG_MINUTES
CPU_PERCENT = 90
# Of an RDS instance's first storage. It grows by itself, but not twice within six hours.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
LEAST_FREE = 0.1
# Bytes of an Aurora instance's disk for temporary files: its volume has no limit to run into.
LEAST_LOCAL_BYTES = 2 * 1024**3
GIB = 1024**3


class DatabaseAlarms(Module):
    """The alarms on one region's cluster or instance. Where nothing runs, as in a headless cluster,
    nothing is reported.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html

    Args:
        prefix: Start of their names.
        name: Identifier of the cluster or instance, the dimension of its metrics.
        data: When they go off.
        kind: What follows from the engine.
        alarms: Where their runbooks are.
        topic_arn: Topic to notify.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        prefix: str,
        name: str,
        data: Data,
        kind: DatabaseKind,
        alarms: Alarms,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id)
        self._prefix, self._data, self._kind = prefix, data, kind
        self._alarms, self._topic_arn = alarms, topic_arn
        self._dimensions = {kind.dimension: name}
        make = {
            "database-lag": self._lag,
            "database-cpu": self._cpu,
            "database-connections": self._connections,
            "database-storage": self._storage,
        }
        for alarm in DATABASE_KINDS:
            make[alarm](alarm)

    def _lag(self, kind: str) -> None:
        """Guards the RPO. Only a copy reports its lag, and either region may have the copy, so both
        have the alarm."""
        limit = self._data.lag_seconds
        self._above(
            kind,
            f"This region's copy of the database has been more than {limit} s behind for"
            f" {LAG_MINUTES} minutes: a failover now would lose more than the RPO says.",
            self._kind.lag_metric,
            limit * self._kind.lag_units,
        )

    def _cpu(self, kind: str) -> None:
        self._above(
            kind,
            f"A database instance has used more than {CPU_PERCENT} % of its CPU for {SUSTAINED}"
            " minutes.",
            "CPUUtilization",
            CPU_PERCENT,
        )

    def _connections(self, kind: str) -> None:
        limit = self._data.connections
        self._above(
            kind,
            f"A database instance has had more than {limit:,} connections for {SUSTAINED} minutes.",
            "DatabaseConnections",
            limit,
        )

    def _storage(self, kind: str) -> None:
        aurora, size = self._kind.aurora, self._data.storage_gib
        what = "disk for temporary files" if aurora else "storage"
        self._alarm(
            kind,
            f"A database instance is about to run out of {what}.",
            metric_name="FreeLocalStorage" if aurora else "FreeStorageSpace",
            statistic="Minimum",
            comparison_operator="LessThanThreshold",
            threshold=LEAST_LOCAL_BYTES if aurora else int(size * LEAST_FREE * GIB),
        )

    def _above(self, kind: str, description: str, metric_name: str, threshold: int) -> None:
        self._alarm(
            kind,
            description,
            metric_name=metric_name,
            statistic="Maximum",
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
        )

    def _alarm(self, kind: str, description: str, **settings: Any) -> None:
        Alarm(
            self,
            f"{kind.replace('-', '_')}_alarm",
            prefix=self._prefix,
            kind=kind,
            description=description,
            alarms=self._alarms,
            topic_arn=self._topic_arn,
            treat_missing_data="notBreaching",
            namespace="AWS/RDS",
            dimensions=self._dimensions,
            period=MINUTE,
            evaluation_periods=SUSTAINED,
            **settings,
        )
