"""Statements, and what several of them say together."""

from typing import Any

import pytest

from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Verdict, statements, verdict

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
        ({}, Verdict.ALLOWED),
        ({"Action": "s3:*"}, Verdict.ALLOWED),
        ({"Action": "S3:putobject"}, Verdict.ALLOWED),
        ({"Action": "s3:Put"}, Verdict.SILENT),
        ({"Action": "s3:GetObject"}, Verdict.SILENT),
        ({"Resource": "*"}, Verdict.ALLOWED),
        ({"Resource": ["arn:aws:s3:::other", "arn:aws:s3:::switch/*"]}, Verdict.ALLOWED),
        ({"Resource": "arn:aws:s3:::switch"}, Verdict.SILENT),
        ({"Resource": "arn:aws:s3:::switch/Failed-over"}, Verdict.SILENT),
        ({"Resource": "arn:aws:s3:::switch/failed-ove?"}, Verdict.ALLOWED),
        ({"Resource": "arn:aws:s3:::switch/failed.over"}, Verdict.SILENT),
        ({"Condition": {"StringEquals": {"s3:if-none-match": "*"}}}, Verdict.ALLOWED),
        ({"Condition": {"Null": {"s3:if-none-match": "true"}}}, Verdict.SILENT),
    ],
)
def test_what_a_statement_is_about(change: dict[str, Any], expected: Verdict) -> None:
    assert verdict([{**ALLOW, **change}], PUT, None) is expected


def test_everything_but() -> None:
    others = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::state/*"}
    assert verdict([others], PUT, None) is Verdict.ALLOWED
    assert verdict([{**others, "NotAction": "s3:*"}], PUT, None) is Verdict.SILENT
    assert verdict([{**others, "NotResource": PUT.resource}], PUT, None) is Verdict.SILENT


def test_a_deny_wins_wherever_it_stands() -> None:
    assert verdict([ALLOW, DENY], PUT, None) is Verdict.DENIED
    assert verdict([DENY, ALLOW], PUT, None) is Verdict.DENIED
    other = {**DENY, "Resource": "arn:aws:s3:::switch/cleared"}
    assert verdict([ALLOW, other], PUT, None) is Verdict.ALLOWED
    assert verdict([], PUT, None) is Verdict.SILENT


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", Verdict.ALLOWED),
        ({"AWS": "*"}, Verdict.ALLOWED),
        ({"AWS": [ROLE, "arn:aws:iam::123456789012:role/other"]}, Verdict.ALLOWED),
        ({"AWS": "arn:aws:iam::123456789012:root"}, Verdict.SILENT),
        ({"Service": "lambda.amazonaws.com"}, Verdict.SILENT),
    ],
)
def test_whom_a_resources_policy_means(principal: Any, expected: Verdict) -> None:
    names = frozenset({"*", ROLE})
    assert verdict([{**ALLOW, "Principal": principal}], PUT, names) is expected
    meant = verdict([{**DENY, "NotPrincipal": {"AWS": ROLE}}], PUT, names)
    assert meant is Verdict.SILENT


def test_an_action_without_a_resource_needs_a_wildcard() -> None:
    describe = Need("autoscaling:DescribeAutoScalingGroups", "*")
    own = {"Effect": "Allow", "Action": describe.action, "Resource": "*"}
    assert verdict([own], describe, None) is Verdict.ALLOWED
    one = {**own, "Resource": "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*"}
    assert verdict([one], describe, None) is Verdict.SILENT


def test_one_statement_may_stand_without_a_list() -> None:
    assert statements({"Version": "2012-10-17", "Statement": ALLOW}) == [ALLOW]
    assert statements({"Statement": [ALLOW, DENY]}) == [ALLOW, DENY]
