"""One page that shows which region serves, and whether the other one is ready."""

import json
from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct

from environments import OTHER, ROLE_NAMES, ROLES, DatabaseKind, Environment, RegionalSettings, Role
from functions.failover_control.metrics import (
    METRIC_DIMENSION,
    METRIC_NAMESPACE,
    NEED_METRIC,
    SWITCH_METRIC,
)
from modules.account import account_id
from modules.alarms import MINUTE, all_alarms
from modules.dns.health_checks import HealthChecks
from modules.module import Module
from modules.regions import GLOBAL_REGION

Json = dict[str, Any]

# Columns in CloudWatch's grid, and the height of each of our rows.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
COLUMNS = 24
HEIGHT = 6
BALANCER = "AWS/ApplicationELB,LoadBalancer"
TARGETS = f"{BALANCER},TargetGroup"


class Dashboard(Module):
    """The deployment's dashboard. CloudWatch shows it in every region, with metrics and alarms from
    all of them.

    Args:
        environment: The deployment.
        checks: The health checks to show.
    """

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, checks: HealthChecks
    ) -> None:
        super().__init__(scope, id)
        kind = environment.data.kind
        rows = [
            [_explained(environment), _alarms(environment, account_id(self))],
            [_checks(environment, checks), *_switch(environment)],
            *(_region(environment, role) for role in ROLES),
            *([[_database(environment, role, kind) for role in ROLES]] if kind else []),
            *([[_tables(environment, role) for role in ROLES]] if environment.data.tables else []),
        ]
        body = {"start": "-PT3H", "periodOverride": "inherit", "widgets": _laid_out(rows)}
        CloudwatchDashboard(
            self,
            "dashboard",
            dashboard_name=environment.name,
            dashboard_body=json.dumps(body),
        )


