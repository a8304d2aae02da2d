"""Policies from what was needed: how statements are combined, and how much fits."""

import json
from typing import Any

import pytest

from sandbox.permissions.documents import POLICY_CHARACTERS, documents, size, statements
from sandbox.permissions.scopes import Needed
from terminal.errors import OperationError

STACK: dict[str, Any] = {
    "provider": {"aws": [{"region": "eu-west-1"}, {"region": "us-east-1", "alias": "other"}]},
    "terraform": {"backend": {"s3": {"bucket": "state", "key": "terraform.tfstate"}}},
    "resource": {
        "aws_s3_bucket": {"logs": {"bucket": "logs"}},
        "aws_iam_role": {"a": {"name": "control"}, "b": {"name": "instance"}},
        "aws_sns_topic": {
            "a": {"name": "alerts"},
            "b": {"name": "alerts", "provider": "aws.other"},
        },
        "aws_kms_key": {"key": {}},
    },
}
ROLE = "arn:aws:iam::1:role/control"


def need(action: str, resource: str = "*", region: str = "eu-west-1", detail: str = "") -> Needed:
    return Needed(action, resource, region, detail)


def by_sid(*needed: Needed) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in statements(STACK, needed)}


def test_the_state_is_written_and_its_lock_alone_deleted() -> None:
    found = by_sid(
        need("s3:ListBucket", "arn:aws:s3:::state"),
        need("s3:PutObject", "arn:aws:s3:::state/terraform.tfstate"),
        need("s3:PutObject", "arn:aws:s3:::state/terraform.tfstate.tflock"),
        need("s3:DeleteObject", "arn:aws:s3:::state/terraform.tfstate.tflock"),
        need("s3:CreateBucket", "arn:aws:s3:::logs"),
    )
    assert {sid: statement["Action"] for sid, statement in found.items()} == {
        "StateBucket": ["s3:ListBucket"],
        "State": ["s3:PutObject"],
        "StateLock": ["s3:DeleteObject", "s3:PutObject"],
        "Buckets": ["s3:CreateBucket"],
    }


def test_what_the_stack_names_is_named_and_no_more_than_was_used() -> None:
    topic = "arn:aws:sns:us-east-1:1:alerts"
    found = by_sid(need("sns:CreateTopic", topic), need("sns:TagResource", topic))
    assert found == {
        "Topics": {
            "Sid": "Topics",
            "Effect": "Allow",
            "Action": ["sns:CreateTopic", "sns:TagResource"],
            "Resource": "arn:aws:sns:us-east-1:*:alerts",
        }
    }


def test_roles_are_passed_to_the_services_that_had_them() -> None:
    found = by_sid(
        need("iam:PassRole", ROLE, detail="lambda.amazonaws.com"),
        need("iam:PassRole", "arn:aws:iam::1:role/instance", detail="ec2.amazonaws.com"),
        need("iam:AttachRolePolicy", ROLE, detail="arn:aws:iam::aws:policy/One"),
        need("iam:GetRole", ROLE),
    )
    passed = found["PassRoleToLambda"]
    assert passed["Resource"] == "arn:aws:iam::*:role/control"
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    assert found["PassRoleToEc2"]["Resource"] == "arn:aws:iam::*:role/instance"
    assert found["AttachedPolicies"]["Condition"] == {
        "ArnEquals": {"iam:PolicyARN": ["arn:aws:iam::aws:policy/One"]}
    }
    assert found["Roles"]["Action"] == ["iam:GetRole"]


def test_what_has_no_name_is_narrowed_to_the_regions() -> None:
    found = by_sid(
        need("ec2:CreateVpc", "arn:aws:ec2:eu-west-1:1:not-worked-out"),
        need("sns:ListTopics", region="us-east-1"),
        need("route53:ListHostedZones", region="us-east-1"),
        need("kms:EnableKeyRotation", "arn:aws:kms:eu-west-1:1:key/2"),
    )
    assert found["InItsRegions"]["Resource"] == "*"
    assert found["InItsRegions"]["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}
    }
    assert found["Global"]["Action"] == ["route53:ListHostedZones"]
    assert found["Keys"]["Resource"] == "arn:aws:kms:eu-west-1:*:key/*"


def test_as_many_documents_as_iams_limit_asks_for() -> None:
    many = [need(f"ec2:Describe{'Something' * 12}{number}") for number in range(40)]
    apart = [need("sns:CreateTopic", "arn:aws:sns:eu-west-1:1:alerts"), *many]
    found = documents(STACK, apart)
    assert len(found) == 1
    buckets = [
        need(f"s3:Put{'Something' * 12}{number}", "arn:aws:s3:::logs") for number in range(20)
    ]
    found = documents(STACK, [*apart, *buckets])
    assert len(found) == 2
    for document in found:
        assert size(document) <= POLICY_CHARACTERS
        assert json.loads(document)["Version"] == "2012-10-17"


def test_a_statement_that_is_too_long_for_any_policy_is_divided() -> None:
    many = [need(f"ec2:Describe{'Something' * 12}{number}") for number in range(120)]
    found = documents(STACK, many)
    assert len(found) > 1
    assert all(size(document) <= POLICY_CHARACTERS for document in found)
    actions = [
        action
        for document in found
        for statement in json.loads(document)["Statement"]
        for action in statement["Action"]
    ]
    assert sorted(actions) == sorted(each.action for each in many)


def test_a_role_has_no_more_than_ten_policies() -> None:
    many = [need(f"ec2:Describe{'Something' * 60}{number}") for number in range(200)]
    with pytest.raises(OperationError, match="a role has at most 10"):
        documents(STACK, many)
