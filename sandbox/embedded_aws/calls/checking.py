"""Validates a parsed request against the model of its operation."""

from collections.abc import Iterator, Sequence, Sized
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NamedTuple, cast

from sandbox.embedded_aws.calls.models import Shape
from sandbox.embedded_aws.calls.patterns import matches

NUMBERS = {
    "integer": int,
    "long": int,
    "short": int,
    "byte": int,
    "float": float,
    "double": float,
}
OTHERS = {"boolean": bool, "blob": bytes, "timestamp": datetime, "string": str, "character": str}
SHOWN = 200
FEW = 30


class Violation(NamedTuple):
    """One violation of a model."""

    path: str
    """The member's path, such as Tags[0].Value."""
    value: str
    """As shown in the message; empty if the member is missing."""
    constraint: str
    """What the value must be, worded as in AWS's own messages."""
    kind: str
    """missing, unknown, type, length, range, enum or pattern."""
    shape: str
    """The model's name of the violated shape."""

    def __str__(self) -> str:
        value = f"'{self.value}'" if self.kind != "missing" else "null"
        return f"Value {value} at '{self.path}' failed to satisfy constraint: {self.constraint}"


def violations(shape: Shape | None, parameters: dict[str, Any]) -> list[Violation]:
    """Everything wrong with an operation's parameters. shape: that of its input, if any."""
    if shape is None:
        return [_unknown(name, value, "none") for name, value in parameters.items()]
    return list(_check(shape, parameters, ""))


def _check(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    match shape.type_name:
        case "structure" if shape.is_document_type:
            return
        case "structure":
            yield from _structure(shape, value, path)
        case "list":
            yield from _list(shape, value, path)
        case "map":
            yield from _map(shape, value, path)
        case _:
            yield from _scalar(shape, value, path)


def _structure(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if not isinstance(value, dict):
        yield _wrong(shape, value, path, "type", "Member must be a structure")
        return
    given = cast("dict[str, Any]", value)
    for name in shape.required_members:
        member = shape.members[name]
        if name not in given and not _unread(member):
            yield Violation(
                _below(path, name), "", "Member must not be null", "missing", member.name
            )
    for name, item in given.items():
        if name in shape.members:
            yield from _check(shape.members[name], item, _below(path, name))
        else:
            yield _unknown(_below(path, name), item, shape.name)
    if shape.metadata.get("union") and len(given) != 1:
        yield _wrong(shape, ", ".join(given), path, "type", "exactly one member must be set")


def _list(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if not isinstance(value, list):
        yield _wrong(shape, value, path, "type", "Member must be a list")
        return
    items = cast("list[Any]", value)
    yield from _size(shape, items, path)
    for at, item in enumerate(items):
        yield from _check(shape.member, item, f"{path}[{at}]")


def _map(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if not isinstance(value, dict):
        yield _wrong(shape, value, path, "type", "Member must be a map")
        return
    entries = cast("dict[str, Any]", value)
    yield from _size(shape, entries, path)
    for key, item in entries.items():
        yield from _check(shape.key, key, f"{path}.(key)")
        yield from _check(shape.value, item, f"{path}.{key}")


def _scalar(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if shape.type_name in NUMBERS:
        yield from _number(shape, value, path)
    elif not isinstance(value, OTHERS.get(shape.type_name, object)):
        yield _wrong(shape, value, path, "type", f"Member must be a {shape.type_name}")
    elif isinstance(value, str):
        yield from _string(shape, value, path)
    elif isinstance(value, bytes):
        yield from _size(shape, value, path)


def _number(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if not isinstance(value, NUMBERS[shape.type_name]) or isinstance(value, bool):
        yield _wrong(shape, value, path, "type", f"Member must be a number ({shape.type_name})")
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        constraint = f"Member must have value greater than or equal to {least}"
        yield _wrong(shape, value, path, "range", constraint)
    if most is not None and value > most:
        constraint = f"Member must have value less than or equal to {most}"
        yield _wrong(shape, value, path, "range", constraint)


def _string(shape: Shape, value: str, path: str) -> Iterator[Violation]:
    yield from _size(shape, value, path)
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield _wrong(shape, value, path, "enum", f"Member must satisfy {_enum(value, enum)}")
    pattern = shape.metadata.get("pattern")
    if pattern and not matches(pattern, value):
        constraint = f"Member must satisfy regular expression pattern: {pattern}"
        yield _wrong(shape, value, path, "pattern", constraint)


def _enum(value: str, enum: Sequence[str]) -> str:
    """The allowed values; if there are many, the closest matches."""
    if len(enum) <= FEW:
        return f"enum value set: [{', '.join(enum)}]"
    alike = get_close_matches(value, enum, n=5, cutoff=0)
    return f"enum value set of {len(enum)}, such as [{', '.join(alike)}]"


def _size(shape: Shape, value: Sized, path: str) -> Iterator[Violation]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        constraint = f"Member must have length greater than or equal to {least}"
        yield _wrong(shape, value, path, "length", constraint)
    if most is not None and len(value) > most:
        constraint = f"Member must have length less than or equal to {most}, not {len(value)}"
        yield _wrong(shape, value, path, "length", constraint)


def _wrong(shape: Shape, value: object, path: str, kind: str, constraint: str) -> Violation:
    shown = "(not shown)" if shape.metadata.get("sensitive") else _shown(value)
    return Violation(path, shown, constraint, kind, shape.name)


def _unknown(path: str, value: object, shape: str) -> Violation:
    return Violation(path, _shown(value), "Member must be one that is known", "unknown", shape)


def _shown(value: object) -> str:
    said = str(value)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unread(member: Shape) -> bool:
    """A body of any size, or part of the host name, which does not exist on loopback."""
    return "streaming" in member.serialization or "hostLabel" in member.serialization
