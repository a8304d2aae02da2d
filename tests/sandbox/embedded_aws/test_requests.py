"""Which service a request is for, and errors as each service's client reads them."""

from typing import Any

import pytest
from botocore.parsers import create_parser

from sandbox.embedded_aws.requests import Scope, error, scope

SIGNATURE = "SignedHeaders=host;x-amz-date, Signature=abc"


def header(service: str, region: str = "us-west-2") -> dict[str, Any]:
    credential = f"Credential=test/20250101/{region}/{service}/aws4_request"
    return {"HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {credential}, {SIGNATURE}"}


def answer(environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    got: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        got.extend([status, dict(headers)])

    body = b"".join(
        error(environ, start_response, status="521 Lost", code="Gone", message="a < b & c")
    )
    return got[0], got[1], body


def test_a_header_names_region_service_and_signer() -> None:
    assert scope(header("route53", "us-east-1")) == Scope("us-east-1", "route53", "test")


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_a_presigned_address_names_them_too(slash: str) -> None:
    credential = slash.join(["AKIA", "20250101", "eu-west-1", "s3", "aws4_request"])
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Expires=60"
    assert scope({"QUERY_STRING": query}) == Scope("eu-west-1", "s3", "AKIA")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTP_AUTHORIZATION": "Bearer abc"},
        {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=test/us-west-2/ec2"},
        {"QUERY_STRING": "region=us-west-2"},
    ],
)
def test_an_unsigned_request_is_for_nobody(environ: dict[str, Any]) -> None:
    assert scope(environ) is None


@pytest.mark.parametrize(
    ("environ", "protocol"),
    [
        (header("s3"), "rest-xml"),
        (header("ec2"), "ec2"),
        (header("sts"), "query"),
        (header("route53"), "rest-xml"),
        ({**header("dynamodb"), "HTTP_X_AMZ_TARGET": "DynamoDB.GetItem"}, "json"),
        ({**header("lambda"), "CONTENT_TYPE": "application/json"}, "rest-json"),
        ({**header("lambda"), "REQUEST_METHOD": "GET"}, "rest-json"),
    ],
)
def test_each_services_client_reads_the_error(environ: dict[str, Any], protocol: str) -> None:
    status, headers, body = answer(environ)
    assert status == "521 Lost"
    assert headers["Content-Length"] == str(len(body))
    response = {"status_code": 521, "headers": {}, "body": body}
    parsed = create_parser(protocol).parse(response, None)
    assert parsed["Error"]["Code"] == "Gone"
    assert parsed["Error"]["Message"] == "a < b & c"


@pytest.mark.parametrize(
    ("environ", "root"),
    [
        (header("s3"), b"<Error><Code>"),
        (header("ec2"), b"<Response><Errors><Error><Code>"),
        (header("sts"), b"<ErrorResponse><Error><Type>Sender</Type><Code>"),
        ({}, b"<Error><Code>"),
    ],
)
def test_each_services_xml_has_its_own_root(environ: dict[str, Any], root: bytes) -> None:
    _, headers, body = answer(environ)
    assert body.startswith(root)
    assert headers["Content-Type"] == "text/xml"


def test_a_rest_services_header_names_the_error() -> None:
    _, headers, _ = answer(header("lambda"))
    assert headers["x-amzn-errortype"] == "Gone"


def test_an_answer_to_head_has_no_body() -> None:
    _, headers, body = answer({**header("s3"), "REQUEST_METHOD": "HEAD"})
    assert (headers["Content-Length"], body) == ("0", b"")


def test_json_is_called_json() -> None:
    _, headers, _ = answer({"HTTP_X_AMZ_TARGET": "DynamoDB.GetItem"})
    assert headers["Content-Type"] == "application/json"
