"""Parses requests of the rest-json and rest-xml protocols: address, headers and body.

https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Mapping
from typing import Any

from moto.core.request import Request

from sandbox.embedded_aws.calls.json_bodies import read_json
from sandbox.embedded_aws.calls.models import Operation, Shape
from sandbox.embedded_aws.calls.scalars import from_text
from sandbox.embedded_aws.calls.xml_bodies import read_xml

# Query parameters that only label the operation or sign the request.
# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
NO_PARAMETERS = ("x-id", "x-amz-")


def streams(operation: Operation) -> bool:
    """Whether the body is a streaming parameter, such as an S3 object, which is not read."""
    payload = _payload(operation)
    return payload is not None and "streaming" in payload.serialization


def read_rest(
    operation: Operation, request: Request, labels: Mapping[str, str], body: bytes
) -> dict[str, Any]:
    """The request's values by member name; whatever the model does not define keeps its own name.

    labels: the parts of the address, by their names in the model. Raises Refusal for a malformed
    body.
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    query = {
        name: values
        for name, values in request.args.lists()
        if not name.lower().startswith(NO_PARAMETERS)
        and name not in operation.http_trait.query_args
    }
    read: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = _bound(member, member.serialization.get("name", name), request, labels, query)
        if value is not None:
            read[name] = value
    unknown = {name: values[0] for name, values in query.items()}
    return {**read, **unknown, **_body(operation, shape, body)}


def _bound(
    member: Shape,
    given: str,
    request: Request,
    labels: Mapping[str, str],
    query: dict[str, list[str]],
) -> Any:
    """The value of a member outside the body; removes from `query` what it reads there."""
    value: Any = None
    match member.serialization.get("location"):
        case "uri" if given in labels:
            value = from_text(member, labels[given])
        case "header" if given in request.headers:
            value = _header(member, request.headers[given])
        case "headers":
            value = _headers(given.lower(), request)
        case "querystring" if member.type_name == "map":
            value = {name: values[0] for name, values in query.items()}
            query.clear()
        case "querystring" if given in query:
            value = _query(member, query.pop(given))
        case _:
            pass
    return value


def _query(member: Shape, values: list[str]) -> Any:
    if member.type_name == "list":
        return [from_text(member.member, value) for value in values]
    return from_text(member, values[0])


def _headers(start: str, request: Request) -> dict[str, str] | None:
    """All headers with this prefix, by the rest of their names."""
    named = {key.lower(): value for key, value in request.headers.items()}
    found = {key: value for key, value in named.items() if key.startswith(start)}
    return {key.removeprefix(start): value for key, value in found.items()} or None


def _header(member: Shape, value: str) -> Any:
    if member.type_name == "list":
        return [from_text(member.member, part.strip()) for part in value.split(",")]
    return from_text(member, value)


def _body(operation: Operation, shape: Shape, body: bytes) -> dict[str, Any]:
    if not body or streams(operation):
        return {}
    is_xml = operation.service_model.protocol == "rest-xml"
    payload = _payload(operation)
    if payload is None:
        root = shape.serialization.get("name", shape.name)
        return read_xml(shape, body, root) if is_xml else read_json(shape, body)
    name = shape.serialization["payload"]
    if payload.type_name == "blob":
        return {name: body}
    if payload.type_name == "string":
        return {name: body.decode(errors="replace")}
    root = payload.serialization.get("name", payload.name)
    return {name: read_xml(payload, body, root) if is_xml else read_json(payload, body)}


def _payload(operation: Operation) -> Shape | None:
    """The member that makes up the whole body."""
    shape = operation.input_shape
    if shape is None or "payload" not in shape.serialization:
        return None
    return shape.members[shape.serialization["payload"]]
