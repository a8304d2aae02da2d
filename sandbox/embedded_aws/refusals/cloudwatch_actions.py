"""CloudWatch: alarm actions that it refuses, or accepts although they never notify anyone.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from collections.abc import Iterator
from typing import Any

from moto.sns.models import sns_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.kms import key_of
from sandbox.embedded_aws.refusals.policies import PolicyRequest, lets, service_context
from sandbox.embedded_aws.refusals.rule import Rules, stricter

ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
SERVICES = frozenset(
    {"aiops", "autoscaling", "automate", "lambda", "sns", "ssm", "ssm-incidents", "swf"}
)
CLOUDWATCH = "cloudwatch.amazonaws.com"
NEVER = "AWS takes it, and nobody is told"


def actions_are_in_the_alarms_region(call: Call) -> None:
    """Refuses actions in another region, or in services that cannot be alarm actions.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
    """
    for where, arn in _actions(call):
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn" or parts[2] not in SERVICES:  # noqa: PLR2004
            raise Refusal(
                "ValidationError",
                f"{where}: {arn!r} is not the ARN of an action, of {', '.join(sorted(SERVICES))}",
            )
        if parts[3] and parts[3] != call.region:
            raise Refusal(
                "ValidationError",
                f"{where}: Invalid region {parts[3]} specified. Only {call.region} is supported: "
                f"{arn}",
            )


@stricter("AWS accepts such an alarm, which notifies nobody.")
def alarms_may_tell(call: Call) -> None:
    """Refuses a topic that does not exist, or to which CloudWatch may not publish, because of the
    topic's policy or of its encryption key's.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    name = call.parameters["AlarmName"]
    source = f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}"
    context = service_context(call.account, source)
    for where, arn in _actions(call):
        if ":sns:" not in arn:
            continue
        topic: Any = sns_backends[call.account][call.region].topics.get(arn)
        if topic is None:
            raise Refusal("ValidationError", f"{where}: there is no topic {arn}: {NEVER}")
        if not lets(topic.policy, PolicyRequest(CLOUDWATCH, "sns:Publish", arn, context)):
            raise Refusal(
                "ValidationError",
                f"{where}: the policy of {arn} does not let {CLOUDWATCH} publish: {NEVER}",
            )
        if topic.kms_master_key_id:
            _check_key(call, where, topic.kms_master_key_id, context)


def _check_key(call: Call, where: str, key_id: str, context: dict[str, str]) -> None:
    if key_id.endswith("alias/aws/sns"):
        raise Refusal(
            "ValidationError",
            f"{where}: the topic is encrypted with {key_id}, which is not {CLOUDWATCH}'s to use: "
            f"{NEVER}",
        )
    key = key_of(call.account, call.region, key_id)
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        request = PolicyRequest(CLOUDWATCH, action, key.arn if key else key_id, context)
        if key is None or key.key_state != "Enabled" or not lets(key.policy, request):
            raise Refusal(
                "ValidationError",
                f"{where}: the topic's key {key_id} does not let {CLOUDWATCH} {action}: {NEVER}",
            )


def _actions(call: Call) -> Iterator[tuple[str, str]]:
    for member in ACTIONS:
        for place, arn in enumerate(call.parameters.get(member) or ()):
            yield f"{member}[{place}]", arn


_RULES = (actions_are_in_the_alarms_region, alarms_may_tell)
RULES: Rules = {
    ("cloudwatch", "PutMetricAlarm"): _RULES,
    ("cloudwatch", "PutCompositeAlarm"): _RULES,
}
