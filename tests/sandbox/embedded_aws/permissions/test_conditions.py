"""Condition operators, as described in the IAM user guide."""

from typing import Any

import pytest

from sandbox.embedded_aws.permissions.conditions import holds

CONTEXT = {
    "aws:requestedregion": ("us-east-1",),
    "aws:securetransport": ("true",),
    "aws:sourceip": ("127.0.0.1",),
    "aws:sourcearn": ("arn:aws:cloudwatch:us-east-1:123456789012:alarm:web",),
    "aws:tagkeys": ("Name", "Stack"),
    "s3:max-keys": ("10",),
}
CASES: list[tuple[str, str, Any, bool]] = [
    ("StringEquals", "aws:RequestedRegion", "us-east-1", True),
    ("StringEquals", "AWS:requestedregion", ["eu-west-1", "us-east-1"], True),
    ("StringEquals", "aws:RequestedRegion", "US-EAST-1", False),
    ("StringEqualsIgnoreCase", "aws:RequestedRegion", "US-EAST-1", True),
    ("StringEquals", "aws:RequestedRegion", "us-east-*", False),
    ("StringLike", "aws:RequestedRegion", "us-east-?", True),
    ("StringLike", "aws:RequestedRegion", "us-east", False),
    ("StringNotLike", "aws:RequestedRegion", "us-*", False),
    ("StringNotEquals", "aws:RequestedRegion", ["us-east-1", "eu-west-1"], False),
    ("StringNotEquals", "aws:RequestedRegion", "eu-west-1", True),
    ("StringEquals", "aws:SourceAccount", "123456789012", False),
    ("StringNotEquals", "aws:SourceAccount", "123456789012", True),
    ("StringEqualsIfExists", "aws:SourceAccount", "123456789012", True),
    ("StringEqualsIfExists", "aws:RequestedRegion", "eu-west-1", False),
    ("Null", "aws:SourceAccount", "true", True),
    ("Null", "aws:RequestedRegion", True, False),
    ("Null", "aws:RequestedRegion", "false", True),
    ("Bool", "aws:SecureTransport", "false", False),
    ("Bool", "aws:SecureTransport", True, True),
    ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "127.0.0.0/8"], True),
    ("IpAddress", "aws:SourceIp", "10.0.0.0/8", False),
    ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", True),
    ("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:*:123456789012:alarm:*", True),
    ("ArnLike", "aws:SourceArn", "arn:aws:*:alarm:*", False),
    ("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:*:alarm:api", False),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:sns:*:*:*", True),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["Stack", "Owner"], True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["Stack", "Owner"], False),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["Stack", "Name"], True),
    ("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "none", True),
    ("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", "none", False),
    ("NumericLessThanEquals", "s3:max-keys", 10, True),
    ("NumericGreaterThan", "s3:max-keys", "10", False),
]


@pytest.mark.parametrize(("operator", "key", "wanted", "expected"), CASES)
def test_an_operator(operator: str, key: str, wanted: Any, expected: bool) -> None:
    assert holds({operator: {key: wanted}}, CONTEXT) is expected


def test_every_key_of_every_operator_has_to_be_satisfied() -> None:
    region = {"aws:RequestedRegion": "us-east-1"}
    assert holds({"StringEquals": region, "Bool": {"aws:SecureTransport": "true"}}, CONTEXT)
    assert not holds({"StringEquals": region, "Bool": {"aws:SecureTransport": "false"}}, CONTEXT)
    assert not holds({"StringEquals": {**region, "aws:SourceVpc": "vpc-1"}}, CONTEXT)
    assert holds({}, CONTEXT)


def test_an_operator_that_is_not_known_is_no_silent_yes() -> None:
    with pytest.raises(NotImplementedError, match="DateGreaterThan"):
        holds({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, CONTEXT)
