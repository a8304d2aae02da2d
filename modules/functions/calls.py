"""What calls a function: rules of EventBridge."""

import json
from collections.abc import Mapping
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetRetryPolicy,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from modules.functions.function import Function
from modules.module import DEFAULT, Module

# A minute's event is of no use in the next, whose own is there: after hours of a Lambda that takes
# no events, those of hours would come at once. 60 s is the least that EventBridge takes.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
IN_TIME = CloudwatchEventTargetRetryPolicy(
    maximum_event_age_in_seconds=60, maximum_retry_attempts=0
)


class EveryMinute(Module):
    """Calls a function once a minute, or not at all.

    Args:
        function: What is called.
        name: The rule's.
        description: The rule's.
    """

    def __init__(
        self, scope: Construct, id: str, *, function: Function, name: str, description: str
    ) -> None:
        super().__init__(scope, id)
        rule = CloudwatchEventRule(
            self,
            DEFAULT,
            name=name,
            description=description,
            schedule_expression="rate(1 minute)",
        )
        _call(self, id, rule, function, retry_policy=IN_TIME)


class OnEvent(Module):
    """Calls a function for each event of a pattern, as often as EventBridge tries by itself.

    Args:
        function: What is called.
        pattern: Of the events.
        name: The rule's.
        description: The rule's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: Function,
        pattern: Mapping[str, object],
        name: str,
        description: str,
    ) -> None:
        super().__init__(scope, id)
        rule = CloudwatchEventRule(
            self, DEFAULT, name=name, description=description, event_pattern=json.dumps(pattern)
        )
        _call(self, id, rule, function)


def _call(
    scope: Construct, id: str, rule: CloudwatchEventRule, function: Function, **settings: Any
) -> None:
    """Has a rule call a function.

    Args:
        id: Of the rule's module.
        settings: The target's.
    """
    statement = id.replace("_", "-")
    CloudwatchEventTarget(
        scope, "target", rule=rule.name, target_id=statement, arn=function.arn, **settings
    )
    LambdaPermission(
        scope,
        "permission",
        statement_id=statement,
        action="lambda:InvokeFunction",
        function_name=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
