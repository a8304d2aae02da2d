"""Every operation of the services that the stacks use: what its model allows passes, and every
violation is found."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.embedded_aws.calls.checking import violations
from sandbox.embedded_aws.calls.models import Operation
from sandbox.embedded_aws.calls.reading import read_by_model
from tests.sandbox.embedded_aws.calls import made

# One for each protocol except ec2, which is large.
SERVICES = ["sns", "kms", "lambda", "route53"]
OTHERS = [
    "acm",
    "autoscaling",
    "cloudwatch",
    "ec2",
    "elbv2",
    "events",
    "iam",
    "logs",
    "s3",
    "secretsmanager",
    "sqs",
    "ssm",
    "sts",
    "wafv2",
]
# A structure without a value does not show up in a form or in XML, so it counts as missing.
NOTHING_TO_SAY = {
    "AssociateInstanceEventWindow",
    "BundleInstance",
    "CreateAcmeEndpoint",
    "CreateCloudConnector",
    "CreateFleet",
    "DisassociateInstanceEventWindow",
    "GetFlowLogsIntegrationTemplate",
    "PutIntegration",
    "UpdateObjectEncryption",
}
# Has the same path as ListBuckets, on another host.
ELSEWHERE = {"ListDirectoryBuckets"}


def good(service: str) -> Iterator[tuple[Operation, dict[str, Any]]]:
    for operation in made.operations(service):
        if operation.input_shape is None or operation.name in NOTHING_TO_SAY | ELSEWHERE:
            continue
        try:
            yield operation, made.values(operation.input_shape)
        except made.NoValue:
            continue


@pytest.mark.parametrize(
    "service", [*SERVICES, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def test_good_requests_pass_and_broken_ones_are_found(service: str) -> None:
    asked = 0
    for operation, parameters in good(service):
        read = read_by_model(made.request(operation, parameters))
        assert read is not None
        assert read.call.operation == operation.name
        assert violations(operation.input_shape, dict(read.call.parameters)) == []
        assert operation.input_shape is not None
        for name, kind, wrong in made.broken(operation.input_shape, parameters):
            read = read_by_model(made.request(operation, wrong))
            assert read is not None
            found = violations(operation.input_shape, dict(read.call.parameters))
            assert (name, kind) in {(one.path, one.kind) for one in found}, operation.name
            asked += 1
    assert asked > 10
