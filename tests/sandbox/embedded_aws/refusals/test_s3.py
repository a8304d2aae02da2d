"""What S3 refuses."""

import json
from typing import Any
from uuid import uuid4

import pytest

from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.refusals.conftest import Asked

MINE = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def bucket(asked: Asked, **parameters: Any) -> str:
    name = f"bucket-{uuid4().hex}"
    asked("s3", "CreateBucket", Bucket=name, **parameters)
    return name


def policy(name: str, **changes: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
        "Principal": MINE,
        **changes,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def where(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ab", "has 2 characters, of 3 to 63"),
        ("a" * 64, "has 64 characters, of 3 to 63"),
        ("Name", "has others than a-z"),
        ("a_b", "has others than a-z"),
        ("-ab", "begins or ends with those"),
        ("a..b", "single dots"),
        ("xn--ab", "what is AWS's own"),
        ("ab-s3alias", "what is AWS's own"),
        ("192.0.2.1", "is an IP address"),
    ],
)
def test_no_names(asked: Asked, name: str, message: str) -> None:
    code = asked.refused("s3", "CreateBucket", f"Bucket: '{name}' .*{message}", Bucket=name)
    assert code == "InvalidBucketName"


def test_a_bucket_is_in_the_region_that_is_asked(asked: Asked) -> None:
    name = f"bucket-{uuid4().hex}"
    asked.refused("s3", "CreateBucket", "LocationConstraint", region="eu-west-1", Bucket=name)
    elsewhere: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    asked("s3", "CreateBucket", region="eu-west-1", Bucket=name, **elsewhere)
    message = "BucketAlreadyOwnedByYou"
    asked.refused("s3", "CreateBucket", message, region="eu-west-1", Bucket=name, **elsewhere)
    own = bucket(asked)
    asked("s3", "CreateBucket", Bucket=own)  # a second time is fine in us-east-1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        where("StringEquals", "s3:authType", "REST-HEADER"),
        where("IpAddress", "aws:SourceIp", "0.0.0.0/1"),
        where("IpAddress", "aws:SourceIp", "15.177.0.0/18", "16.0.0.0/7"),
        where("IpAddress", "aws:SourceIp", "2600::/16"),
        where("NotIpAddress", "aws:SourceIp", "15.177.0.0/18"),
        where("IpAddressIfExists", "aws:SourceIp", "15.177.0.0/18"),
        where("ArnLike", "aws:SourceArn", "*"),
        where("StringLike", "aws:SourceAccount", "12345678901?"),
        where("StringNotEquals", "aws:SourceVpce", "vpce-1"),
        where("Bool", "aws:SecureTransport", "true"),
    ],
)
def test_public_policies(asked: Asked, changes: dict[str, Any]) -> None:
    name = bucket(asked)
    public = policy(name, Principal="*", **changes)
    message = r"Policy: Statement\[0\] is public"
    code = asked.refused("s3", "PutBucketPolicy", message, Bucket=name, Policy=public)
    assert code == "AccessDenied"
    block = {"BlockPublicPolicy": False}
    asked("s3", "PutPublicAccessBlock", Bucket=name, PublicAccessBlockConfiguration=block)
    asked("s3", "PutBucketPolicy", Bucket=name, Policy=public)


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": MINE},
        {"Principal": {"Service": "delivery.logs.amazonaws.com"}},
        {"Effect": "Deny"},
        where("IpAddress", "aws:SourceIp", "15.177.0.0/18", "54.183.255.128/26", "2600:1f18::/36"),
        where("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
        where("StringEquals", "aws:SourceAccount", ACCOUNT),
        where("ArnEquals", "aws:SourceArn", "arn:aws:sns:us-east-1:123456789012:t"),
        where("StringEquals", "aws:SourceVpce", "vpce-1"),
        where("StringEquals", "aws:PrincipalOrgID", "o-1"),
    ],
)
def test_policies_that_are_not_public(asked: Asked, changes: dict[str, Any]) -> None:
    name = bucket(asked)
    asked(
        "s3", "PutBucketPolicy", Bucket=name, Policy=policy(name, **{"Principal": "*", **changes})
    )


