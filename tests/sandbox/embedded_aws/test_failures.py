"""When moto fails, the client gets an explanation."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sandbox.embedded_aws.checks import Checks
from sandbox.embedded_aws.failures import fail_at_once
from tests.sandbox.embedded_aws import asking


def told(error: Exception, service: str, operation: str, **parameters: Any) -> dict[str, str]:
    def failing(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        raise error

    with pytest.raises(ClientError) as raised:
        getattr(asking.client(fail_at_once(failing), service), operation)(**parameters)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return raised.value.response["Error"]


def test_what_moto_lacks_is_named() -> None:
    said = told(NotImplementedError("no traffic"), "autoscaling", "describe_traffic_sources")
    assert said["Code"] == "NotInTheEmbeddedAws"
    assert said["Message"] == (
        "the embedded AWS lacks autoscaling.DescribeTrafficSources: no traffic"
    )


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("acm", "list_certificates", "ValidationException"),
        ("autoscaling", "describe_policies", "ValidationError"),
        ("ec2", "describe_vpcs", "InvalidParameterValue"),
        ("route53", "list_hosted_zones", "InvalidInput"),
    ],
)
def test_a_value_that_moto_does_not_take_is_refused(
    service: str, operation: str, code: str
) -> None:
    said = told(ValueError("too long"), service, operation)
    assert said["Code"] == code
    assert said["Message"].endswith(": too long")


def test_whatever_else_goes_wrong_is_told() -> None:
    said = told(KeyError("zone"), "s3", "list_buckets")
    assert said["Code"] == "NotInTheEmbeddedAws"
    assert said["Message"] == "the embedded AWS cannot do s3.ListBuckets: KeyError: 'zone'"


def test_a_domain_that_certificates_do_not_take_is_refused_in_words() -> None:
    moto = fail_at_once(Checks(DomainDispatcherApplication(create_backend_app)))
    domain = f"{'a' * 60}.example.net"
    with pytest.raises(ClientError, match=r"DomainName: .*no longer than 64 characters.*has 72"):
        asking.client(moto, "acm").request_certificate(DomainName=domain)
