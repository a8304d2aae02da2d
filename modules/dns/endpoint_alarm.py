"""The alarm on the primary's health check, and its event's way to the standby's region."""

import json
from typing import Any

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from environments import Environment
from modules.account import account_id
from modules.alarms import MINUTE, Alarm
from modules.failover_control import endpoint_alarm_pattern
from modules.policies import allow
from modules.regions import GLOBAL_METRICS_REGION
from modules.roles import ServiceRole


def health_status(check_id: str) -> dict[str, Any]:
    """What an alarm on a health check looks at: 1 while that is healthy, and of each minute the
    lowest, 0 where it was unhealthy at any time of it. Without data it stays as it is: nobody has
    said otherwise."""
    return {
        "namespace": "AWS/Route53",
        "metric_name": "HealthCheckStatus",
        "dimensions": {"HealthCheckId": check_id},
        "statistic": "Minimum",
        "period": MINUTE,
        "comparison_operator": "LessThanThreshold",
        "threshold": 1,
        "treat_missing_data": "ignore",
    }


class EndpointAlarm:
    """Goes off within a few minutes of any minute in which the primary's check was unhealthy.

    The failover control's own look at DNS is sooner, and needs no us-east-1; this one sees what
    falls between two looks. provider: of us-east-1, or None where that is the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        health_check_id: str,
        topic_arn: str,
        provider: TerraformProvider | None,
    ) -> None:
        Alarm(
            scope,
            "primary_endpoint_alarm",
            prefix=environment.name,
            kind="primary-endpoint",
            says="The primary's health check is unhealthy.",
            topic_arn=topic_arn,
            evaluation_periods=1,
            provider=provider,
            **health_status(health_check_id),
        )
        standby = environment.dr.region
        if environment.failover.controlled and standby != GLOBAL_METRICS_REGION:
            _forward(scope, environment.name, environment.endpoint_alarm, standby, provider)


def _forward(
    scope: Construct, name: str, alarm: str, standby: str, provider: TerraformProvider | None
) -> None:
    """Sends the alarm's event to the default event bus of the standby's region."""
    bus = f"arn:aws:events:{standby}:{account_id(scope)}:event-bus/default"
    role = ServiceRole(
        scope,
        "forward",
        name=f"{name}-forward-endpoint-alarm",
        service="events.amazonaws.com",
        description="Sends the endpoint alarm's events to the standby's region",
        statements=[allow("events:PutEvents", on=bus)],
    )
    rule = CloudwatchEventRule(
        scope,
        "forward_endpoint_alarm",
        name=f"{name}-forward-endpoint-alarm",
        description="Sends the endpoint alarm's events to the standby's region",
        event_pattern=json.dumps(endpoint_alarm_pattern(alarm)),
        provider=provider,
    )
    CloudwatchEventTarget(
        scope,
        "forward_endpoint_alarm_target",
        rule=rule.name,
        target_id="standby-region",
        arn=bus,
        role_arn=role.arn,
        provider=provider,
    )
