"""Parses form bodies of the query and ec2 protocols, such as Tags.member.1.Key=Owner.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.embedded_aws.calls.models import Shape
from sandbox.embedded_aws.calls.scalars import from_text


@dataclass
class Node:
    """One segment of a parameter name: its value until taken, and the segments below it."""

    value: str | None = None
    below: "dict[str, Node]" = field(default_factory=dict[str, "Node"])

    def take(self) -> str:
        """Takes the value, which then counts as read."""
        value, self.value = self.value, None
        return value or ""

    def items(self) -> "Iterator[Node]":
        """The nodes below with numeric names, in order."""
        for number in sorted(int(part) for part in self.below if part.isdecimal()):
            yield self.below[str(number)]

    def untaken(self, name: str = "") -> Iterator[tuple[str, str]]:
        """The values that were not taken, by full name."""
        if self.value is not None:
            yield name, self.value
        for part, below in self.below.items():
            yield from below.untaken(f"{name}.{part}" if name else part)


def read_form(shape: Shape, form: Mapping[str, str], *, ec2: bool) -> dict[str, Any]:
    """The form's values by member name; whatever `shape` does not define keeps its form name.

    ec2: whether the form uses the ec2 protocol, which names parameters differently.
    """
    root = Node()
    for name, value in form.items():
        node = root
        for part in name.split("."):
            node = node.below.setdefault(part, Node())
        node.value = value
    read = _structure(shape, root, ec2)
    return {**read, **dict(root.untaken())}


def _value(shape: Shape, node: Node, ec2: bool) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, node, ec2)
        case "list":
            return _list(shape, node, ec2)
        case "map":
            return _map(shape, node, ec2)
        case _:
            return from_text(shape, node.take())


def _structure(shape: Shape, node: Node, ec2: bool) -> dict[str, Any]:
    named = {name: _name(member, name, ec2) for name, member in shape.members.items()}
    return {
        name: _value(shape.members[name], node.below[given], ec2)
        for name, given in named.items()
        if given in node.below
    }


def _name(member: Shape, name: str, ec2: bool) -> str:
    given = member.serialization
    if ec2:
        called = given.get("name", name)
        return given.get("queryName", called[0].upper() + called[1:])
    if member.type_name == "list" and given.get("flattened"):
        of_items = member.member.serialization
        return of_items.get("name", given.get("name", name))
    return given.get("name", name)


def _list(shape: Shape, node: Node, ec2: bool) -> list[Any]:
    member = shape.member
    node.take()  # an empty list is sent as an empty value
    if not ec2 and not shape.serialization.get("flattened"):
        node = node.below.get(member.serialization.get("name", "member"), Node())
    return [_value(member, item, ec2) for item in node.items()]


def _map(shape: Shape, node: Node, ec2: bool) -> dict[str, Any]:
    key, value = shape.key, shape.value
    entries = node if shape.serialization.get("flattened") else node.below.get("entry", Node())
    read: dict[str, Any] = {}
    for entry in entries.items():
        named = entry.below.get(key.serialization.get("name", "key"), Node()).take()
        said = entry.below.get(value.serialization.get("name", "value"), Node())
        read[named] = _value(value, said, ec2)
    return read
