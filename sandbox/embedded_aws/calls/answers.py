"""Refusals of model violations, with each service's wording and error codes."""

from collections.abc import Sequence

from sandbox.embedded_aws.calls.call import Refusal
from sandbox.embedded_aws.calls.checking import Violation
from sandbox.embedded_aws.calls.models import Operation

# Services whose error code for a model violation differs from their protocol's.
CODES = {
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
    "cloudwatch": "ValidationError",
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html
    "logs": "InvalidParameterException",
    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
    "rds": "InvalidParameterValue",
    # https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    "route53": "InvalidInput",
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    "s3": "InvalidArgument",
    # https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
    "sns": "InvalidParameter",
}
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
BY_PROTOCOL = {"query": "ValidationError", "ec2": "InvalidParameterValue"}
OTHERS = "ValidationException"
EC2 = {"missing": "MissingParameter", "unknown": "UnknownParameter"}


def refusal(operation: Operation, found: Sequence[Violation]) -> Refusal:
    """One refusal whose message lists all the violations."""
    errors = "error" if len(found) == 1 else "errors"
    said = "; ".join(str(violation) for violation in found)
    code = _code(operation, found[0])
    return Refusal(code, f"{len(found)} validation {errors} detected: {said}")


def _code(operation: Operation, first: Violation) -> str:
    model = operation.service_model
    if model.service_name == "s3" and _in_the_body(operation, first):
        return "MalformedXML"
    if model.protocol == "ec2" and first.kind in EC2:
        return EC2[first.kind]
    return invalid(operation)


def invalid(operation: Operation) -> str:
    """The error code for an invalid parameter in the operation's service."""
    model = operation.service_model
    return CODES.get(model.service_name, BY_PROTOCOL.get(model.protocol, OTHERS))


def _in_the_body(operation: Operation, violation: Violation) -> bool:
    payload = operation.input_shape and operation.input_shape.serialization.get("payload")
    return bool(payload) and violation.path.partition(".")[0] == payload
