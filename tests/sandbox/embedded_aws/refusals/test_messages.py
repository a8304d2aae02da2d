"""What SNS, SQS and EventBridge refuse."""

import json
from typing import Any
from uuid import uuid4

import pytest

from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.refusals.conftest import Asked

ROLE = "arn:aws:iam::123456789012:role/none"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"


def unique() -> str:
    return f"x{uuid4().hex}"


def topic(asked: Asked) -> str:
    return asked("sns", "CreateTopic", Name=unique())["TopicArn"]


def policy(**changes: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, **changes}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Policies", "{}", "AttributeName: 'Policies', not one of"),
        ("DisplayName", "x" * 101, "DisplayName: 101 characters, of at most 100"),
    ],
)
def test_no_attributes_of_topics(asked: Asked, name: str, value: str, message: str) -> None:
    set_ = {"TopicArn": topic(asked), "AttributeName": name, "AttributeValue": value}
    assert asked.refused("sns", "SetTopicAttributes", message, **set_) == "InvalidParameter"
    asked.refused("sns", "CreateTopic", message, Name=unique(), Attributes={name: value})


def test_policies_of_topics(asked: Asked) -> None:
    arn = topic(asked)
    set_ = {"TopicArn": arn, "AttributeName": "Policy"}
    for changes, message in (
        ({"Action": "sns:*", "Resource": arn}, "Action: Policy statement action out of service"),
        ({"Action": "sns:Publsh", "Resource": arn}, "sns has no such action"),
        ({"Action": "sns:Publish", "Resource": f"{arn}-2"}, "Resource: .*-2, not arn:aws:sns"),
        ({"Action": "sns:Publish", "Resource": "*"}, r"Resource: \*, not arn:aws:sns"),
    ):
        value = policy(**changes)
        asked.refused("sns", "SetTopicAttributes", message, **set_, AttributeValue=value)
    good = policy(Action=["sns:Publish", "sns:Subscribe", "SNS:Receive"], Resource=arn)
    asked("sns", "SetTopicAttributes", **set_, AttributeValue=good)


@pytest.mark.parametrize(
    ("protocol", "endpoint", "message"),
    [
        ("ftp", "ftp://example.com", "Protocol: 'ftp', not one of"),
        ("https", "http://example.com", "Endpoint: 'http://example.com' is not one of protocol"),
        ("email", "ops", "Endpoint: 'ops' is not one of protocol email"),
        ("sqs", "queue", "Endpoint: 'queue' is not one of protocol sqs"),
        ("https", "https://localhost/hook", "Endpoint: .*: Unreachable Endpoint"),
        ("https", "https://10.0.0.1/hook", "Unreachable Endpoint"),
        ("https", "https://[::1]/hook", "Unreachable Endpoint"),
        ("https", "https://hook.internal/", "Unreachable Endpoint"),
    ],
)
def test_no_subscriptions(asked: Asked, protocol: str, endpoint: str, message: str) -> None:
    given = {"TopicArn": topic(asked), "Protocol": protocol, "Endpoint": endpoint}
    assert asked.refused("sns", "Subscribe", message, **given) == "InvalidParameter"


def test_good_subscriptions(asked: Asked) -> None:
    arn = topic(asked)
    for protocol, endpoint in (
        ("https", "https://hooks.example.com/x?y=1"),
        ("email", "ops+aws@example.com"),
        ("sqs", QUEUE),
    ):
        asked("sns", "Subscribe", TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    message = "FilterPolicy: not a JSON object"
    given = {"TopicArn": arn, "Protocol": "sqs", "Endpoint": QUEUE}
    asked.refused("sns", "Subscribe", message, **given, Attributes={"FilterPolicy": "[]"})


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"MessageRetentionPeriod": "1209601"}, "MessageRetentionPeriod: 1209601, not 60 to 1,209"),
        ({"DelaySeconds": "-1"}, "Attributes.DelaySeconds: -1, not 0 to 900"),
        ({"VisibilityTimeout": "1h"}, "Attributes.VisibilityTimeout: 1h, not 0 to 43,200"),
        ({"SqsManagedSseEnabled": "yes"}, "SqsManagedSseEnabled: 'yes', not true or false"),
        (
            {"SqsManagedSseEnabled": "true", "KmsMasterKeyId": "alias/aws/sqs"},
            "SqsManagedSseEnabled: not beside KmsMasterKeyId",
        ),
        ({"RedrivePolicy": "{}"}, "RedrivePolicy: not JSON with deadLetterTargetArn"),
        (
            {"RedrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE, "maxReceiveCount": 0})},
            "RedrivePolicy.maxReceiveCount: 0, not 1 to 1,000",
        ),
        (
            {"RedrivePolicy": json.dumps({"deadLetterTargetArn": QUEUE, "maxReceiveCount": 1})},
            f"RedrivePolicy.deadLetterTargetArn: there is no queue {QUEUE} in us-east-1",
        ),
        ({"Policy": policy(Action="sns:Publish", Resource=QUEUE)}, "has actions of sqs"),
        (
            {"Policy": policy(Action=["sqs:SendMessage"] * 8, Resource=QUEUE)},
            r"Attributes.Policy: Statement\[0\].Action: 8, of at most 7",
        ),
    ],
)
def test_no_queues(asked: Asked, attributes: dict[str, str], message: str) -> None:
    code = asked.refused("sqs", "CreateQueue", message, QueueName=unique(), Attributes=attributes)
    redrive = "RedrivePolicy" in attributes
    assert code == ("InvalidParameterValue" if redrive else "InvalidAttributeValue")


