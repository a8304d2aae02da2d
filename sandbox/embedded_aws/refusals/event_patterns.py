"""The grammar of event patterns.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

COMPARISONS = frozenset({"<", "<=", "=", ">", ">="})
TEXTS = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})


def check(text: str) -> None:
    """Raises ValueError, with the field and the reason, if this is not a valid event pattern."""
    try:
        pattern: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(pattern, dict) or not pattern:
        raise ValueError("not an object with fields")
    _fields(cast("dict[str, Any]", pattern), "")


def _fields(pattern: Mapping[str, Any], where: str) -> None:
    for name, value in pattern.items():
        here = f"{where}.{name}" if where else name
        if name == "$or":
            if not isinstance(value, list) or not value:
                raise ValueError(f"{here}: not a list of patterns")
            for one in cast("list[Any]", value):
                _fields(one, here)
        elif isinstance(value, dict):
            if not value:
                raise ValueError(f"{here}: Empty objects are not allowed")
            _fields(cast("dict[str, Any]", value), here)
        elif not isinstance(value, list):
            raise ValueError(f"{here}: {value!r} must be an object or an array")
        else:
            _values(cast("list[Any]", value), here)


def _values(values: Sequence[Any], where: str) -> None:
    if not values:
        raise ValueError(f"{where}: Empty arrays are not allowed")
    for value in values:
        if isinstance(value, dict):
            _operator(cast("dict[str, Any]", value), where)
        elif isinstance(value, list):
            raise ValueError(f"{where}: an array in an array")  # noqa: TRY004 # of what is written


def _operator(given: Mapping[str, Any], where: str) -> None:
    if len(given) != 1:
        raise ValueError(f"{where}: {json.dumps(given)} is not one operator")
    ((name, operand),) = given.items()
    where = f"{where}: {name}"
    match name:
        case _ if name in TEXTS:
            right = isinstance(operand, str | dict)
        case "anything-but":
            right = operand is not None and operand not in ({}, [])
        case "exists":
            right = isinstance(operand, bool)
        case "cidr":
            right = _is_network(operand)
        case "numeric":
            right = _is_numeric(operand)
        case _:
            raise ValueError(f"{where}: Unrecognized match type")
    if not right:
        raise ValueError(f"{where}: not of {operand!r}")


def _is_network(operand: Any) -> bool:
    try:
        ipaddress.ip_network(operand)
    except ValueError:
        return False
    return isinstance(operand, str)


def _is_numeric(operand: Any) -> bool:
    if not isinstance(operand, list) or len(cast("list[Any]", operand)) not in (2, 4):
        return False
    listed = cast("list[Any]", operand)
    return set(listed[::2]) <= COMPARISONS and all(
        isinstance(number, int | float) for number in listed[1::2]
    )
