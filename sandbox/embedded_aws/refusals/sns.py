"""SNS: topics, their policies, and subscriptions."""

import ipaddress
import json
import re
from urllib.parse import urlsplit

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.policies.principals import named
from sandbox.embedded_aws.refusals.rule import Rules, part

# https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
ATTRIBUTES = frozenset(
    {
        "ArchivePolicy",
        "ContentBasedDeduplication",
        "DataProtectionPolicy",
        "DeliveryPolicy",
        "DisplayName",
        "FifoThroughputScope",
        "FifoTopic",
        "KmsMasterKeyId",
        "Policy",
        "SignatureVersion",
        "TracingConfig",
        *(
            f"{protocol}{what}"
            for protocol in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
            for what in (
                "FailureFeedbackRoleArn",
                "SuccessFeedbackRoleArn",
                "SuccessFeedbackSampleRate",
            )
        ),
    }
)
LONGEST_DISPLAY_NAME = 100
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
# Receive is undocumented, but SNS once put it in topics' policies, and many modules still have it.
POLICY_ACTIONS = frozenset(
    f"sns:{action}".lower()
    for action in (
        "AddPermission",
        "DeleteTopic",
        "GetDataProtectionPolicy",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "Publish",
        "PutDataProtectionPolicy",
        "Receive",
        "RemovePermission",
        "SetTopicAttributes",
        "Subscribe",
    )
)
MOST_STATEMENTS, MOST_PRINCIPALS = 100, 200
# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
ENDPOINTS = {
    "application": r"arn:aws[\w-]*:sns:.+",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s.]+",
    "email-json": r"[^@\s]+@[^@\s]+\.[^@\s.]+",
    "firehose": r"arn:aws[\w-]*:firehose:.+",
    "http": r"http://.+",
    "https": r"https://.+",
    "lambda": r"arn:aws[\w-]*:lambda:.+",
    "sms": r"\+?[\d-]+",
    "sqs": r"arn:aws[\w-]*:sqs:.+",
}


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameter", f"Invalid parameter: {message}")


def topics_have_known_attributes(call: Call) -> None:
    """Refuses unknown topic attributes, and display names longer than 100 characters.

    https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    """
    for name, value in _attributes(call).items():
        if name not in ATTRIBUTES:
            raise _invalid(f"AttributeName: {name!r}, not one of {', '.join(sorted(ATTRIBUTES))}")
        if name == "DisplayName" and len(value) > LONGEST_DISPLAY_NAME:
            raise _invalid(f"DisplayName: {len(value)} characters, of at most 100")


def topic_policies_are_taken(call: Call) -> None:
    """Refuses a topic policy that names another topic, or actions that topic policies do not
    support, such as sns:*.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
    """
    if not (text := _attributes(call).get("Policy")):
        return
    name = call.parameters.get("Name")
    own = call.parameters.get("TopicArn") or f"arn:aws:sns:{call.region}:{call.account}:{name}"
    statements = policies.check(policies.TOPIC, "Policy", text, call.account)
    if len(statements) > MOST_STATEMENTS:
        raise _invalid(f"Policy: {len(statements)} statements, of at most {MOST_STATEMENTS}")
    for statement in statements:
        where = f"Policy: {statement.where}"
        for action in statement.actions:
            if action.lower() not in POLICY_ACTIONS:
                raise _invalid(
                    f"{where}.Action: Policy statement action out of service scope! {action!r} is "
                    f"not one of {', '.join(sorted(POLICY_ACTIONS))}"
                )
        if statement.resources != (own,):
            raise _invalid(f"{where}.Resource: {', '.join(statement.resources)}, not {own} alone")
        if len(named(statement)) > MOST_PRINCIPALS:
            raise _invalid(f"{where}.Principal: more than {MOST_PRINCIPALS}")


def _attributes(call: Call) -> dict[str, str]:
    if "AttributeName" in call.parameters:
        return {call.parameters["AttributeName"]: call.parameters.get("AttributeValue", "")}
    return dict(part(call.parameters, "Attributes"))


def endpoints_can_be_reached(call: Call) -> None:
    """Refuses unknown protocols, endpoints that do not match their protocol, and web addresses that
    are reachable only from a private network.

    https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
    """
    protocol = call.parameters["Protocol"]
    endpoint: str = call.parameters.get("Endpoint", "")
    if protocol not in ENDPOINTS:
        raise _invalid(f"Protocol: {protocol!r}, not one of {', '.join(ENDPOINTS)}")
    if not re.fullmatch(ENDPOINTS[protocol], endpoint):
        raise _invalid(f"Endpoint: {endpoint!r} is not one of protocol {protocol}")
    host: str = urlsplit(endpoint).hostname or ""
    if protocol in ("http", "https") and not _is_public(host):
        raise _invalid(f"Endpoint: {endpoint!r}: Unreachable Endpoint: not a public host's name")


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".internal", ".localhost"))


def subscriptions_filter_with_json(call: Call) -> None:
    """Refuses subscription policies that are not JSON objects.

    https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
    """
    for name, value in _attributes(call).items():
        if name in ("DeliveryPolicy", "FilterPolicy", "RedrivePolicy") and value:
            try:
                is_object = isinstance(json.loads(value), dict)
            except ValueError:
                is_object = False
            if not is_object:
                raise _invalid(f"{name}: not a JSON object: {value!r}")


_TOPIC = (topics_have_known_attributes, topic_policies_are_taken)
RULES: Rules = {
    ("sns", "CreateTopic"): _TOPIC,
    ("sns", "SetTopicAttributes"): _TOPIC,
    ("sns", "Subscribe"): (endpoints_can_be_reached, subscriptions_filter_with_json),
    ("sns", "SetSubscriptionAttributes"): (subscriptions_filter_with_json,),
}
