"""Policies that AWS refuses, or accepts though they never match."""

import json
import re
from typing import Any

import pytest

from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.process import ACCOUNT
from sandbox.embedded_aws.refusals.policies import (
    BUCKET,
    ENDPOINT,
    INLINE,
    KEY,
    LOGS,
    MANAGED,
    QUEUE,
    TOPIC,
    TRUST,
    Kind,
    check,
)
from tests.conftest import Synthesised

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
ALL = {**READ, "Principal": "*"}
OWNER = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def judge(kind: Kind, *statements: Any, **more: Any) -> None:
    document = {"Version": "2012-10-17", "Statement": list(statements), **more}
    check(kind, "Policy", json.dumps(document), ACCOUNT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Policy: not JSON"),
        ("[]", "not a JSON object"),
        ('{"Statement": [], "Statement": []}', "the element 'Statement' is there twice"),
        ('{"Version": "2012-10-18", "Statement": []}', "Version: '2012-10-18', not one of"),
        ('{"Statement": []}', "Statement: there is none"),
        ('{"Version": "2012-10-17"}', "Statement: there is none"),
        ('{"Statment": []}', "the policy has no element 'Statment'"),
        ('{"Statement": ["x"]}', r"Statement\[0\]: not an object"),
        ('{"Id": 1, "Statement": ["x"]}', "Id: not a string"),
    ],
)
def test_no_documents(text: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        check(INLINE, "Policy", text, ACCOUNT)


@pytest.mark.parametrize(
    ("kind", "statement", "message"),
    [
        (INLINE, READ | {"Effect": "allow"}, r"Statement\[0\].Effect: 'allow', not Allow or Deny"),
        (INLINE, READ | {"Conditions": {}}, r"Statement\[0\] has no element 'Conditions'"),
        (INLINE, READ | {"Sid": "no spaces"}, r"Sid: 'no spaces' has other characters"),
        (INLINE, READ | {"Sid": 1}, r"Sid: not a string"),
        (INLINE, ALL, r"Statement\[0\].Principal: not in a role's inline policy"),
        (INLINE, READ | {"NotAction": "s3:*"}, "either Action or NotAction"),
        (INLINE, {"Effect": "Allow", "Action": "s3:*"}, "either Resource or NotResource"),
        (INLINE, READ | {"Action": []}, r"Statement\[0\].Action: an empty list"),
        (INLINE, READ | {"Action": [1]}, r"Statement\[0\].Action: 1 is not a string"),
        (INLINE, READ | {"Resource": ""}, r"Statement\[0\].Resource: an empty string"),
        (INLINE, READ | {"Condition": []}, r"Statement\[0\].Condition: not an object"),
        (INLINE, READ | {"Condition": {"Bool": "x"}}, "Condition.Bool: not an object of keys"),
        (TRUST, ASSUME | {"Resource": "*"}, "Resource: not in a trust policy"),
        (TRUST, {"Effect": "Allow", "Action": "sts:AssumeRole"}, "either Principal or"),
        (
            TRUST,
            {"Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": OWNER},
            "NotPrincipal: only with Deny, and not in a trust policy",
        ),
        (BUCKET, READ | {"NotPrincipal": OWNER}, "NotPrincipal: only with Deny"),
        (BUCKET, READ, "either Principal or NotPrincipal"),
    ],
)
def test_no_statements(kind: Kind, statement: Any, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        judge(kind, statement)


GITHUB = "token.actions.githubusercontent.com"
WEB_IDENTITY = {
    "Effect": "Allow",
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Principal": {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"},
}


def test_an_identity_provider_has_condition_keys_of_its_own() -> None:
    keys = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:a/b:environment:c"}
    judge(TRUST, WEB_IDENTITY | {"Condition": {"StringEquals": keys}})
    wrong = {"StringEquals": {f"{GITHUB}:subject": "repo:a/b:environment:c"}}
    with pytest.raises(Refusal, match="has no condition key"):
        judge(TRUST, WEB_IDENTITY | {"Condition": wrong})
    with pytest.raises(Refusal, match="has no condition key"):
        judge(TRUST, ASSUME | {"Condition": {"StringEquals": keys}})


def test_a_sid_names_one_statement() -> None:
    with pytest.raises(Refusal, match=r"Statement\[1\].Sid: 'A' is there twice"):
        judge(INLINE, READ | {"Sid": "A"}, READ | {"Sid": "A"})
    judge(KEY, {**_key("kms:*"), "Sid": "Enable the owner"})


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"StringEqual": {"aws:username": "x"}}, "StringEqual: there is no such operator"),
        ({"NullIfExists": {"aws:username": "true"}}, "there is no such operator"),
        ({"ForSomeValue:Null": {"aws:username": "true"}}, "there is no such operator"),
        ({"Bool": {"aws:SecureTransport": "no"}}, "'no' is not true or false"),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "1h"}}, "'1h' is not a number"),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.1/8"}}, "a CIDR range without host bits"),
        ({"DateLessThan": {"aws:CurrentTime": "soon"}}, "'soon' is not a date"),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns"}}, "'arn:aws:sns' is not an ARN"),
        ({"StringEquals": {"aws:username": []}}, "an empty list"),
        ({"StringEquals": {"aws:username": {}}}, "is not a string, number or boolean"),
        ({"StringEquals": {"aws:SourceIPs": "x"}}, "has no condition key 'aws:SourceIPs'"),
        ({"StringEquals": {"s3:prefix": "x"}}, "s3:GetObject has no condition key 's3:prefix'"),
        ({"IpAddress": {"aws:username": "10.0.0.0/8"}}, "aws:username is of type String"),
        ({"Bool": {"s3:authType": "true"}}, "s3:authType is of type String"),
    ],
)
def test_no_conditions(condition: Any, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        judge(INLINE, READ | {"Condition": condition})


@pytest.mark.parametrize(
    "condition",
    [
        {"ForAnyValue:StringLikeIfExists": {"aws:CalledVia": ["x.amazonaws.com"]}},
        {"Null": {"s3:x-amz-acl": True}},
        {"StringNotEqualsIfExists": {"s3:x-amz-acl": "private"}},
        {"StringEquals": {"s3:ExistingObjectTag/team": "${aws:PrincipalTag/team}"}},
        {"IpAddress": {"aws:SourceIp": ["15.177.0.0/18", "2600:1f18::/36", "192.0.2.1"]}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-11-28T00:00:00Z"}},
        {"DateGreaterThan": {"aws:EpochTime": 1764288000}},
        {"StringEquals": {"aws:PrincipalTag/team": "x"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}},
    ],
)
def test_good_conditions(condition: Any) -> None:
    judge(INLINE, READ | {"Condition": condition})


@pytest.mark.parametrize(
    ("kind", "size", "least", "code", "status"),
    [
        (INLINE, 10_240, False, "LimitExceeded", 409),
        (TRUST, 2_048, False, "LimitExceeded", 409),
        (BUCKET, 20_480, True, "MalformedPolicy", 400),
        (KEY, 32_768, True, "LimitExceededException", 400),
        (QUEUE, 8_192, True, "OverLimit", 403),
    ],
)
def test_sizes(kind: Kind, size: int, least: bool, code: str, status: int) -> None:
    send = {**ALL, "Action": "sqs:SendMessage", "Resource": "*"}
    one = {INLINE: READ, TRUST: ASSUME, BUCKET: ALL, KEY: _key("kms:*"), QUEUE: send}[kind]
    document = {"Statement": [one], "Id": ""}
    room = size - len(json.dumps(document, separators=(",", ":")))
    document["Id"] = "x" * room
    fits = json.dumps(document, separators=(",", ":"))
    check(kind, "Policy", fits, ACCOUNT)
    with pytest.raises(Refusal, match=f"has {size + 1:,} bytes, of at most {size:,}") as caught:
        check(kind, "Policy", fits.replace("xx", "xxx", 1), ACCOUNT)
    assert (caught.value.code, caught.value.status) == (code, status)
    spaced = fits.replace("{", "{ ", 1)
    if least:
        with pytest.raises(Refusal, match="bytes, of at most"):
            check(kind, "Policy", spaced, ACCOUNT)
    else:
        check(kind, "Policy", spaced, ACCOUNT)


def test_managed_policies_are_smaller() -> None:
    statement = READ | {"Resource": [f"arn:aws:s3:::bucket-{place:05}/*" for place in range(250)]}
    judge(INLINE, statement)
    with pytest.raises(Refusal, match="of at most 6,144 for a managed policy"):
        judge(MANAGED, statement)


@pytest.mark.parametrize(
    ("kind", "statement", "message"),
    [
        (INLINE, READ | {"Action": "s3:GetObjekt"}, "no such action: AWS takes it, and it never"),
        (INLINE, READ | {"Action": "s3:Gett*"}, "'s3:Gett\\*': s3 has no such action"),
        (INLINE, READ | {"Action": "s3"}, "is not a service and its action"),
        (INLINE, READ | {"Action": "s4:GetObject"}, "AWS has no service 's4'"),
        (INLINE, READ | {"Resource": "b/*"}, "must be in ARN format"),
        (INLINE, READ | {"Resource": "arn:asw:s3:::b/*"}, "no partition 'asw'"),
        (INLINE, READ | {"Resource": "arn:aws:s3:::b"}, "s3:GetObject is asked of none of"),
        (
            INLINE,
            READ | {"Resource": ["arn:aws:s3:::b/*", "arn:aws:sqs:us-east-1:1:q"]},
            "no action of the statement is asked of 'arn:aws:sqs:us-east-1:1:q'",
        ),
        (
            INLINE,
            READ | {"Action": ["s3:GetObject", "s3:ListBucket"]},
            "s3:ListBucket is asked of none of arn:aws:s3:::b/\\*, but of",
        ),
        (
            INLINE,
            READ | {"Action": "ec2:DescribeInstances", "Resource": "arn:aws:ec2:us-east-1:1:x/y"},
            "ec2:DescribeInstances is asked of none of",
        ),
        (ENDPOINT, ALL | {"Action": "s3:Geet*"}, "AWS takes it, and it never matches"),
        (BUCKET, ALL | {"Action": "s3:GetObjekt"}, "s3 has no such action$"),
        (BUCKET, ALL | {"Action": "kms:Decrypt"}, "a bucket policy has actions of s3"),
        (KEY, {**ALL, "Action": "kms:Decript", "Resource": "*"}, "kms has no such action$"),
        (TOPIC, ALL | {"Action": "sqs:SendMessage"}, "a topic policy has actions of sns"),
        (QUEUE, ALL | {"Action": "sns:Publish"}, "a queue policy has actions of sqs"),
        (LOGS, ALL | {"Action": "s3:PutObject"}, "a resource policy has actions of logs"),
        (TRUST, ASSUME | {"Action": "s3:GetObject"}, "a trust policy has actions of sts"),
        (TRUST, ASSUME | {"Action": "sts:AsumeRole"}, "sts has no such action"),
    ],
)
def test_no_names(kind: Kind, statement: Any, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        judge(kind, statement)


@pytest.mark.parametrize(
    "statement",
    [
        READ | {"Action": "S3:getobject"},
        READ | {"Action": "*", "Resource": "*"},
        READ
        | {"Action": ["s3:Get*", "s3:List*"], "Resource": ["arn:aws:s3:::b", "arn:*:s3:::b/*"]},
        READ | {"Action": "ec2:Describe*", "Resource": "*"},
        READ | {"Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/x"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/*"},
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "arn:aws:logs:us-east-1:1:log-group:g:*",
        },
        {
            "Effect": "Allow",
            "Action": "autoscaling:UpdateAutoScalingGroup",
            "Resource": "arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/g",
        },
    ],
)
def test_good_names(statement: Any) -> None:
    judge(INLINE, statement)


@pytest.mark.parametrize(
    ("principal", "message"),
    [
        ("ec2.amazonaws.com", "neither '\\*' nor an object of AWS, Service"),
        ({"Services": "ec2.amazonaws.com"}, "Principal.Services: not one of AWS, Service"),
        ({"Service": []}, "Principal.Service: neither a string nor a list"),
        ({"Service": "ec2.amazon.com"}, "no service principal 'ec2.amazon.com'"),
        ({"Service": "ecc2.amazonaws.com"}, "no service principal 'ecc2.amazonaws.com'"),
        ({"Service": "logs.us-east.amazonaws.com"}, "no service principal"),
        ({"AWS": "arn:aws:iam::1:root"}, "is not '\\*', an account, or an ARN of one"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}, f"does not exist in account {ACCOUNT}"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/*"}, f"does not exist in account {ACCOUNT}"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:group/g"}, "does not exist"),
        ({"CanonicalUser": "x"}, "is not 64 hexadecimal digits"),
    ],
)
def test_nobodies(principal: Any, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        judge(TRUST, ASSUME | {"Principal": principal})


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        OWNER,
        {"AWS": ["210987654321", "arn:aws:iam::210987654321:role/path/theirs"]},
        {"Service": ["ec2.amazonaws.com", "logs.eu-west-3.amazonaws.com"]},
        {"Service": ["delivery.logs.amazonaws.com", "cloudwatch.amazonaws.com"]},
        {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    ],
)
def test_somebodies(principal: Any) -> None:
    judge(TRUST, ASSUME | {"Principal": principal})


def test_what_is_emitted_is_taken(deployment: Synthesised) -> None:
    kinds = {
        "aws_cloudwatch_log_resource_policy": LOGS,
        "aws_iam_role": TRUST,
        "aws_iam_role_policy": INLINE,
        "aws_kms_key": KEY,
        "aws_s3_bucket_policy": BUCKET,
        "aws_sns_topic_policy": TOPIC,
        "aws_vpc_endpoint": ENDPOINT,
    }
    seen: set[str] = set()
    for stack in deployment.stacks.values():
        for type_, kind in kinds.items():
            for resource in stack.json["resource"].get(type_, {}).values():
                for member in ("assume_role_policy", "policy", "policy_document"):
                    if member in resource:
                        check(kind, member, _applied(resource[member]), ACCOUNT)
                        seen.add(type_)
    assert seen == set(kinds)


ARNS = {
    "aws_cloudwatch_log_group": "arn:aws:logs:us-east-1:123456789012:log-group:g",
    "aws_sns_topic": "arn:aws:sns:us-east-1:123456789012:t",
    "aws_sqs_queue": "arn:aws:sqs:us-east-1:123456789012:q",
}


def _applied(text: str) -> str:
    """Replaces Terraform's references with values."""
    text = text.replace("${data.aws_caller_identity.account.account_id}", ACCOUNT)
    text = re.sub(r"\$\{(aws_\w+)\.\w+\.arn\}", lambda found: ARNS[found[1]], text)
    return re.sub(r"\$\{data\.aws_route53_zone\.\w+\.zone_id\}", "Z1", text)


def _key(action: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": "*", "Principal": OWNER}


@pytest.mark.parametrize("kind", ["targetgroup/web/0", "loadbalancer/app/web/0"])
def test_both_generations_of_load_balancers_are_tagged(kind: str) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "elasticloadbalancing:AddTags",
        "Resource": f"arn:aws:elasticloadbalancing:eu-west-1:*:{kind}",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert check(INLINE, "PolicyDocument", text, ACCOUNT)
