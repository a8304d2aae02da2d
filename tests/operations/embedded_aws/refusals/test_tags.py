"""Tags that services refuse."""

from typing import Any

import pytest
from botocore.session import get_session

from operations.embedded_aws.refusals import RULES
from operations.embedded_aws.refusals.tags import OPERATIONS
from tests.operations.embedded_aws.refusals.calls import ask, refused


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"aws:x": "1"}, "Tags: the key 'aws:x' begins with aws:"),
        ({"AWS:x": "1"}, "the key 'AWS:x' begins with aws:"),
        ({"": "1"}, "the key '' has 0 characters, of 1 to 128"),
        ({"k" * 129: "1"}, "has 129 characters, of 1 to 128"),
        ({"k": "v" * 257}, "the value of 'k' has 257 characters, of at most 256"),
        ({"k(": "1"}, r"the key 'k\(' has characters other than"),
        ({"k": "(v)"}, r"the value of 'k', '\(v\)', has characters other than"),
        ({f"k{number}": "" for number in range(51)}, "51 tags, of at most 50"),
    ],
)
def test_no_tags(tags: dict[str, str], message: str) -> None:
    listed = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
    refusal = refused("kms", "CreateKey", message, Tags=listed)
    assert refusal.code == "TagException"


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("sns", "CreateTopic", {"Tags": [{"Key": "aws:x", "Value": ""}]}),
        ("sqs", "CreateQueue", {"tags": {"aws:x": ""}}),
        ("ec2", "CreateVpc", {"TagSpecifications": [{"Tags": [{"Key": "aws:x"}]}]}),
        (
            "ec2",
            "CreateLaunchTemplate",
            {"LaunchTemplateData": {"TagSpecifications": [{"Tags": [{"Key": "aws:x"}]}]}},
        ),
        ("s3", "PutBucketTagging", {"Tagging": {"TagSet": [{"Key": "aws:x", "Value": ""}]}}),
        ("route53", "ChangeTagsForResource", {"AddTags": [{"Key": "aws:x", "Value": ""}]}),
    ],
)
def test_wherever_a_service_has_them(
    service: str, operation: str, parameters: dict[str, Any]
) -> None:
    rules = RULES[service, operation]
    assert rules[0].__name__ == "tags_are_taken"
    refused(service, operation, "the key 'aws:x' begins with aws:", **parameters)


def test_a_key_twice() -> None:
    twice = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
    refused("sns", "CreateTopic", "Tags: the key 'k' is there twice", Name="n", Tags=twice)


def test_acm_alone_reads_the_start_of_values() -> None:
    tags = [{"Key": "k", "Value": "AWS:x"}]
    refused("acm", "AddTagsToCertificate", "'AWS:x', begins with aws:", Tags=tags)
    ask("sns", "TagResource", Tags=tags)


def test_good_tags() -> None:
    good = [{"TagKey": "Team 1", "TagValue": "web_.:/=+-@ é"}, {"TagKey": "empty", "TagValue": ""}]
    ask("kms", "TagResource", Tags=good)
    ask("ec2", "CreateTags", Tags=[{"Key": "Name", "Value": "(any)"}])


def test_the_operations_are_aws() -> None:
    session = get_session()
    for service, operations in OPERATIONS.items():
        model = session.get_service_model(service)
        for operation in operations:
            model.operation_model(operation)  # raises for one that is not there
