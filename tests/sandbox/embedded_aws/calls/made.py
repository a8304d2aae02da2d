"""Requests generated from AWS's own models: any operation, with valid parameters."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from botocore.awsrequest import prepare_request_dict
from botocore.serialize import create_serializer
from moto.core.utils import get_service_model
from werkzeug.test import EnvironBuilder

from sandbox.embedded_aws.calls.models import Operation, Shape
from sandbox.embedded_aws.calls.patterns import matches

WHEN = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
WORDS = (
    "a",
    "abc-123",
    "example.net",
    "1",
    "123456789012",
    "arn:aws:iam::123456789012:role/web",
    "arn:aws:acm:us-east-1:123456789012:certificate/0a1b",
    "arn:aws:kms:us-east-1:123456789012:key/0a1b",
    "arn:aws:lambda:us-east-1:123456789012:function:web",
    "arn:aws:lambda:us-east-1:123456789012:layer:web:1",
    "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0",
    "arn:aws:sns:us-east-1:123456789012:web",
    "0a1b2c3d-0000-0000-0000-000000000000",
    "/a",
    "2026-11-28",
    "us-east-1",
)


class NoValue(Exception):  # noqa: N818 # not an error
    """No candidate value matches a pattern."""


def values(shape: Shape) -> Any:
    """A value that the shape allows: only required members, or one member if none is required."""
    least = int(shape.metadata.get("min") or 0)
    match shape.type_name:
        case "structure":
            made: Any = _members(shape)
        case "list":
            made = [values(shape.member)] * max(1, least)
        case "map":
            made = {values(shape.key): values(shape.value)}
        case "integer" | "long":
            made = max(1, least)
        case "float" | "double":
            made = float(max(1, least))
        case "boolean":
            made = True
        case "timestamp":
            made = WHEN
        case "blob":
            made = b"\x00" * max(1, least)
        case _:
            made = _word(shape, least)
    return made


def _members(shape: Shape) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, member in shape.members.items():
        needed = name in shape.required_members
        if needed or (member.type_name not in {"structure", "list", "map"} and not made):
            try:
                made[name] = values(member)
            except NoValue:
                if needed:
                    raise
        if shape.metadata.get("union") and made:
            break
    return made


def _word(shape: Shape, least: int) -> str:
    if enum := shape.metadata.get("enum"):
        return enum[0]
    most, pattern = int(shape.metadata.get("max") or 10**6), shape.metadata.get("pattern")
    for word in (*WORDS, "a" * least, "1" * least):
        if least <= len(word) <= most and (pattern is None or matches(pattern, word)):
            return word
    raise NoValue


def broken(shape: Shape, good: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each single way to make valid parameters invalid: the member, the kind of violation, the
    parameters."""
    for name, member in shape.members.items():
        if "location" in member.serialization or "streaming" in member.serialization:
            continue  # changes the address, or is not read
        if name in shape.required_members:
            yield name, "missing", {key: value for key, value in good.items() if key != name}
        for kind, wrong in _wrong(member):
            yield name, kind, {**good, name: wrong}


def _wrong(member: Shape) -> Iterator[tuple[str, Any]]:
    limits, of_text = member.metadata, member.type_name == "string"
    if of_text and "enum" in limits:
        yield "enum", "no such value"
    if of_text and limits.get("max", 10**6) < 10**5:
        yield "length", "a" * (limits["max"] + 1)
    if member.type_name == "integer" and "max" in limits:
        yield "range", limits["max"] + 1
    if member.type_name == "integer" and "min" in limits:
        yield "range", limits["min"] - 1
    if member.type_name == "integer":
        yield "type", "a word"


def request(operation: Operation, parameters: dict[str, Any]) -> dict[str, Any]:
    """The WSGI environment of a signed request, as botocore writes it."""
    model = get_service_model(operation.service_model.service_name)
    serializer = create_serializer(model.resolved_protocol, include_validation=False)
    asked = serializer.serialize_to_request(parameters, model.operation_model(operation.name))
    prepare_request_dict(asked, "http://127.0.0.1:1", {})
    url = asked["url"].removeprefix("http://127.0.0.1:1")
    body = asked["body"]
    headers: dict[str, str] = {**asked["headers"], "Authorization": _signature(model)}
    environ = EnvironBuilder(
        method=asked["method"],
        path=url,
        headers=list(headers.items()),
        data=urlencode(body).encode() if isinstance(body, dict) else body,
    ).get_environ()
    environ["RAW_URI"] = environ["REQUEST_URI"] = url
    return environ


def _signature(model: Any) -> str:
    signed = model.signing_name
    return f"AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/{signed}/aws4_request, Signature=a"


def operations(service: str) -> Iterator[Operation]:
    """All operations except deprecated ones and event streams."""
    model: Any = get_service_model(service)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if not operation.deprecated and not operation.has_event_stream_input:
            yield operation
