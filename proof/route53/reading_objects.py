"""The S3 objects that health checkers may read, from the emitted JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from emitted import Json, of_type
from proof.route53.addresses import have_all_checkers
from proof.route53.errors import UnknownToTheModelError
from proof.route53.strict import known, reference

# What anybody may read who may read the object.
OWN_KEYS = "AES256"


def readable_objects(resources: Json, asked: frozenset[str]) -> Iterator[str]:
    """Bucket/key of what the checkers may get, of the buckets that checks ask."""
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
    """Who asks without a signature, as a checker does, is refused an object that is encrypted with
    a key of KMS.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    """
    defaults = [rule["apply_server_side_encryption_by_default"] for rule in body["rule"]]
    return any(default["sse_algorithm"] != OWN_KEYS for default in defaults)


def _readable_by_checkers(body: Json) -> Iterator[str]:
    """Objects that the policy lets the checkers get over TLS: an Allow for anybody whose address is
    of ranges that have all of theirs, and no Deny but of what is not TLS.

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