def _laid_out(rows: Sequence[Sequence[Json]]) -> list[Json]:
    """Places each row's widgets side by side, equally wide."""
    return [
        {
            "x": column * (COLUMNS // len(row)),
            "y": line * HEIGHT,
            "width": COLUMNS // len(row),
            "height": HEIGHT,
            **widget,
        }
        for line, row in enumerate(rows)
        for column, widget in enumerate(row)
    ]


def _explained(environment: Environment) -> Json:
    primary, standby = environment.primary.region, environment.dr.region
    failover = environment.failover
    in_service = "in service" if failover.latches else "primary"
    lines = [
        f"# {environment.dns.domain}",
        f"**Who serves**: {primary} while *{in_service}* is 1; {standby} while it is 0 and the"
        " *standby* is 1. With both at 0, Route 53 answers the primary.",
        f"**Is the other one ready?** The *standby* is 1 while {standby} could take users over.",
    ]
    if failover.strategy == "pilot_light":
        lines[-1] += " A pilot light is 0 while it sleeps."
    if failover.latches:
        lines.append(
            "After a failover, users stay on the standby until an operator brings them back."
        )
    page = environment.alarms.runbooks
    read_on = f"[docs/alarms.md]({page})" if page else "docs/alarms.md"
    lines.append(f"An alarm's description says what it means; {read_on} what to do.")
    return {"type": "text", "properties": {"markdown": "\n\n".join(lines)}}


def _alarms(environment: Environment, account: str) -> Json:
    arns = [
        f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"
        for region, name in all_alarms(environment)
    ]
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": arns}}


def _checks(environment: Environment, checks: HealthChecks) -> Json:
    shown = {"primary": checks.primary, "standby": checks.standby}
    if environment.failover.latches:
        shown["in service"] = checks.in_service
    return _graph(
        "Route 53's health checks: 1 is healthy",
        GLOBAL_REGION,
        [
            ["AWS/Route53", "HealthCheckStatus", "HealthCheckId", check, {"label": label}]
            for label, check in shown.items()
        ],
        stat="Minimum",
    )


def _switch(environment: Environment) -> list[Json]:
    """The failover control's metrics, if there is one."""
    failover = environment.failover
    if not failover.controlled:
        return []
    shown = {"the standby is needed": NEED_METRIC}
    if failover.latches:
        shown = {"the switch is set": SWITCH_METRIC, **shown}
    return [
        _graph(
            "The failover control: 1 is yes",
            environment.dr.region,
            [
                [METRIC_NAMESPACE, name, METRIC_DIMENSION, environment.name, {"label": label}]
                for label, name in shown.items()
            ],
            stat="Maximum",
        )
    ]


def _region(environment: Environment, role: Role) -> list[Json]:
    settings = environment.regional(role)
    where = f"{ROLE_NAMES[role]}, {settings.region}"
    firewall = ["WebACL", environment.regional_prefix(role), "Rule", "ALL"]
    by_title: dict[str, list[list[Any]]] = {
        "Instances": _instances(settings),
        "Requests and errors a minute": [
            _found(settings, label, name, "Sum")
            for label, name in (
                ("requests", "RequestCount"),
                ("5xx of the load balancer", "HTTPCode_ELB_5XX_Count"),
                ("5xx of the application", "HTTPCode_Target_5XX_Count"),
            )
        ],
        "Seconds to answer": [
            _found(settings, share, "TargetResponseTime", share) for share in ("p50", "p99")
        ],
        "Firewall: requests a minute": [
            ["AWS/WAFV2", name, *firewall, "Region", settings.region, {"label": label}]
            for label, name in (("blocked", "BlockedRequests"), ("allowed", "AllowedRequests"))
        ],
    }
    return [
        _graph(
            f"{title} ({where})",
            settings.region,
            metrics,
            stat="Maximum" if title == "Instances" else "Sum",
        )
        for title, metrics in by_title.items()
    ]


def _database(environment: Environment, role: Role, kind: DatabaseKind) -> Json:
    """How far a region's copy is behind, of which the writer's region reports nothing, and how many
    connections it has."""
    region = environment.regional(role).region
    lag = ("ms behind" if kind.aurora else "s behind", kind.lag_metric)
    return _graph(
        f"Database ({ROLE_NAMES[role]}, {region})",
        region,
        [
            ["AWS/RDS", metric, kind.dimension, environment.database(role), {"label": label}]
            for label, metric in (lag, ("connections", "DatabaseConnections"))
        ],
        stat="Maximum",
    )


def _tables(environment: Environment, role: Role) -> Json:
    """How long writes in a region take to reach the other one."""
    settings = environment.regional(role)
    other = environment.regional(OTHER[role]).region
    return _graph(
        f"Tables: milliseconds from {settings.region} to {other}",
        settings.region,
        [
            [
                "AWS/DynamoDB",
                "ReplicationLatency",
                "TableName",
                environment.table_name(table),
                "ReceivingRegion",
                other,
                {"label": table.name},
            ]
            for table in environment.data.tables
        ],
        stat="Average",
    )


def _instances(settings: RegionalSettings) -> list[list[Any]]:
    group = ["AutoScalingGroupName", settings.auto_scaling_group]
    return [
        _found(settings, "healthy", "HealthyHostCount", "Maximum", schema=TARGETS),
        ["AWS/AutoScaling", "GroupInServiceInstances", *group, {"label": "in service"}],
        ["AWS/AutoScaling", "GroupDesiredCapacity", *group, {"label": "desired"}],
    ]


def _found(
    settings: RegionalSettings, label: str, metric: str, statistic: str, schema: str = BALANCER
) -> list[Any]:
    """The metric of the load balancer with this name. Its dimension is the end of the ARN, which
    this stack does not know, so this searches for it. A load balancer whose name starts the same is
    found too.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    """
    terms = f'{{{schema}}} MetricName="{metric}" app/{settings.load_balancer}'
    return [{"expression": f"SEARCH('{terms}', '{statistic}', {MINUTE})", "label": label}]


def _graph(title: str, region: str, metrics: list[list[Any]], *, stat: str) -> Json:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "stat": stat,
            "period": MINUTE,
            "metrics": metrics,
            "yAxis": {"left": {"min": 0}},
        },
    }
