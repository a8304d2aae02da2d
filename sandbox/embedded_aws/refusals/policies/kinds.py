"""The kinds of policies, and how they differ."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Kind:
    """One kind of policy.

    code: the service's error code.
    most: the maximum size in bytes, without white space unless `counts_spaces`.
    too_long: the code and HTTP status for a longer policy, if different.
    principals, resources: whether each statement must have them, or must not.
    services: the service prefixes allowed in actions; any if empty.
    plain_sids: whether a Sid may contain only letters and digits.
    silent: whether AWS accepts unknown names, which then never match.
    mixed: whether AWS's own examples combine actions with conditions that only some of them
    support:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """

    name: str
    code: str
    most: int
    counts_spaces: bool = True
    principals: bool = True
    resources: bool = True
    services: frozenset[str] = frozenset()
    plain_sids: bool = False
    silent: bool = False
    mixed: bool = False
    too_long: tuple[str, int] | None = None


_MALFORMED = "MalformedPolicyDocument"
# "Cannot exceed quota for ACLSizePerRole: 2048" and the like:
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
_QUOTA = ("LimitExceeded", 409)

# Sizes exclude white space:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
INLINE = Kind(
    name="a role's inline policy",
    code=_MALFORMED,
    most=10_240,
    counts_spaces=False,
    principals=False,
    plain_sids=True,
    silent=True,
    too_long=_QUOTA,
)
MANAGED = replace(INLINE, name="a managed policy", most=6_144)
TRUST = Kind(
    name="a trust policy",
    code=_MALFORMED,
    most=2_048,
    counts_spaces=False,
    resources=False,
    services=frozenset({"sts"}),
    plain_sids=True,
    too_long=_QUOTA,
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
BUCKET = Kind("a bucket policy", "MalformedPolicy", 20_480, services=frozenset({"s3"}))
# https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
KEY = Kind(
    name="a key policy",
    code="MalformedPolicyDocumentException",
    most=32_768,
    services=frozenset({"kms"}),
    mixed=True,
    # https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    too_long=("LimitExceededException", 400),
)
# https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
TOPIC = Kind("a topic policy", "InvalidParameter", 30_720, services=frozenset({"sns"}))
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
QUEUE = Kind(
    name="a queue policy",
    code="InvalidAttributeValue",
    most=8_192,
    services=frozenset({"sqs"}),
    # "Submitted policy is over max allowed size."
    too_long=("OverLimit", 403),
)
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
ENDPOINT = Kind("an endpoint policy", "InvalidPolicyDocument", 20_480, silent=True)
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
LOGS = Kind(
    name="a resource policy",
    code="InvalidParameterException",
    most=5_120,  # for the account; a log group's is 51,200
    services=frozenset({"logs"}),
    silent=True,
)
