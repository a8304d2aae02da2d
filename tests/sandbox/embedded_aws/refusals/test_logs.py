"""What CloudWatch Logs refuses, and logs whose destination does not admit their service."""

import json
from typing import Any
from uuid import uuid4

import pytest

from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.refusals.conftest import Asked

OWNER = {
    "Effect": "Allow",
    "Action": "kms:*",
    "Resource": "*",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
}
LOGS = {
    "Effect": "Allow",
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
    "Resource": "*",
    "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
}


def unique() -> str:
    return f"x{uuid4().hex}"


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def key(asked: Asked, *statements: Any) -> str:
    made = asked("kms", "CreateKey", Policy=document(OWNER, *statements))
    return made["KeyMetadata"]["Arn"]


def context(arn: str) -> dict[str, Any]:
    return {"Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}}}


@pytest.mark.parametrize(
    ("statements", "refused"),
    [
        ([], "does not let logs.us-east-1.amazonaws.com kms:Encrypt"),
        ([LOGS | {"Action": "kms:Encrypt"}], "does not let logs.us-east-1.amazonaws.com kms:Dec"),
        ([LOGS | {"Principal": {"Service": "logs.eu-west-1.amazonaws.com"}}], "does not let"),
        ([LOGS | context("arn:aws:logs:us-east-1:*:log-group:other")], "does not let"),
        ([LOGS | context(f"arn:aws:logs:us-east-1:{ACCOUNT}:*")], None),
        ([LOGS], None),
    ],
)
def test_the_key_of_a_log_group(asked: Asked, statements: list[Any], refused: str | None) -> None:
    name, arn = unique(), key(asked, *statements)
    plain = unique()
    asked("logs", "CreateLogGroup", logGroupName=plain)
    for operation, group in (("CreateLogGroup", name), ("AssociateKmsKey", plain)):
        given = {"logGroupName": group, "kmsKeyId": arn}
        if refused is None:
            asked("logs", operation, **given)
        else:
            message = f"kmsKeyId: The specified KMS key does not exist or is not .*{refused}"
            assert asked.refused("logs", operation, message, **given) == "InvalidParameterException"


def test_a_key_that_is_no_longer_there(asked: Asked) -> None:
    arn = key(asked, LOGS)
    asked("kms", "ScheduleKeyDeletion", KeyId=arn.rpartition("/")[2], PendingWindowInDays=7)
    for given in (arn, arn.rpartition("/")[2], arn.replace(":key/", ":key/0")):
        message = "it is not there, not enabled, or not named by its ARN"
        asked.refused("logs", "CreateLogGroup", message, logGroupName=unique(), kmsKeyId=given)


def test_log_groups(asked: Asked) -> None:
    asked.refused("logs", "CreateLogGroup", "'aws/x' begins with aws/", logGroupName="aws/x")
    name = unique()
    asked("logs", "CreateLogGroup", logGroupName=name)
    set_ = {"logGroupName": name}
    message = "retentionInDays: 100, not one of 1, 3, 5"
    asked.refused("logs", "PutRetentionPolicy", message, **set_, retentionInDays=100)
    asked("logs", "PutRetentionPolicy", **set_, retentionInDays=400)


WRITE = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Principal": {"Service": "route53.amazonaws.com"},
}


def test_resource_policies(asked: Asked) -> None:
    bad = document(WRITE | {"Resource": "*", "Action": "logs:PutLogEvent"})
    message = r"policyDocument: Statement\[0\].Action: 'logs:PutLogEvent': logs has no such action"
    asked.refused("logs", "PutResourcePolicy", message, policyName="p", policyDocument=bad)
    long = document(WRITE | {"Resource": f"arn:aws:logs:*:*:log-group:{'x' * 5_000}"})
    message = "policyDocument: has 5,... bytes, of at most 5,120"
    asked.refused("logs", "PutResourcePolicy", message, policyName="p", policyDocument=long)


def bucket(asked: Asked, region: str = "us-east-1") -> str:
    name = unique()
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    asked(
        "s3", "CreateBucket", region=region, Bucket=name, **(place if region != "us-east-1" else {})
    )
    return name


def balancer(asked: Asked) -> str:
    zones = ("us-east-1a", "us-east-1b")
    vpc = asked("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = asked("ec2", "CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
    asked("ec2", "AttachInternetGateway", VpcId=vpc, InternetGatewayId=gateway)
    subnets = [
        asked(
            "ec2", "CreateSubnet", VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=zone
        )["Subnet"]["SubnetId"]
        for place, zone in enumerate(zones)
    ]
    made = asked("elbv2", "CreateLoadBalancer", Name=unique()[:30], Subnets=subnets)
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def attributes(kind: str, name: str, prefix: str = "") -> list[dict[str, str]]:
    values = {"enabled": "true", "bucket": name, "prefix": prefix}
    return [{"Key": f"{kind}_logs.s3.{key}", "Value": value} for key, value in values.items()]


DELIVERY = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}


@pytest.mark.parametrize("kind", ["access", "connection"])
def test_logs_of_a_load_balancer(asked: Asked, kind: str) -> None:
    arn, name = balancer(asked), bucket(asked)
    write = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Principal": DELIVERY,
        "Resource": f"arn:aws:s3:::{name}/of/AWSLogs/{ACCOUNT}/*",
    }
    set_ = {"LoadBalancerArn": arn}

    def refused(message: str, **given: str) -> None:
        changed = attributes(kind, **{"name": name, "prefix": "of", **given})
        where = f"Attributes: {kind}_logs.s3.bucket: .*{message}"
        operation = "ModifyLoadBalancerAttributes"
        code = asked.refused("elbv2", operation, where, **set_, Attributes=changed)
        assert code == "InvalidConfigurationRequest"

    refused(
        "its policy does not let logdelivery.elasticloadbalancing.amazonaws.com write .*/of/AWS"
    )
    asked("s3", "PutBucketPolicy", Bucket=name, Policy=document(write))
    refused("does not let", prefix="another")
    refused("the prefix has AWSLogs in it", prefix="AWSLogs")
    refused("it does not exist", name="none-of-that-name")
    refused("it is in eu-west-1", name=bucket(asked, "eu-west-1"))
    good = attributes(kind, name, "of")
    asked("elbv2", "ModifyLoadBalancerAttributes", **set_, Attributes=good)
    deny = {**write, "Effect": "Deny", "Principal": "*"}
    asked("s3", "PutBucketPolicy", Bucket=name, Policy=document(write, deny))
    refused("does not let")
