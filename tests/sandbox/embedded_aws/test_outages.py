"""A lost region does not answer; all others do."""

from collections.abc import Iterable
from typing import Any

import pytest

from sandbox.embedded_aws.outages import Outages


def aws(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"done"]


def signed(region: str, service: str = "ec2") -> dict[str, Any]:
    credential = f"Credential=test/20250101/{region}/{service}/aws4_request"
    return {"HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {credential}, Signature=abc"}


def ask(outages: Outages, environ: dict[str, Any]) -> tuple[str, bytes]:
    statuses: list[str] = []

    def start_response(status: str, _headers: object, _: object = None) -> Any:
        statuses.append(status)

    body = b"".join(outages(environ, start_response))
    (status,) = statuses
    return status, body


@pytest.fixture
def outages() -> Outages:
    """An AWS with us-west-2 lost."""
    new = Outages(aws)
    new.lost.add("us-west-2")
    return new


def test_nothing_is_lost_at_first() -> None:
    assert ask(Outages(aws), signed("us-west-2")) == ("200 OK", b"done")


@pytest.mark.parametrize("service", ["ec2", "s3", "sts", "dynamodb"])
def test_a_lost_region_answers_nobody(outages: Outages, service: str) -> None:
    status, body = ask(outages, signed("us-west-2", service))
    assert status == "521 Region Lost"
    assert b"RegionLost" in body
    assert f"us-west-2 is lost, and {service} there with it".encode() in body


def test_another_region_goes_on(outages: Outages) -> None:
    assert ask(outages, signed("us-east-1")) == ("200 OK", b"done")


def test_what_is_not_signed_goes_on(outages: Outages) -> None:
    assert ask(outages, {}) == ("200 OK", b"done")


def test_a_presigned_address_is_lost_too(outages: Outages) -> None:
    credential = "X-Amz-Credential=test%2F20250101%2Fus-west-2%2Fs3%2Faws4_request"
    assert ask(outages, {"QUERY_STRING": credential})[0] == "521 Region Lost"


def test_a_region_that_is_back_answers(outages: Outages) -> None:
    outages.lost.discard("us-west-2")
    assert ask(outages, signed("us-west-2")) == ("200 OK", b"done")
