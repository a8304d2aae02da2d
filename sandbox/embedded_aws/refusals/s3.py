"""S3: buckets, their policies, ACLs and encryption, and object keys."""

import ipaddress
import re
from typing import Any

from moto.s3.models import s3_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.policies.public import is_public
from sandbox.embedded_aws.refusals.rule import Rules, part

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.))*[a-z0-9]")
RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
SHORTEST_NAME, LONGEST_NAME = 3, 63
LONGEST_KEY = 1_024
# The grant accepted by buckets without ACLs, as it changes nothing.
NO_CHANGE = "bucket-owner-full-control"
ACL_MEMBERS = (
    "AccessControlPolicy",
    "GrantFullControl",
    "GrantRead",
    "GrantReadACP",
    "GrantWrite",
    "GrantWriteACP",
)


def bucket_of(account: str, name: str) -> Any:
    """moto's bucket; None if there is none."""
    return s3_backends[account]["aws"].buckets.get(name)


def bucket_names_are_names(call: Call) -> None:
    """Refuses invalid bucket names.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    name: str = call.parameters["Bucket"]
    wrong = None
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        wrong = f"has {len(name)} characters, of {SHORTEST_NAME} to {LONGEST_NAME}"
    elif not NAME.fullmatch(name):
        wrong = "has others than a-z, 0-9, hyphens and single dots, or begins or ends with those"
    elif name.startswith(RESERVED_PREFIXES) or name.endswith(RESERVED_SUFFIXES):
        wrong = "begins or ends with what is AWS's own"
    elif _is_address(name):
        wrong = "is an IP address"
    if wrong:
        raise Refusal("InvalidBucketName", f"Bucket: {name!r} {wrong}")


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


def bucket_policies_are_taken(call: Call) -> None:
    """Refuses a bucket policy that is invalid or names another bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    """
    name = call.parameters["Bucket"]
    for statement in _statements(call):
        for resource in statement.resources:
            own = resource.partition(":::")[2].partition("/")[0]
            if resource != "*" and own != name:
                raise Refusal(
                    policies.BUCKET.code,
                    f"Policy: {statement.where}.Resource: Policy has invalid resource "
                    f"{resource!r}, which is not in bucket {name}",
                )


def public_policies_are_blocked(call: Call) -> None:
    """Refuses a public policy on a bucket that blocks public policies.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    bucket = bucket_of(call.account, call.parameters["Bucket"])
    block = bucket and bucket.public_access_block
    if not block or str(block.block_public_policy).lower() != "true":
        return
    for statement in _statements(call):
        if is_public(statement):
            raise Refusal(
                "AccessDenied",
                f"Policy: {statement.where} is public, as it lets everybody in without a condition "
                f"on fixed values of who or from where: bucket {bucket.name} has BlockPublicPolicy",
                status=403,
            )


def _statements(call: Call) -> tuple[policies.Statement, ...]:
    return policies.check(policies.BUCKET, "Policy", call.parameters["Policy"], call.account)


def buckets_without_acls_take_none(call: Call) -> None:
    """Refuses ACLs on a bucket whose owner owns every object, which is the default.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    bucket = bucket_of(call.account, call.parameters["Bucket"])
    ownership = call.parameters.get("ObjectOwnership") or (bucket and bucket.ownership_rule)
    if (ownership or "BucketOwnerEnforced") != "BucketOwnerEnforced":
        return
    harmless = {NO_CHANGE, "private"} if call.operation != "PutBucketAcl" else {NO_CHANGE}
    given = [member for member in ACL_MEMBERS if call.parameters.get(member)]
    if (acl := call.parameters.get("ACL")) is not None and acl not in harmless:
        given.append("ACL")
    if given:
        creates = call.operation == "CreateBucket"
        raise Refusal(
            "InvalidBucketAclWithObjectOwnership" if creates else "AccessControlListNotSupported",
            f"{given[0]}: the bucket {call.parameters['Bucket']} does not allow ACLs, as its "
            "object ownership is BucketOwnerEnforced",
        )


def default_encryption_has_its_key(call: Call) -> None:
    """Refuses a KMS key for an encryption that does not use KMS, and any number of rules other than
    one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
    """
    where = "ServerSideEncryptionConfiguration.Rules"
    rules = call.parameters["ServerSideEncryptionConfiguration"]["Rules"]
    if len(rules) != 1:
        raise Refusal("MalformedXML", f"{where}: {len(rules)} rules, not one")
    default = part(rules[0], "ApplyServerSideEncryptionByDefault")
    if "KMSMasterKeyID" in default and not default["SSEAlgorithm"].startswith("aws:kms"):
        raise Refusal(
            "InvalidArgument",
            f"{where}[0].ApplyServerSideEncryptionByDefault.KMSMasterKeyID: not with SSEAlgorithm "
            f"{default['SSEAlgorithm']}, but with aws:kms or aws:kms:dsse",
        )


def keys_are_short(call: Call) -> None:
    """Refuses an object key longer than 1,024 bytes.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    """
    if (size := len(call.parameters["Key"].encode())) > LONGEST_KEY:
        raise Refusal("KeyTooLongError", f"Key: {size:,} bytes, of at most {LONGEST_KEY:,}")


def conditions_of_writes_are_known(call: Call) -> None:
    """Refuses an If-None-Match other than `*`, and If-Match and If-None-Match together.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    none_match = call.parameters.get("IfNoneMatch")
    if none_match is not None and none_match != "*":
        raise Refusal("NotImplemented", f"IfNoneMatch: {none_match!r}, not '*'", status=501)
    if none_match is not None and call.parameters.get("IfMatch") is not None:
        raise Refusal("NotImplemented", "IfMatch: not together with IfNoneMatch", status=501)


_OBJECT = (keys_are_short, conditions_of_writes_are_known, buckets_without_acls_take_none)
RULES: Rules = {
    ("s3", "CreateBucket"): (bucket_names_are_names, buckets_without_acls_take_none),
    ("s3", "PutBucketPolicy"): (bucket_policies_are_taken, public_policies_are_blocked),
    ("s3", "PutBucketAcl"): (buckets_without_acls_take_none,),
    ("s3", "PutObjectAcl"): (buckets_without_acls_take_none,),
    ("s3", "PutBucketEncryption"): (default_encryption_has_its_key,),
    ("s3", "PutObject"): _OBJECT,
    ("s3", "CopyObject"): _OBJECT,
    ("s3", "CreateMultipartUpload"): _OBJECT,
    ("s3", "CompleteMultipartUpload"): (conditions_of_writes_are_known,),
}
