"""EventBridge rules that invoke a function."""

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

# A run's event is useless once the next run's has arrived. Without this limit, a Lambda outage of
# hours would be followed by all of its events at once. 60 s is EventBridge's minimum.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
IN_TIME = CloudwatchEventTargetRetryPolicy(
    maximum_event_age_in_seconds=60, maximum_retry_attempts=0
)


class Every(Module):
    """Invokes a function at regular intervals, without retries.

    Args:
        function: The function to invoke.
        minutes: How often.
        name: Name of the rule.
        description: Description of the rule.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: Function,
        minutes: int = 1,
        name: str,
        description: str,
    ) -> None:
        super().__init__(scope, id)
        rule = CloudwatchEventRule(
            self,
            DEFAULT,
            name=name,
            description=description,
            schedule_expression=f"rate({minutes} minute{'' if minutes == 1 else 's'})",
        )
        _call(self, id, rule, function, retry_policy=IN_TIME)


class OnEvent(Module):
    """Invokes a function for each matching event, with EventBridge's default retries.

    Args:
        function: The function to invoke.
        pattern: Pattern that events must match.
        name: Name of the rule.
        description: Description of the rule.
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
    """Makes a rule invoke a function.

    Args:
        id: Id of the rule's module.
        settings: Further arguments of the target.
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
