"""Fixes of moto's S3: what an object is written on, and as."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

import base64
import binascii
from collections.abc import Callable
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import MissingKey, PreconditionFailed, S3ClientError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.s3.utils import compute_checksum
from werkzeug.datastructures import Headers

# The bytes of each checksum that is compared. moto needs optional libraries for the others.
CHECKSUMS = {"SHA256": 32, "SHA1": 20, "CRC32": 4}


class _BadDigestError(S3ClientError):
    code = "BadDigest"


class _InvalidRequestError(S3ClientError):
    code = "InvalidRequest"


def checksums_are_compared() -> None:
    """moto ignores a checksum unless the client also names its algorithm, and never compares it
    with the body. AWS refuses a body that does not match, and keeps the checksum for GetObject and
    HeadObject:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html"""
    key_response_put, put = S3Response._key_response_put, S3Response.put_object

    def compare(self: S3Response, *args: Any, **kwargs: Any) -> Any:
        for algorithm, size in CHECKSUMS.items():
            told = self.headers.get(f"x-amz-checksum-{algorithm.lower()}")
            if told is not None:
                _compare(told, self.body or b"", algorithm, size)
        return key_response_put(self, *args, **kwargs)

    def put_and_keep(self: S3Response) -> Any:
        for algorithm in CHECKSUMS:
            if f"x-amz-checksum-{algorithm.lower()}" in self.headers:
                self.headers = Headers([*self.headers.items()])
                self.headers["x-amz-sdk-checksum-algorithm"] = algorithm
        return put(self)

    S3Response._key_response_put = compare
    S3Response.put_object = put_and_keep


def _compare(told: str, body: bytes, algorithm: str, size: int) -> None:
    try:
        valid = len(base64.b64decode(told, validate=True)) == size
    except binascii.Error:
        valid = False
    if not valid:
        header = f"x-amz-checksum-{algorithm.lower()}"
        raise _InvalidRequestError(f"Value for {header} header is invalid.")
    if compute_checksum(body, algorithm).decode() != told:
        raise _BadDigestError(
            f"The {algorithm} you specified did not match the calculated checksum."
        )


def every_write_may_have_a_condition() -> None:
    """moto knows the conditions of PutObject, but neither those of CopyObject nor
    CompleteMultipartUpload's If-Match:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
    copy, key_response_post = S3Response.copy_object, S3Response._key_response_post

    def copy_if(self: S3Response) -> Any:
        _check_conditions(self)
        return copy(self)

    def complete_if(self: S3Response, *args: Any, **kwargs: Any) -> Any:
        if self.querystring.get("uploadId") and not _is_complete(self):
            _check_conditions(self)
        return key_response_post(self, *args, **kwargs)

    S3Response.copy_object = copy_if
    S3Response._key_response_post = complete_if


def _is_complete(response: S3Response) -> bool:
    """Whether the upload is completed already: completing it again changes nothing."""
    there = _there(response)
    upload = there and there.multipart
    return bool(upload) and upload.id == response.querystring["uploadId"][0]


def _check_conditions(response: S3Response) -> None:
    there = _there(response)
    if_match = response.headers.get("If-Match")
    if if_match is not None and there is None:
        raise MissingKey(response.parse_key_name())
    if if_match is not None and if_match.strip('"') != there.etag.strip('"'):
        raise PreconditionFailed("If-Match")
    if response.headers.get("If-None-Match") == "*" and there is not None:
        raise PreconditionFailed("If-None-Match")


def _there(response: S3Response) -> Any:
    return response.backend.get_object(response.bucket_name, response.parse_key_name())


def bucket_policies_are_judged_in_front() -> None:
    """moto ignores the Condition in a bucket policy, so a Deny for requests without TLS, or without
    a condition on what they overwrite, denies everything. `permissions/` has judged the policy by
    then."""
    get_permission: Callable[[FakeBucket, str, str], Any] = FakeBucket.get_permission

    def judged(self: FakeBucket, action: str, resource: str) -> Any:
        found = get_permission(self, action, resource)
        return PermissionResult.NEUTRAL if found is PermissionResult.DENIED else found

    FakeBucket.get_permission = judged
