"""Parses JSON bodies of the json and rest-json protocols.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from sandbox.embedded_aws.calls.call import Refusal
from sandbox.embedded_aws.calls.models import Shape
from sandbox.embedded_aws.calls.scalars import from_json


def read_json(shape: Shape, body: bytes) -> Any:
    """The body's values by member name; whatever `shape` does not define stays as it is.

    Raises Refusal if it is not JSON.
    """
    try:
        said = json.loads(body or b"{}")
    except ValueError as error:
        raise Refusal("SerializationException", f"the body is not JSON: {error}") from None
    return _value(shape, said)


def _value(shape: Shape, said: Any) -> Any:
    match shape.type_name, said:
        case _, None:
            return None
        case "structure", dict() if not shape.is_document_type:
            return _structure(shape, cast("dict[str, Any]", said))
        case "list", list():
            member = shape.member
            return [_value(member, item) for item in cast("list[Any]", said)]
        case "map", dict():
            value = shape.value
            return {key: _value(value, item) for key, item in cast("dict[str, Any]", said).items()}
        case _:
            return from_json(shape, said)


def _structure(shape: Shape, said: Mapping[str, Any]) -> dict[str, Any]:
    """Treats null as absent."""
    members = {
        member.serialization.get("name", name): name for name, member in shape.members.items()
    }
    read: dict[str, Any] = {}
    for given, value in said.items():
        name = members.get(given)
        if value is not None:
            read[name or given] = _value(shape.members[name], value) if name else value
    return read
