"""Single statements, and several combined."""

from typing import Any

import pytest

from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Decision, statements, verdict

PUT = Need("s3:PutObject", "arn:aws:s3:::switch/failed-over", {"s3:if-none-match": ("*",)})
ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": "arn:aws:s3:::switch/failed-over",
}
DENY = {**ALLOW, "Effect": "Deny"}
ROLE = "arn:aws:iam::123456789012:role/control"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Decision.ALLOWED),
        ({"Action": "s3:*"}, Decision.ALLOWED),
        ({"Action": "S3:putobject"}, Decision.ALLOWED),
        ({"Action": "s3:Put"}, Decision.SILENT),
        ({"Action": "s3:GetObject"}, Decision.SILENT),
        ({"Resource": "*"}, Decision.ALLOWED),
        ({"Resource": ["arn:aws:s3:::other", "arn:aws:s3:::switch/*"]}, Decision.ALLOWED),
        ({"Resource": "arn:aws:s3:::switch"}, Decision.SILENT),
        ({"Resource": "arn:aws:s3:::switch/Failed-over"}, Decision.SILENT),
        ({"Resource": "arn:aws:s3:::switch/failed-ove?"}, Decision.ALLOWED),
        ({"Resource": "arn:aws:s3:::switch/failed.over"}, Decision.SILENT),
        ({"Condition": {"StringEquals": {"s3:if-none-match": "*"}}}, Decision.ALLOWED),
        ({"Condition": {"Null": {"s3:if-none-match": "true"}}}, Decision.SILENT),
    ],
)
def test_what_a_statement_is_about(change: dict[str, Any], expected: Decision) -> None:
    assert verdict([{**ALLOW, **change}], PUT, None) is expected


def test_everything_but() -> None:
    others = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::state/*"}
    assert verdict([others], PUT, None) is Decision.ALLOWED
    assert verdict([{**others, "NotAction": "s3:*"}], PUT, None) is Decision.SILENT
    assert verdict([{**others, "NotResource": PUT.resource}], PUT, None) is Decision.SILENT


def test_a_deny_wins_wherever_it_stands() -> None:
    assert verdict([ALLOW, DENY], PUT, None) is Decision.DENIED
    assert verdict([DENY, ALLOW], PUT, None) is Decision.DENIED
    other = {**DENY, "Resource": "arn:aws:s3:::switch/cleared"}
    assert verdict([ALLOW, other], PUT, None) is Decision.ALLOWED
    assert verdict([], PUT, None) is Decision.SILENT


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", Decision.ALLOWED),
        ({"AWS": "*"}, Decision.ALLOWED),
        ({"AWS": [ROLE, "arn:aws:iam::123456789012:role/other"]}, Decision.ALLOWED),
        ({"AWS": "arn:aws:iam::123456789012:root"}, Decision.SILENT),
        ({"Service": "lambda.amazonaws.com"}, Decision.SILENT),
    ],
)
def test_whom_a_resources_policy_means(principal: Any, expected: Decision) -> None:
    names = frozenset({"*", ROLE})
    assert verdict([{**ALLOW, "Principal": principal}], PUT, names) is expected
    meant = verdict([{**DENY, "NotPrincipal": {"AWS": ROLE}}], PUT, names)
    assert meant is Decision.SILENT


def test_an_action_without_a_resource_needs_a_wildcard() -> None:
    describe = Need("autoscaling:DescribeAutoScalingGroups", "*")
    own = {"Effect": "Allow", "Action": describe.action, "Resource": "*"}
    assert verdict([own], describe, None) is Decision.ALLOWED
    one = {**own, "Resource": "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*"}
    assert verdict([one], describe, None) is Decision.SILENT


def test_one_statement_may_stand_without_a_list() -> None:
    assert statements({"Version": "2012-10-17", "Statement": ALLOW}) == [ALLOW]
    assert statements({"Statement": [ALLOW, DENY]}) == [ALLOW, DENY]
