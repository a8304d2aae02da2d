"""Which permissions a request needs."""

from collections.abc import Callable, Iterator

from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.actions import action
from sandbox.embedded_aws.permissions.companions import companions
from sandbox.embedded_aws.permissions.need import Context, Need
from sandbox.embedded_aws.permissions.resources import resources

# Global services, whose requests AWS handles in us-east-1:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
GLOBAL = {"iam", "route53"}


def needs(call: Call, principal: str) -> Iterator[Need]:
    """The needs, the operation's own action first. principal: the ARN of the caller's role."""
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
        # Loopback counts as TLS.
        "aws:securetransport": ("true",),
    }


def _nothing(_: Call) -> Context:
    return {}


def _parameters(**keys: str) -> Callable[[Call], Context]:
    """Condition keys filled from parameters, given by name; a key is absent if its parameter is."""

    def context(call: Call) -> Context:
        return {
            key: (str(call.parameters[name]),)
            for name, key in keys.items()
            if name in call.parameters
        }

    return context


def _writing(*, creates: bool) -> Callable[[Call], Context]:
    """The condition keys of a request that writes an object, or a part of one.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    """
    conditions = _parameters(IfMatch="s3:if-match", IfNoneMatch="s3:if-none-match")
    operation = {"s3:objectcreationoperation": (str(creates).lower(),)}
    return lambda call: {**conditions(call), **operation}


OF_OPERATIONS: dict[tuple[str, str], Callable[[Call], Context]] = {
    ("cloudwatch", "PutMetricData"): _parameters(Namespace="cloudwatch:namespace"),
    ("iam", "AttachRolePolicy"): _parameters(PolicyArn="iam:policyarn"),
    ("iam", "DetachRolePolicy"): _parameters(PolicyArn="iam:policyarn"),
    ("s3", "ListObjects"): _parameters(Prefix="s3:prefix"),
    ("s3", "ListObjectsV2"): _parameters(Prefix="s3:prefix"),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-delete-enforce.html
    ("s3", "DeleteObject"): _parameters(IfMatch="s3:if-match"),
    ("s3", "PutObject"): _writing(creates=True),
    ("s3", "CopyObject"): _writing(creates=True),
    ("s3", "CompleteMultipartUpload"): _writing(creates=True),
    ("s3", "CreateMultipartUpload"): _writing(creates=False),
    ("s3", "UploadPart"): _writing(creates=False),
    ("s3", "UploadPartCopy"): _writing(creates=False),
}
