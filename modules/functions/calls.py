"""What calls a function: rules of EventBridge."""

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetRetryPolicy,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from modules.functions.function import Function

# A minute's event is of no use in the next, whose own is there: after hours of a Lambda that takes
# no events, those of hours would come at once. 60 s is the least that EventBridge takes.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
IN_TIME = CloudwatchEventTargetRetryPolicy(
    maximum_event_age_in_seconds=60, maximum_retry_attempts=0
)


def every_minute(
    scope: Construct, id: str, function: Function, *, name: str, description: str
) -> None:
    """Calls a function once a minute, or not at all.

    name, description: the rule's.
    """
    rule = CloudwatchEventRule(
        scope, id, name=name, description=description, schedule_expression="rate(1 minute)"
    )
    calls(scope, id, rule, function, retry_policy=IN_TIME)


def calls(
    scope: Construct,
    id: str,
    rule: CloudwatchEventRule,
    function: Function,
    *,
    retry_policy: CloudwatchEventTargetRetryPolicy | None = None,
) -> None:
    """Has a rule call a function. id: the rule's. retry_policy: by default EventBridge's own."""
    CloudwatchEventTarget(
        scope,
        f"{id}_target",
        rule=rule.name,
        target_id=id.replace("_", "-"),
        arn=function.arn,
        retry_policy=retry_policy,
    )
    LambdaPermission(
        scope,
        f"{id}_permission",
        statement_id=id.replace("_", "-"),
        action="lambda:InvokeFunction",
        function_name=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
