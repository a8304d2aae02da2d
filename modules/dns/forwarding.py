"""Forwards the primary's endpoint alarm to the standby's region."""

import json

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from environments import Environment
from modules.account import account_id
from modules.failover_control import endpoint_alarm_pattern
from modules.iam import allow
from modules.module import Module
from modules.roles import ServiceRole

DESCRIPTION = "Sends the endpoint alarm's events to the standby's region"


class AlarmForwarding(Module):
    """Sends the alarm's event to the default event bus of the standby's region.

    Args:
        environment: The deployment.
        metrics_provider: Provider for us-east-1, where the alarm is; None if that is the stack's
            own region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        metrics_provider: TerraformProvider | None,
    ) -> None:
        super().__init__(scope, id)
        name = f"{environment.name}-forward-endpoint-alarm"
        bus = f"arn:aws:events:{environment.dr.region}:{account_id(self)}:event-bus/default"
        role = ServiceRole(
            self,
            "forward",
            name=name,
            service="events.amazonaws.com",
            description=DESCRIPTION,
            policy_name="forward",
            statements=[allow("events:PutEvents", on=bus)],
        )
        rule = CloudwatchEventRule(
            self,
            "forward_endpoint_alarm",
            name=name,
            description=DESCRIPTION,
            event_pattern=json.dumps(endpoint_alarm_pattern(environment.endpoint_alarm)),
            provider=metrics_provider,
        )
        CloudwatchEventTarget(
            self,
            "forward_endpoint_alarm_target",
            rule=rule.name,
            target_id="standby-region",
            arn=bus,
            role_arn=role.arn,
            provider=metrics_provider,
        )
