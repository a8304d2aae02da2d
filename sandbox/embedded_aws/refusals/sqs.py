"""SQS: queues, their attributes and policies."""

import json
import re
from typing import Any

from moto.sqs.models import sqs_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.policies.principals import named
from sandbox.embedded_aws.refusals.rule import Rules, part

NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
MOST_RECEIVED = 1_000
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
MOST_STATEMENTS, MOST_PRINCIPALS, MOST_ACTIONS = 20, 50, 7


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidAttributeValue", message)


def _invalid_redrive(message: str) -> Refusal:
    """For this attribute only, SQS says: Value ... for parameter RedrivePolicy is invalid."""
    return Refusal("InvalidParameterValue", message)


def queue_names_are_names(call: Call) -> None:
    """Refuses invalid queue names.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    """
    if not NAME.fullmatch(name := call.parameters["QueueName"]):
        raise Refusal(
            "InvalidParameterValue", f"QueueName: {name!r}, not 1 to 80 of A-Za-z0-9_-, or .fifo"
        )


def queue_attributes_are_in_range(call: Call) -> None:
    """Refuses numbers out of range, and both kinds of SQS encryption at once.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    """
    attributes = part(call.parameters, "Attributes")
    for name, (least, most) in RANGES.items():
        value = str(attributes.get(name, least))
        if not value.isdigit() or not least <= int(value) <= most:
            raise _invalid(f"Attributes.{name}: {value}, not {least:,} to {most:,}")
    own = str(attributes.get("SqsManagedSseEnabled", "false")).lower()
    if own not in ("true", "false"):
        raise _invalid(f"Attributes.SqsManagedSseEnabled: {own!r}, not true or false")
    if own == "true" and attributes.get("KmsMasterKeyId"):
        raise _invalid("Attributes.SqsManagedSseEnabled: not beside KmsMasterKeyId")


def dead_letters_have_a_queue(call: Call) -> None:
    """Refuses an invalid redrive policy, or one whose dead-letter queue does not exist in this
    region.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """
    if not (text := part(call.parameters, "Attributes").get("RedrivePolicy")):
        return
    where = "Attributes.RedrivePolicy"
    try:
        given: Any = json.loads(text)
        arn, count = given["deadLetterTargetArn"], int(given["maxReceiveCount"])
    except (ValueError, KeyError, TypeError):
        raise _invalid_redrive(
            f"{where}: not JSON with deadLetterTargetArn and maxReceiveCount: {text!r}"
        ) from None
    if not 1 <= count <= MOST_RECEIVED:
        raise _invalid_redrive(f"{where}.maxReceiveCount: {count}, not 1 to {MOST_RECEIVED:,}")
    queues: Any = sqs_backends[call.account][call.region].queues
    if not any(queue.queue_arn == arn for queue in queues.values()):
        raise _invalid_redrive(
            f"{where}.deadLetterTargetArn: there is no queue {arn} in {call.region}"
        )


def queue_policies_are_taken(call: Call) -> None:
    """Refuses an invalid queue policy.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    """
    if not (text := part(call.parameters, "Attributes").get("Policy")):
        return
    statements = policies.check(policies.QUEUE, "Attributes.Policy", text, call.account)
    if len(statements) > MOST_STATEMENTS:
        raise _invalid(
            f"Attributes.Policy: {len(statements)} statements, of at most {MOST_STATEMENTS}"
        )
    for statement in statements:
        where = f"Attributes.Policy: {statement.where}"
        if (size := len(named(statement))) > MOST_PRINCIPALS:
            raise _invalid(f"{where}.Principal: {size}, of at most {MOST_PRINCIPALS}")
        if (size := len(statement.actions)) > MOST_ACTIONS:
            raise _invalid(f"{where}.Action: {size}, of at most {MOST_ACTIONS}")


_ATTRIBUTES = (queue_attributes_are_in_range, dead_letters_have_a_queue, queue_policies_are_taken)
RULES: Rules = {
    ("sqs", "CreateQueue"): (queue_names_are_names, *_ATTRIBUTES),
    ("sqs", "SetQueueAttributes"): _ATTRIBUTES,
}
