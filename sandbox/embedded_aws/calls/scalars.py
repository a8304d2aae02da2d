"""Parses single values in requests.

Leaves invalid ones unchanged, so that validation can report what they should have been.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from botocore.utils import (  # pyright: ignore[reportMissingTypeStubs]
    parse_timestamp,  # pyright: ignore[reportUnknownVariableType]
)

from sandbox.embedded_aws.calls.models import Shape

BOOLEANS = {"true": True, "false": False}


def from_text(shape: Shape, text: str) -> Any:
    """A value from a form, an XML element, an address or a header."""
    match shape.type_name:
        case "integer" | "long" | "short" | "byte":
            return _number(int, text)
        case "float" | "double":
            return _number(float, text)
        case "boolean":
            return BOOLEANS.get(text, text)
        case "timestamp":
            return _timestamp(text)
        case "blob":
            return _bytes(text)
        case _:
            return text


def from_json(shape: Shape, value: Any) -> Any:
    """A single value from a JSON body."""
    match shape.type_name, value:
        case "blob", str():
            return _bytes(value)
        case "timestamp", str() | int() | float():
            return _timestamp(value)
        case "float" | "double", int() if not isinstance(value, bool):
            return float(value)
        case _:
            return value


def _number(kind: type[int] | type[float], text: str) -> int | float | str:
    try:
        return kind(text)
    except ValueError:
        return text


def _timestamp(value: str | float) -> datetime | str | float:
    try:
        return parse_timestamp(value)
    except (ValueError, TypeError, OverflowError):
        return value


def _bytes(text: str) -> bytes | str:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text
