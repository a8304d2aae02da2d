"""RDS: what watches clusters and instances: Performance Insights, Enhanced Monitoring and logs."""

from collections.abc import Mapping
from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.rds_engines import (
    AURORA,
    AURORA_MYSQL,
    AURORA_POSTGRESQL,
    MYSQL,
    POSTGRES,
)
from sandbox.embedded_aws.refusals.rds_keys import check_key
from sandbox.embedded_aws.refusals.rds_known import WRONG, cluster_of, combination, instance_of
from sandbox.embedded_aws.refusals.rule import Rules
from sandbox.embedded_aws.refusals.service_roles import trouble_with

MONTH, YEARS = 31, 731
MONTHS = 23
WEEK = 7
LOGS: Mapping[str, frozenset[str]] = {
    AURORA_POSTGRESQL: frozenset({"postgresql", "instance", "iam-db-auth-error"}),
    AURORA_MYSQL: frozenset(
        {"audit", "error", "general", "slowquery", "instance", "iam-db-auth-error"}
    ),
    POSTGRES: frozenset({"postgresql", "upgrade", "iam-db-auth-error"}),
    MYSQL: frozenset({"audit", "error", "general", "slowquery", "iam-db-auth-error"}),
}
INTERVALS = (0, 1, 5, 10, 15, 30, 60)
MONITOR = "monitoring.rds.amazonaws.com"


def insights_are_kept_for_months(call: Call) -> None:
    """Refuses to keep Performance Insights for other than 7 days, 1 to 23 months of 31 days, or 731
    days, settings of it that is off, and a key that the region does not have.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html
    """
    asked = call.parameters
    days, key = (
        asked.get(f"PerformanceInsights{name}") for name in ("RetentionPeriod", "KMSKeyId")
    )
    enabled = asked.get("EnablePerformanceInsights")
    if enabled is None:
        enabled = getattr(instance_of(call), "performance_insights_enabled", False)
    if not enabled and (days is not None or key is not None):
        raise combination("Performance Insights is off: it takes no retention period and no key")
    allowed = {WEEK, YEARS, *(MONTH * months for months in range(1, MONTHS + 1))}
    if days is not None and days not in allowed:
        raise Refusal(
            WRONG,
            f"Invalid Performance Insights retention period: {days}. Valid values are: {WEEK}, "
            f"{YEARS}, or a multiple of {MONTH} up to {MONTH * MONTHS}",
        )
    if key is not None:
        check_key(call, key)


def monitoring_has_a_role(call: Call) -> None:
    """Refuses an interval of Enhanced Monitoring that does not exist, or without a role that
    monitoring.rds.amazonaws.com may assume.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
    """
    seconds, role = (call.parameters.get(f"Monitoring{name}") for name in ("Interval", "RoleArn"))
    if seconds is not None and seconds not in INTERVALS:
        raise Refusal(WRONG, f"MonitoringInterval: {seconds}, not one of {INTERVALS}")
    if seconds and role is None and not getattr(instance_of(call), "monitoring_role_arn", None):
        raise combination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other "
            "than 0."
        )
    if role is None:
        return
    source = f"arn:aws:rds:{call.region}:{call.account}:db:*"
    trouble = trouble_with(call, role, MONITOR, source)
    if trouble is not None:
        raise Refusal(
            WRONG, f"IAM role ARN value is invalid or does not include the permissions: {trouble}"
        )


def logs_are_of_the_engine(call: Call) -> None:
    """Refuses to export logs that the engine does not write, and instances of Aurora that export
    any of their own.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
    """
    asked = call.parameters
    changed: Mapping[str, Any] = asked.get("CloudwatchLogsExportConfiguration") or {}
    given = [
        *(asked.get("EnableCloudwatchLogsExports") or ()),
        *(changed.get("EnableLogTypes") or ()),
    ]
    if not given:
        return
    known = cluster_of(call) or instance_of(call) or instance_of(call, "SourceDBInstanceIdentifier")
    engine: str = asked.get("Engine") or getattr(known, "engine", "")
    if "DBInstance" in call.operation and engine in AURORA:
        raise combination("EnableCloudwatchLogsExports: an Aurora cluster's, not its instances'")
    unknown = sorted(set(given) - LOGS.get(engine, frozenset()))
    if unknown:
        raise combination(
            f"You cannot use the log types '{', '.join(unknown)}' with engine version {engine}. "
            f"For supported log types, use {', '.join(sorted(LOGS.get(engine, ())))}"
        )


_WATCHED = (insights_are_kept_for_months, monitoring_has_a_role, logs_are_of_the_engine)
RULES: Rules = {
    ("rds", "CreateDBInstance"): _WATCHED,
    ("rds", "ModifyDBInstance"): _WATCHED,
    ("rds", "CreateDBInstanceReadReplica"): _WATCHED,
    ("rds", "CreateDBCluster"): (logs_are_of_the_engine,),
    ("rds", "ModifyDBCluster"): (logs_are_of_the_engine,),
}
