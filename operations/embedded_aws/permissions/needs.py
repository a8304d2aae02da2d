"""Which permissions a request needs."""

from collections.abc import Callable, Iterator

from operations.embedded_aws.calls import Call
from operations.embedded_aws.permissions.actions import action
from operations.embedded_aws.permissions.companions import companions
from operations.embedded_aws.permissions.need import Context, Need
from operations.embedded_aws.permissions.resources import resources

# Services that are one for all regions, and whose requests AWS takes in us-east-1:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
GLOBAL_REGION = "us-east-1"
GLOBAL = {"iam", "route53"}


def needs(call: Call, principal: str) -> Iterator[Need]:
    """All of them, the operation's own action first. principal: the ARN of the caller's role."""
    own = action(call)
    if own is None:
        return
    shared = _of_every_request(call, principal)
    of_its_own = OF_OPERATIONS.get((call.service, call.operation), _nothing)(call)
    for resource in resources(call, own):
        yield Need(own, resource, {**shared, **of_its_own})
    for need in companions(call):
        yield Need(need.action, need.resource, {**shared, **need.context})


def _of_every_request(call: Call, principal: str) -> Context:
    return {
        "aws:requestedregion": (GLOBAL_REGION if call.service in GLOBAL else call.region,),
        "aws:principalarn": (principal,),
        "aws:principalaccount": (call.account,),
        "aws:resourceaccount": (call.account,),
        "aws:sourceip": ("127.0.0.1",),
        # Loopback stands for TLS.
        "aws:securetransport": ("true",),
    }


def _nothing(_: Call) -> Context:
    return {}


def _parameter(key: str, name: str) -> Callable[[Call], Context]:
    """A condition key that has a parameter's value; missing where the call lacks that."""

    def context(call: Call) -> Context:
        return {key: (str(call.parameters[name]),)} if name in call.parameters else {}

    return context


OF_OPERATIONS: dict[tuple[str, str], Callable[[Call], Context]] = {
    ("cloudwatch", "PutMetricData"): _parameter("cloudwatch:namespace", "Namespace"),
    ("iam", "AttachRolePolicy"): _parameter("iam:policyarn", "PolicyArn"),
    ("iam", "DetachRolePolicy"): _parameter("iam:policyarn", "PolicyArn"),
    ("s3", "ListObjects"): _parameter("s3:prefix", "Prefix"),
    ("s3", "ListObjectsV2"): _parameter("s3:prefix", "Prefix"),
    ("s3", "PutObject"): _parameter("s3:if-none-match", "IfNoneMatch"),
}