def test_good_queues(asked: Asked) -> None:
    letters, name = unique(), unique()
    attributes = {"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}
    asked("sqs", "CreateQueue", QueueName=letters, Attributes=attributes)
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{letters}"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    asked("sqs", "CreateQueue", QueueName=name, Attributes={"RedrivePolicy": redrive})
    asked.refused("sqs", "CreateQueue", "QueueName: 'a.b', not 1 to 80", QueueName="a.b")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "ScheduleExpression: either this or EventPattern is needed"),
        ({"ScheduleExpression": "rate(1 minutes)"}, r"ScheduleExpression: 'rate\(1 minutes\)'"),
        ({"ScheduleExpression": "rate(0 minutes)"}, "not such as rate"),
        ({"ScheduleExpression": "every minute"}, "not such as rate"),
        ({"ScheduleExpression": "cron(0 12 * * * *)"}, "either day of month or day of week is"),
        ({"EventPattern": "{"}, "EventPattern: Event pattern is not valid. Reason: not JSON"),
        ({"EventPattern": '{"source": "aws.ec2"}'}, "source: 'aws.ec2' must be an object or an"),
        ({"EventPattern": '{"source": []}'}, "source: Empty arrays are not allowed"),
        ({"EventPattern": '{"detail": {"a": {}}}'}, "detail.a: Empty objects are not allowed"),
        ({"EventPattern": '{"source": [{"prefx": "a"}]}'}, "source: prefx: Unrecognized match"),
        ({"EventPattern": '{"x": [{"exists": "yes"}]}'}, "x: exists: not of 'yes'"),
        ({"EventPattern": '{"x": [{"numeric": [">"]}]}'}, "x: numeric: not of"),
        ({"EventPattern": '{"x": [{"cidr": "10.0.0.1/8"}]}'}, "x: cidr: not of"),
    ],
)
def test_no_rules(asked: Asked, parameters: dict[str, str], message: str) -> None:
    asked.refused("events", "PutRule", message, Name="rule", **parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {"ScheduleExpression": "rate(1 minute)"},
        {"ScheduleExpression": "rate(12 hours)"},
        {"ScheduleExpression": "cron(0 12 ? * MON-FRI *)"},
        {
            "EventPattern": json.dumps(
                {
                    "source": ["aws.cloudwatch", {"prefix": "own."}],
                    "detail": {"state": {"value": ["ALARM", None]}, "n": [{"numeric": [">", 1]}]},
                    "$or": [{"region": [{"exists": False}]}, {"id": [{"anything-but": "x"}]}],
                }
            )
        },
    ],
)
def test_good_rules(asked: Asked, parameters: dict[str, str]) -> None:
    asked("events", "PutRule", Name="rule", **parameters)


def rule(asked: Asked) -> str:
    name = unique()
    asked("events", "PutRule", Name=name, ScheduleExpression="rate(1 minute)")
    return name


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": "queue"}, r"Targets\[0\].Arn: 'queue': Provided Arn is not in correct format"),
        ({"Arn": QUEUE.replace("us-east-1", "eu-west-1")}, "in another region than us-east-1"),
        ({"Arn": BUS}, r"Targets\[0\].RoleArn: RoleArn is required for target"),
        ({"Arn": BUS, "RoleArn": ROLE}, f"RoleArn: there is no role {ROLE}"),
        ({"Input": "x"}, r"Targets\[0\].Input: not JSON"),
        ({"Input": "{}", "InputPath": "$.a"}, "only one of Input and InputPath"),
        (
            {"RetryPolicy": {"MaximumEventAgeInSeconds": 59}},
            "MaximumEventAgeInSeconds",
        ),
        (
            {"DeadLetterConfig": {"Arn": QUEUE.replace("us-east-1", "eu-west-1")}},
            "DeadLetterConfig.Arn: .* is not a queue in us-east-1",
        ),
    ],
)
def test_no_targets(asked: Asked, target: dict[str, Any], message: str) -> None:
    targets = [{"Id": "1", "Arn": QUEUE, **target}]
    asked.refused("events", "PutTargets", message, Rule=rule(asked), Targets=targets)


def test_five_targets_a_rule(asked: Asked) -> None:
    name = rule(asked)
    targets = [{"Id": f"{place}", "Arn": QUEUE} for place in range(6)]
    message = f"Targets: 6 of rule {name}, of at most 5"
    asked.refused("events", "PutTargets", message, Rule=name, Targets=targets)
    asked("events", "PutTargets", Rule=name, Targets=targets[:5])
    asked("events", "PutTargets", Rule=name, Targets=targets[:1])
    asked.refused("events", "PutTargets", message, Rule=name, Targets=targets[5:])
    twice = [targets[0], targets[0]]
    asked.refused("events", "PutTargets", "the Id '0' is there twice", Rule=name, Targets=twice)


def test_the_role_of_a_target(asked: Asked) -> None:
    name = rule(asked)
    for service, refused in (("lambda", True), ("events", False)):
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": f"{service}.amazonaws.com"},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        made = asked("iam", "CreateRole", RoleName=unique(), AssumeRolePolicyDocument=document)[
            "Role"
        ]["Arn"]
        targets = [{"Id": "1", "Arn": BUS, "RoleArn": made}]
        if refused:
            message = r"Targets\[0\].RoleArn: the role .* does not trust events.amazonaws.com"
            asked.refused("events", "PutTargets", message, Rule=name, Targets=targets)
        else:
            asked("events", "PutTargets", Rule=name, Targets=targets)
