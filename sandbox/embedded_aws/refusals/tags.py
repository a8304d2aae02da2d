"""Tags: limits that the services' own models do not state."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import regex

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules

# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
MOST = 50
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
MOST_OF_AN_OBJECT = 10
LONGEST_KEY, LONGEST_VALUE = 128, 256
# Services whose models have no pattern, but whose pages list the allowed characters:
# https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Tag.html
PLAIN_ONLY = frozenset({"kms", "rds", "s3"})
PLAIN = regex.compile(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "acm": ("AddTagsToCertificate", "ImportCertificate", "RequestCertificate"),
    "autoscaling": ("CreateAutoScalingGroup", "CreateOrUpdateTags"),
    "cloudwatch": ("PutCompositeAlarm", "PutMetricAlarm", "TagResource"),
    "ec2": (
        "AllocateAddress",
        "AuthorizeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "CreateFlowLogs",
        "CreateInternetGateway",
        "CreateLaunchTemplate",
        "CreateNatGateway",
        "CreateRouteTable",
        "CreateSecurityGroup",
        "CreateSubnet",
        "CreateTags",
        "CreateVpc",
        "CreateVpcEndpoint",
    ),
    "elbv2": ("AddTags", "CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup"),
    "events": ("PutRule", "TagResource"),
    "iam": (
        "CreateInstanceProfile",
        "CreatePolicy",
        "CreateRole",
        "TagInstanceProfile",
        "TagPolicy",
        "TagRole",
    ),
    "kms": ("CreateKey", "ReplicateKey", "TagResource"),
    "lambda": ("CreateFunction", "TagResource"),
    "logs": ("CreateLogGroup", "TagResource"),
    "rds": (
        "AddTagsToResource",
        "CreateDBCluster",
        "CreateDBClusterParameterGroup",
        "CreateDBInstance",
        "CreateDBInstanceReadReplica",
        "CreateDBParameterGroup",
        "CreateDBSubnetGroup",
        "CreateGlobalCluster",
    ),
    "route53": ("ChangeTagsForResource",),
    "s3": ("CreateBucket", "PutBucketTagging", "PutObjectTagging"),
    "secretsmanager": ("CreateSecret", "TagResource"),
    "sns": ("CreateTopic", "TagResource"),
    "sqs": ("CreateQueue", "TagQueue"),
    "wafv2": ("CreateIPSet", "CreateWebACL", "TagResource"),
}
CODES = {
    "acm": "InvalidTagException",
    "ec2": "InvalidParameterValue",
    "events": "ValidationException",
    "iam": "InvalidInput",
    "kms": "TagException",
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "route53": "InvalidInput",
    "s3": "InvalidTag",
    "secretsmanager": "InvalidParameterException",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "wafv2": "WAFInvalidParameterException",
}
# Services with their own codes for too many tags and for duplicate keys.
TOO_MANY = {
    "acm": "TooManyTagsException",
    "ec2": "TagLimitExceeded",
    "elbv2": "TooManyTags",
    "kms": "LimitExceededException",
    "logs": "TooManyTagsException",
    "s3": "BadRequest",
    "sns": "TagLimitExceeded",
}
TWICE = {"elbv2": "DuplicateTagKeys"}


def tags_are_taken(call: Call) -> None:
    """Refuses keys and values that start with `aws:` in any case, duplicate keys, more than 50
    tags, or 10 on an S3 object, and keys or values that are too long or contain characters that the
    service does not allow.

    https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    for name, tags in _sets(call.parameters):
        keys: set[str] = set()
        for key, value in tags:
            _check_key(call, name, key)
            _check_value(call, name, key, value)
            if key in keys:
                raise _refusal(call, f"{name}: the key {key!r} is there twice", TWICE)
            keys.add(key)
        most = MOST_OF_AN_OBJECT if call.operation == "PutObjectTagging" else MOST
        if len(keys) > most:
            raise _refusal(call, f"{name}: {len(keys)} tags, of at most {most}", TOO_MANY)


def _check_key(call: Call, name: str, key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY:
        raise _refusal(
            call, f"{name}: the key {key!r} has {len(key)} characters, of 1 to {LONGEST_KEY}"
        )
    if key.lower().startswith("aws:"):
        raise _refusal(call, f"{name}: the key {key!r} begins with aws:, which is AWS's own")
    _check_characters(call, f"{name}: the key {key!r}", key)


def _check_value(call: Call, name: str, key: str, value: str) -> None:
    where = f"{name}: the value of {key!r}"
    if len(value) > LONGEST_VALUE:
        raise _refusal(call, f"{where} has {len(value)} characters, of at most {LONGEST_VALUE}")
    # https://docs.aws.amazon.com/acm/latest/APIReference/API_AddTagsToCertificate.html
    if call.service == "acm" and value.lower().startswith("aws:"):
        raise _refusal(call, f"{where}, {value!r}, begins with aws:, which is AWS's own")
    _check_characters(call, f"{where}, {value!r},", value)


def _check_characters(call: Call, where: str, text: str) -> None:
    if call.service in PLAIN_ONLY and not PLAIN.fullmatch(text):
        raise _refusal(
            call, f"{where} has characters other than letters, digits, spaces and _.:/=+-@"
        )


def _refusal(call: Call, message: str, own: Mapping[str, str] | None = None) -> Refusal:
    """own: codes that some services have for this case only."""
    codes = {**CODES, **(own or {})}
    return Refusal(codes.get(call.service, "ValidationError"), message)


def _sets(parameters: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each set of tags in a request: the member's name, and the tags as (key, value)."""
    for name in ("Tags", "tags", "AddTags"):
        if name in parameters:
            yield name, list(_pairs(parameters[name]))
    for place, of_one in enumerate(parameters.get("TagSpecifications") or ()):
        yield f"TagSpecifications[{place}].Tags", list(_pairs(of_one.get("Tags")))
    data: Mapping[str, Any] = parameters.get("LaunchTemplateData") or {}
    for place, of_one in enumerate(data.get("TagSpecifications") or ()):
        where = f"LaunchTemplateData.TagSpecifications[{place}].Tags"
        yield where, list(_pairs(of_one.get("Tags")))
    for name in ("Tagging", "CreateBucketConfiguration"):
        inner: Any = parameters.get(name)
        if isinstance(inner, dict):
            of_s3 = cast("dict[str, Any]", inner)
            for member in ("TagSet", "Tags"):
                yield f"{name}.{member}", list(_pairs(of_s3.get(member)))


def _pairs(tags: dict[str, str] | list[dict[str, Any]] | None) -> Iterator[tuple[str, str]]:
    if isinstance(tags, dict):
        yield from tags.items()
        return
    for tag in tags or ():
        key = tag.get("Key", tag.get("TagKey"))
        value = tag.get("Value", tag.get("TagValue"))
        yield str(key or ""), str(value or "")


RULES: Rules = {
    (service, operation): (tags_are_taken,)
    for service, operations in OPERATIONS.items()
    for operation in operations
}
