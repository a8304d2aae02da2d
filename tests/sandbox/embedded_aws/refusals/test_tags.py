"""Tags that services refuse."""

from typing import Any

import pytest
from botocore.session import get_session

from sandbox.embedded_aws.refusals.tags import OPERATIONS
from tests.sandbox.embedded_aws.refusals.conftest import Asked


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"aws:x": "1"}, "tags: the key 'aws:x' begins with aws:"),
        ({"AWS:x": "1"}, "the key 'AWS:x' begins with aws:"),
        ({"": "1"}, "the key '' has 0 characters, of 1 to 128"),
        ({"k" * 129: "1"}, "has 129 characters, of 1 to 128"),
        ({"k": "v" * 257}, "the value of 'k' has 257 characters, of at most 256"),
        ({f"k{number}": "" for number in range(51)}, "51 tags, of at most 50"),
    ],
)
def test_no_tags(asked: Asked, tags: dict[str, str], message: str) -> None:
    code = asked.refused("sqs", "CreateQueue", message, QueueName="tagged", tags=tags)
    assert code == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("k(", "1", r"Tags: the key 'k\(' has characters other than"),
        ("k", "(v)", r"Tags: the value of 'k', '\(v\)', has characters other than"),
    ],
)
def test_no_characters(asked: Asked, key: str, value: str, message: str) -> None:
    tags = [{"TagKey": key, "TagValue": value}]
    assert asked.refused("kms", "CreateKey", message, Tags=tags) == "TagException"


OWN = {"Key": "aws:x", "Value": ""}
SPECIFIED = [{"ResourceType": "vpc", "Tags": [OWN]}]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sns", "CreateTopic", {"Name": "n", "Tags": [OWN]}),
        ("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16", "TagSpecifications": SPECIFIED}),
        (
            "ec2",
            "CreateLaunchTemplate",
            {"LaunchTemplateName": "name", "LaunchTemplateData": {"TagSpecifications": SPECIFIED}},
        ),
        ("s3", "PutBucketTagging", {"Bucket": "bucket", "Tagging": {"TagSet": [OWN]}}),
        (
            "route53",
            "ChangeTagsForResource",
            {"ResourceType": "healthcheck", "ResourceId": "1", "AddTags": [OWN]},
        ),
    ],
)
def test_wherever_a_service_has_them(
    asked: Asked, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    asked.refused(service, operation, "the key 'aws:x' begins with aws:", **parameters)


def test_a_key_twice(asked: Asked) -> None:
    twice = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
    asked.refused("sns", "CreateTopic", "Tags: the key 'k' is there twice", Name="n", Tags=twice)


ELEVEN = [{"Key": f"k{number}", "Value": ""} for number in range(11)]
FIFTY_ONE = [{"Key": f"k{number}", "Value": ""} for number in range(51)]


@pytest.mark.parametrize(
    ("service", "operation", "code", "parameters"),
    [
        ("ec2", "CreateTags", "TagLimitExceeded", {"Resources": ["vpc-1"], "Tags": FIFTY_ONE}),
        ("elbv2", "AddTags", "TooManyTags", {"ResourceArns": ["arn"], "Tags": FIFTY_ONE}),
        ("sns", "CreateTopic", "TagLimitExceeded", {"Name": "n", "Tags": FIFTY_ONE}),
        (
            "s3",
            "PutBucketTagging",
            "BadRequest",
            {"Bucket": "bucket", "Tagging": {"TagSet": FIFTY_ONE}},
        ),
        (
            "s3",
            "PutObjectTagging",
            "BadRequest",
            {"Bucket": "bucket", "Key": "k", "Tagging": {"TagSet": ELEVEN}},
        ),
        (
            "kms",
            "CreateKey",
            "LimitExceededException",
            {"Tags": [{"TagKey": tag["Key"], "TagValue": ""} for tag in FIFTY_ONE]},
        ),
    ],
)
def test_too_many_tags(
    asked: Asked, service: str, operation: str, code: str, parameters: dict[str, Any]
) -> None:
    assert asked.refused(service, operation, "tags, of at most", **parameters) == code


def test_a_load_balancers_key_twice(asked: Asked) -> None:
    twice = {"ResourceArns": ["arn"], "Tags": [{"Key": "k", "Value": "1"}] * 2}
    message = "Tags: the key 'k' is there twice"
    assert asked.refused("elbv2", "AddTags", message, **twice) == "DuplicateTagKeys"


def test_acm_alone_reads_the_start_of_values(asked: Asked) -> None:
    tags = [{"Key": "k", "Value": "AWS:x"}]
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    message = "'AWS:x', begins with aws:"
    asked.refused("acm", "AddTagsToCertificate", message, CertificateArn=arn, Tags=tags)
    asked("sns", "CreateTopic", Name="tagged", Tags=tags)


def test_good_tags(asked: Asked) -> None:
    good = [{"TagKey": "Team 1", "TagValue": "web_.:/=+-@ é"}, {"TagKey": "empty", "TagValue": ""}]
    asked("kms", "CreateKey", Tags=good)
    fifty = {f"k{number}": "(any)" for number in range(50)}
    asked("sqs", "CreateQueue", QueueName="tagged", tags=fifty)


def test_the_operations_are_aws() -> None:
    session = get_session()
    for service, operations in OPERATIONS.items():
        model = session.get_service_model(service)
        for operation in operations:
            model.operation_model(operation)  # raises if it does not exist
