"""Probes an AWS for buckets, and for what services do to them."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from modules.buckets import bucket_policy
from sandbox.embedded_aws import EmbeddedAws

REGION = "us-east-1"


def _bucket(aws: EmbeddedAws) -> str:
    name = f"x{uuid4().hex[:20]}"
    aws.client("s3", REGION).create_bucket(Bucket=name)
    return name


def buckets_are_private(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    try:
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        rules = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    except ClientError:
        return False
    assert len(block) == 4
    return all(block.values()) and rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def suspended_buckets_are_emptied(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    written = s3.put_object(Bucket=name, Key="lock", Body=b"-")["VersionId"]
    marker = s3.delete_object(Bucket=name, Key="lock")["VersionId"]
    objects = [{"Key": "lock", "VersionId": version} for version in (written, marker)]
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    try:
        s3.delete_objects(Bucket=name, Delete={"Objects": objects})
    except ClientError:
        return False
    left = s3.list_object_versions(Bucket=name)
    return not left.get("Versions") and not left.get("DeleteMarkers")


def buckets_let_flow_logs_in(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    own = bucket_policy(name)
    s3.put_bucket_policy(Bucket=name, Policy=own)

    def log() -> str:
        vpc = aws.client("ec2", REGION).create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = aws.client("ec2", REGION).create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination=f"arn:aws:s3:::{name}",
        )
        assert not made["Unsuccessful"]
        return s3.get_bucket_policy(Bucket=name)["Policy"]

    changed = log()
    sids = [statement["Sid"] for statement in json.loads(changed)["Statement"]]
    added = sids == ["TlsOnly", "AWSLogDeliveryWrite", "AWSLogDeliveryAclCheck"]
    return added and log() == changed


def _refused(ask: Callable[..., Any], **parameters: Any) -> str | None:
    """The code of the refusal, if it is refused."""
    try:
        ask(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def checksums_are_compared(aws: EmbeddedAws) -> bool:
    s3, where = aws.client("s3", REGION), {"Bucket": _bucket(aws), "Key": "k"}
    sums = [base64.b64encode(hashlib.sha256(body).digest()).decode() for body in (b"1", b"2")]
    refused = [
        _refused(s3.put_object, **where, Body=b"1", ChecksumSHA256=told)
        for told in (sums[1], "1", sums[0])
    ]
    kept = s3.head_object(**where, ChecksumMode="ENABLED").get("ChecksumSHA256")
    return refused == ["BadDigest", "InvalidRequest", None] and kept == sums[0]


def every_write_may_have_a_condition(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    there, gone = {"Bucket": name, "Key": "there"}, {"Bucket": name, "Key": "gone"}
    source = {"Bucket": name, "Key": "source"}
    etag = s3.put_object(**source, Body=b"1")["ETag"]
    s3.put_object(**there, Body=b"1")

    def copy(key: dict[str, str], **condition: str) -> str | None:
        return _refused(s3.copy_object, **key, CopySource=source, **condition)

    def upload(key: dict[str, str], **condition: str) -> str | None:
        upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
        part = s3.upload_part(**upload, PartNumber=1, Body=b"2")["ETag"]
        parts = {"Parts": [{"ETag": part, "PartNumber": 1}]}
        return _refused(s3.complete_multipart_upload, **upload, MultipartUpload=parts, **condition)

    found = [
        write(key, **condition)
        for write in (copy, upload)
        for key, condition in (
            (there, {"IfNoneMatch": "*"}),
            (there, {"IfMatch": '"0"'}),
            (gone, {"IfMatch": etag}),
            (there, {"IfMatch": etag}),
        )
    ]
    return found == ["PreconditionFailed", "PreconditionFailed", "NoSuchKey", None] * 2


def bucket_policies_are_judged_in_front(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    unconditional = {
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/releases/*",
        "Principal": "*",
        "Condition": {"Null": {"s3:if-none-match": "true"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=bucket_policy(name, unconditional))
    put, once = {"Bucket": name, "Body": b""}, {"IfNoneMatch": "*"}
    return [
        _refused(s3.put_object, **put, Key="state"),
        _refused(s3.put_object, **put, Key="releases/1", **once),
        _refused(s3.put_object, **put, Key="releases/2"),
    ] == [None, None, "AccessDenied"]


def keep_newer_noncurrent_versions(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), _bucket(aws)
    expiration = {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10}
    rule = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": expiration,
    }
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    (read,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    return read["NoncurrentVersionExpiration"] == expiration