def test_policies_name_what_exists(asked: Asked) -> None:
    name = bucket(asked)
    for changes, message in (
        ({"Action": "s3:GetObjekt"}, r"Statement\[0\].Action: 's3:GetObjekt': s3 has no such"),
        ({"Resource": "arn:aws:s3:::another/*"}, "Policy has invalid resource 'arn:aws:s3:::ano"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/none"}}, "does not exist in account"),
        (where("StringEquals", "s3:prefix", "x"), "no condition key 's3:prefix'"),
    ):
        bad = policy(name, **changes)
        code = asked.refused("s3", "PutBucketPolicy", message, Bucket=name, Policy=bad)
        assert code == "MalformedPolicy"


def test_acls(asked: Asked) -> None:
    name = bucket(asked)
    message = f"ACL: the bucket {name} does not allow ACLs"
    code = asked.refused("s3", "PutBucketAcl", message, Bucket=name, ACL="public-read")
    assert code == "AccessControlListNotSupported"
    new = {"Bucket": f"bucket-{uuid4().hex}", "ACL": "public-read"}
    code = asked.refused("s3", "CreateBucket", "does not allow ACLs", **new)
    assert code == "InvalidBucketAclWithObjectOwnership"
    asked.refused("s3", "PutObject", message, Bucket=name, Key="k", ACL="public-read")
    asked("s3", "PutObject", Bucket=name, Key="k", ACL="bucket-owner-full-control")
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    asked("s3", "PutBucketOwnershipControls", Bucket=name, OwnershipControls=rules)
    asked("s3", "PutObject", Bucket=name, Key="k", ACL="authenticated-read")


def encryption(algorithm: str, **more: str) -> dict[str, Any]:
    default = {"SSEAlgorithm": algorithm, **more}
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def test_default_encryption(asked: Asked) -> None:
    name = bucket(asked)
    asked.refused(
        "s3",
        "PutBucketEncryption",
        "KMSMasterKeyID: not with SSEAlgorithm AES256",
        Bucket=name,
        **encryption("AES256", KMSMasterKeyID="key"),
    )
    asked("s3", "PutBucketEncryption", Bucket=name, **encryption("AES256"))
    asked("s3", "PutBucketEncryption", Bucket=name, **encryption("aws:kms", KMSMasterKeyID="key"))


def test_keys_of_objects(asked: Asked) -> None:
    name = bucket(asked)
    asked.refused(
        "s3", "PutObject", "Key: 1,025 bytes, of at most 1,024", Bucket=name, Key="k" * 1025
    )
    asked.refused("s3", "PutObject", "Key: 1,026 bytes", Bucket=name, Key="é" * 513)
    asked("s3", "PutObject", Bucket=name, Key="k" * 1024)


def test_conditional_writes_and_deletes(asked: Asked) -> None:
    name = bucket(asked)
    put: dict[str, Any] = {"Bucket": name, "Key": "k", "Body": b"1"}
    first = asked("s3", "PutObject", **put, IfNoneMatch="*")["ETag"]
    code = asked.refused("s3", "PutObject", "PreconditionFailed", **put, IfNoneMatch="*")
    assert code == "PreconditionFailed"
    asked.refused("s3", "PutObject", "IfNoneMatch: 'x', not '\\*'", **put, IfNoneMatch="x")
    message = "IfMatch: not together with IfNoneMatch"
    asked.refused("s3", "PutObject", message, **put, IfNoneMatch="*", IfMatch=first)
    second = asked("s3", "PutObject", Bucket=name, Key="k", Body=b"2", IfMatch=first)["ETag"]
    gone = {"Bucket": name, "Key": "k"}
    code = asked.refused("s3", "DeleteObject", "PreconditionFailed", **gone, IfMatch=first)
    assert code == "PreconditionFailed"
    asked("s3", "DeleteObject", **gone, IfMatch=second)
    asked.refused("s3", "DeleteObject", "NoSuchKey", **gone, IfMatch=second)
    asked("s3", "PutObject", **put, IfNoneMatch="*")


RULE = {
    "ID": "1",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
}
MARKERS = {"Expiration": {"ExpiredObjectDeleteMarker": True}}
BY_TAG = {"Filter": {"Tag": {"Key": "k", "Value": "v"}}}


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([RULE, RULE], r"Rules\[1\].ID: Rule ID must be unique: '1'"),
        ([RULE | {"ID": "x" * 256}], r"Rules\[0\].ID: 256 characters, of at most 255"),
        ([{k: v for k, v in RULE.items() if k != "Filter"}], "either a Filter or a Prefix"),
        ([RULE | {"Prefix": ""}], r"Rules\[0\]: either a Filter or a Prefix"),
        ([RULE | {"NoncurrentVersionExpiration": None}], "At least one action needs to be"),
        ([RULE | {"Expiration": {"Days": 0}}], r"Rules\[0\].Expiration.Days: 0, not a positive"),
        (
            [RULE | {"NoncurrentVersionExpiration": {"NoncurrentDays": 0}}],
            "NoncurrentVersionExpiration.NoncurrentDays: 0",
        ),
        (
            [
                RULE
                | {
                    "NoncurrentVersionExpiration": {
                        "NoncurrentDays": 1,
                        "NewerNoncurrentVersions": 101,
                    }
                }
            ],
            "NewerNoncurrentVersions: 101, not 1 to 100",
        ),
        (
            [RULE | {"Expiration": {"ExpiredObjectDeleteMarker": True, "Days": 1}}],
            "ExpiredObjectDeleteMarker: not beside Days or Date",
        ),
        ([RULE | MARKERS | BY_TAG], "ExpiredObjectDeleteMarker: not with tags"),
        (
            [RULE | BY_TAG | {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}],
            "AbortIncompleteMultipartUpload: not with tags or sizes",
        ),
    ],
)
def test_no_lifecycles(asked: Asked, rules: list[Any], message: str) -> None:
    name = bucket(asked)
    rules = [{key: value for key, value in rule.items() if value is not None} for rule in rules]
    configuration = {"Rules": rules}
    asked.refused(
        "s3",
        "PutBucketLifecycleConfiguration",
        message,
        Bucket=name,
        LifecycleConfiguration=configuration,
    )


def test_good_lifecycles(asked: Asked) -> None:
    uploads = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    configuration = {"Rules": [RULE, RULE | {"ID": "2"} | MARKERS | uploads]}
    asked(
        "s3",
        "PutBucketLifecycleConfiguration",
        Bucket=bucket(asked),
        LifecycleConfiguration=configuration,
    )
