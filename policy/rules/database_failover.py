"""Failover of databases: what watches them, and who promotes them."""

import json
from collections.abc import Iterator
from typing import Any

from emitted import Deployment, Resource
from environments import ROLES, Environment, Role
from modules.alarm_names import DATABASE_KINDS, alarm_name, control_kinds
from modules.recovery_point import recovery_point
from policy.documents import allowed, covers
from policy.finding import Finding
from policy.rule import error

ALARM = "aws_cloudwatch_metric_alarm"
LAG = "database-lag"
OF_THE_CONTROL = ("standby-read-only", "replication-broken", "promotion-failed")
PROMOTES = ("rds:FailoverGlobalCluster", "rds:PromoteReadReplica", "rds:SwitchoverGlobalCluster")


def _alarms(deployment: Deployment, stack: str) -> dict[str, Resource]:
    return {one.get("alarm_name"): one for one in deployment.resources(ALARM, stack=stack)}


def _lag_name(environment: Environment, role: Role) -> str:
    return alarm_name(environment.regional_prefix(role), LAG)


@error
def lag_alarm_guards_the_rpo(deployment: Deployment) -> Iterator[Finding]:
    """In both regions, an alarm goes off when the copy lags as long behind as the RPO assumes, in
    the metric's unit.

    Whichever region has the copy reports its lag: Aurora in milliseconds, RDS in seconds. An RPO
    that nothing watches is a wish.
    [Aurora's metrics](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html)
    """
    environment = deployment.environment
    point = recovery_point(environment)
    if point is None:
        return
    for role in ROLES:
        name = _lag_name(environment, role)
        alarm = _alarms(deployment, role).get(name)
        if alarm is None:
            yield Finding(role, ALARM, "no alarm on the lag", name)
            continue
        for field, value in _of_the_lag(environment, role).items():
            if alarm.get(field) != value:
                yield Finding.of(alarm, f"{field} is {alarm.get(field)}", f"{value}")
        periods, length = alarm.get("evaluation_periods") or 0, alarm.get("period") or 0
        if periods * length != point.unnoticed:
            yield Finding.of(alarm, f"waits for {periods * length} s", f"{point.unnoticed} s")
        if alarm.get("datapoints_to_alarm") not in (None, periods):
            yield Finding.of(alarm, "waits for some periods of several", "all of them")


def _of_the_lag(environment: Environment, role: Role) -> dict[str, Any]:
    kind, seconds = environment.data.kind, environment.data.lag_seconds
    aurora = kind is not None and kind.aurora
    dimension = "DBClusterIdentifier" if aurora else "DBInstanceIdentifier"
    return {
        "namespace": "AWS/RDS",
        "metric_name": "AuroraGlobalDBRPOLag" if aurora else "ReplicaLag",
        "threshold": seconds * 1000 if aurora else seconds,
        "comparison_operator": "GreaterThanThreshold",
        "statistic": "Maximum",
        "dimensions": {dimension: environment.database(role)},
    }


@error
def database_is_watched(deployment: Deployment) -> Iterator[Finding]:
    """Each region has every alarm on its database, and the standby's those on its promotion.

    A full disk stops writes in both regions at once, and a standby that only reads looks healthy.
    [Metrics of RDS](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html)
    """
    environment = deployment.environment
    if environment.data.kind is None:
        return
    for role in ROLES:
        prefix = environment.regional_prefix(role)
        wanted = [alarm_name(prefix, kind) for kind in DATABASE_KINDS if kind != LAG]
        if role == "dr":
            kinds = [kind for kind in control_kinds(environment) if kind in OF_THE_CONTROL]
            wanted += [alarm_name(environment.name, kind) for kind in kinds]
        found = _alarms(deployment, role)
        for name in wanted:
            if name not in found:
                yield Finding(role, ALARM, f"no alarm {name}", "one")


@error
def control_knows_the_database(deployment: Deployment) -> Iterator[Finding]:
    """The failover control knows the standby's database and, with automatic promotion alone, when
    to promote it.

    A control that waits shorter than the file says gives up writes that nobody had given up.
    [Environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html)
    """
    environment = deployment.environment
    data = environment.data
    for function in deployment.resources("aws_lambda_function"):
        if function.get("function_name") != environment.control_name:
            continue
        variables: dict[str, str] = function.get("environment", "variables") or {}
        named = json.loads(variables.get("DATABASE") or "{}").get("name")
        wanted = environment.database("dr") if data.kind else None
        if named != wanted:
            yield Finding.of(function, f"looks after {named}", f"{wanted}")
        minutes = str(data.promote_after_minutes) if data.promotes else None
        found = variables.get("PROMOTE_AFTER_MINUTES")
        if found != minutes:
            yield Finding.of(function, f"promotes after {found} minutes", f"{minutes}")


@error
def control_alone_promotes_and_only_if_told(deployment: Deployment) -> Iterator[Finding]:
    """With automatic promotion, the control may promote the standby's database; otherwise, and
    apart from it, no role may.

    A promotion gives up writes. With manual promotion a person decides that, with permissions of
    their own.
    [Actions of RDS](https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html)
    """
    environment = deployment.environment
    data = environment.data
    able = False
    for policy in deployment.resources("aws_iam_role_policy", "aws_iam_policy"):
        statements = list(allowed(policy.statements()))
        found = [act for act in PROMOTES if any(covers(one, act) for one in statements)]
        own = data.promotes and _is_the_controls(deployment, policy)
        kind = data.kind
        due = PROMOTES[0] if kind is not None and kind.aurora else PROMOTES[1]
        able |= own and found == [due]
        if found and not (own and found == [due]):
            yield Finding.of(policy, f"allows {', '.join(found)}", due if own else "none")
    if data.promotes and not able:
        yield Finding("dr", "aws_iam_role_policy", "the control may not promote", "its permission")


def _is_the_controls(deployment: Deployment, policy: Resource) -> bool:
    role = deployment.named(policy, policy.get("role"))
    return role is not None and role.get("name") == deployment.environment.control_name
