"""Finds the S3 objects in the emitted JSON that health checkers may read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from emitted import Json, of_type
from proof.route53.addresses import have_all_checkers
from proof.route53.errors import UnknownToTheModelError
from proof.route53.strict import known, reference

# The encryption that takes no permission beyond reading the object.
OWN_KEYS = "AES256"


def readable_objects(resources: Json, asked: frozenset[str]) -> Iterator[str]:
    """Bucket/key of each object that checkers may get, in the buckets that checks request."""
    buckets = {address: body["bucket"] for address, body in of_type(resources, "aws_s3_bucket")}
    encrypted = {
        buckets.get(_bucket(body))
        for _, body in of_type(resources, "aws_s3_bucket_server_side_encryption_configuration")
        if _with_a_key_of_kms(body)
    }
    for _, body in of_type(resources, "aws_s3_bucket_policy"):
        bucket = buckets.get(_bucket(body))
        if bucket in asked and bucket not in encrypted:
            yield from _readable_by_checkers(body)


def _bucket(body: Mapping[str, Any]) -> str:
    return reference(body["bucket"])


def _with_a_key_of_kms(body: Json) -> bool:
    """S3 refuses unsigned requests, such as a checker's, for objects encrypted with a KMS key.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    defaults = [rule["apply_server_side_encryption_by_default"] for rule in body["rule"]]
    return any(default["sse_algorithm"] != OWN_KEYS for default in defaults)


def _readable_by_checkers(body: Json) -> Iterator[str]:
    """The objects that the policy lets checkers get over TLS: an Allow for everyone whose address
    is in ranges that cover all checkers, and no Deny except of non-TLS requests.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    statements: list[dict[str, Any]] = json.loads(body["policy"])["Statement"]
    for statement in statements:
        condition = statement.get("Condition", {})
        if statement["Effect"] == "Deny":
            if condition != {"Bool": {"aws:SecureTransport": "false"}}:
                raise UnknownToTheModelError(f"a bucket policy that denies {statement['Action']}")
        elif (statement["Action"], statement["Principal"]) == ("s3:GetObject", "*"):
            known(condition, "IpAddress")
            if not have_all_checkers(condition["IpAddress"]["aws:SourceIp"]):
                raise UnknownToTheModelError(f"a bucket policy for some: {statement['Resource']}")
            yield statement["Resource"].removeprefix("arn:aws:s3:::")
