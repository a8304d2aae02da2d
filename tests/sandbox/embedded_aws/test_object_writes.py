"""Writes of objects that others may write too: conditions, the policies that enforce them, and
versions."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from modules.buckets import bucket_policy
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.permissions.roles import Role, allow

REGION = "us-east-1"
CREATES = {"Bool": {"s3:ObjectCreationOperation": "true"}}


def refused(ask: Callable[..., Any], **parameters: Any) -> str | None:
    """The code of the refusal, if it is refused."""
    try:
        ask(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def deny(on: str, *absent: str) -> dict[str, Any]:
    condition = {"Null": dict.fromkeys(absent, "true"), **CREATES}
    return {
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": on,
        "Principal": "*",
        "Condition": condition,
    }


@pytest.fixture
def releases(aws: EmbeddedAws) -> str:
    """A versioned bucket that takes conditional writes only."""
    s3, name = aws.client("s3", REGION), unique()
    s3.create_bucket(Bucket=name)
    versioned = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioned)
    arn = f"arn:aws:s3:::{name}"
    statements = (
        deny(f"{arn}/releases/*", "s3:if-none-match"),
        deny(f"{arn}/current", "s3:if-match", "s3:if-none-match"),
    )
    s3.put_bucket_policy(Bucket=name, Policy=bucket_policy(name, *statements))
    return name


@pytest.fixture(params=["administrator", "role"])
def s3(request: pytest.FixtureRequest, aws: EmbeddedAws) -> Any:
    if request.param == "administrator":
        return aws.client("s3", REGION)
    return Role(aws, allow("s3:*")).client("s3")


def test_a_policy_lets_only_conditional_writes_in(s3: Any, releases: str) -> None:
    archive = {"Bucket": releases, "Key": "releases/1", "Body": b"1"}
    current = {"Bucket": releases, "Key": "current", "Body": b"{}"}
    assert refused(s3.put_object, **archive) == "AccessDenied"
    assert refused(s3.put_object, **archive, IfMatch='"1"') == "AccessDenied"
    s3.put_object(**archive, IfNoneMatch="*")
    assert refused(s3.put_object, **archive, IfNoneMatch="*") == "PreconditionFailed"
    assert refused(s3.put_object, **current) == "AccessDenied"
    assert refused(s3.put_object, **current, IfMatch='"1"') == "NoSuchKey"
    etag = s3.put_object(**current, IfNoneMatch="*")["ETag"]
    s3.put_object(**{**current, "Body": b"{ }"}, IfMatch=etag)
    assert refused(s3.put_object, **current, IfMatch=etag) == "PreconditionFailed"
    source = {"Bucket": releases, "Key": "releases/1"}
    copy = {"Bucket": releases, "Key": "current", "CopySource": source}
    assert refused(s3.copy_object, **copy) == "AccessDenied"


def test_parts_of_an_upload_need_no_condition_and_its_end_does(s3: Any, releases: str) -> None:
    key = {"Bucket": releases, "Key": "releases/parts"}
    upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"1")["ETag"]
    parts = {"MultipartUpload": {"Parts": [{"ETag": part, "PartNumber": 1}]}}
    assert refused(s3.complete_multipart_upload, **upload, **parts) == "AccessDenied"
    s3.complete_multipart_upload(**upload, **parts, IfNoneMatch="*")


def test_comparing_takes_permission_to_read(aws: EmbeddedAws, releases: str) -> None:
    put = {"Bucket": releases, "Key": "current", "Body": b"{}"}
    etag = aws.client("s3", REGION).put_object(**put, IfNoneMatch="*")["ETag"]
    role = Role(aws, allow("s3:PutObject"))
    assert refused(role.client("s3").put_object, **put, IfMatch=etag) == "AccessDenied"


def test_a_deny_is_told_in_words(aws: EmbeddedAws, releases: str) -> None:
    s3 = aws.client("s3", REGION)
    with pytest.raises(ClientError, match=r"root is not .* s3:PutObject on .* explicit deny in a"):
        s3.put_object(Bucket=releases, Key="releases/1")


def test_one_of_many_writers_wins(s3: Any, releases: str) -> None:
    def put(who: int) -> str | None:
        body = str(who).encode()
        return refused(s3.put_object, Bucket=releases, Key="current", Body=body, IfNoneMatch="*")

    with ThreadPoolExecutor(8) as writers:
        answers = list(writers.map(put, range(16)))
    winner = str(answers.index(None)).encode()
    assert sorted(map(str, answers)) == sorted(["None"] + ["PreconditionFailed"] * 15)
    assert s3.get_object(Bucket=releases, Key="current")["Body"].read() == winner


def test_versions_can_be_listed_and_read(s3: Any, releases: str) -> None:
    key = {"Bucket": releases, "Key": "current"}
    etag, written = None, []
    for body in (b"1", b"2"):
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        put = s3.put_object(**key, Body=body, **condition)
        etag = put["ETag"]
        written.append(put["VersionId"])
    found = s3.list_object_versions(Bucket=releases, Prefix="current")["Versions"]
    assert [(one["VersionId"], one["IsLatest"]) for one in found] == [
        (written[1], True),
        (written[0], False),
    ]
    assert s3.get_object(**key, VersionId=written[0])["Body"].read() == b"1"
    assert refused(s3.get_object, **key, VersionId="none") == "NoSuchVersion"


def test_a_deleted_object_may_be_written_anew(s3: Any, releases: str) -> None:
    key = {"Bucket": releases, "Key": "current"}
    etag = s3.put_object(**key, Body=b"1", IfNoneMatch="*")["ETag"]
    s3.delete_object(**key)
    assert refused(s3.put_object, **key, Body=b"2", IfMatch=etag) == "NoSuchKey"
    s3.put_object(**key, Body=b"2", IfNoneMatch="*")


def test_the_policy_stays_readable(aws: EmbeddedAws, releases: str) -> None:
    policy = aws.client("s3", REGION).get_bucket_policy(Bucket=releases)["Policy"]
    assert len(json.loads(policy)["Statement"]) == 3


def test_a_write_with_a_checksum_keeps_what_came_with_it(s3: Any, releases: str) -> None:
    """boto3 sends one with every write."""
    s3.put_object(
        Bucket=releases,
        Key="program.zip",
        Body=b"x",
        Tagging="Stack=dr&ManagedBy=cdktf",
        ContentType="application/zip",
        Metadata={"why": "a test"},
    )
    tags = s3.get_object_tagging(Bucket=releases, Key="program.zip")["TagSet"]
    assert {one["Key"]: one["Value"] for one in tags} == {"Stack": "dr", "ManagedBy": "cdktf"}
    found = s3.head_object(Bucket=releases, Key="program.zip")
    assert (found["ContentType"], found["Metadata"]) == ("application/zip", {"why": "a test"})
