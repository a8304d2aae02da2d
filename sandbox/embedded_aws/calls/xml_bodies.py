"""Parses XML bodies of the rest-xml protocol.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from sandbox.embedded_aws.calls.call import Refusal
from sandbox.embedded_aws.calls.models import Shape
from sandbox.embedded_aws.calls.scalars import from_text


def read_xml(shape: Shape, body: bytes, root: str) -> Any:
    """The body's values by member name; whatever `shape` does not define keeps its element's name.

    root: the required name of the root element.
    Raises Refusal if it is not XML, or has another root.
    """
    try:
        element = fromstring(body)  # noqa: S314 # from this machine, and expat bounds expansion
    except ParseError as error:
        raise Refusal("MalformedXML", f"the body is not XML: {error}") from None
    if _name(element) != root:
        raise Refusal("MalformedXML", f"the body is a {_name(element)}, not a {root}")
    return _value(shape, element)


def _value(shape: Shape, element: Element) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, element)
        case "list":
            member = shape.member
            return [_value(member, item) for item in element]
        case "map":
            return dict(_entry(shape, entry) for entry in element)
        case _:
            return from_text(shape, element.text or "")


def _structure(shape: Shape, element: Element) -> dict[str, Any]:
    read: dict[str, Any] = {}
    children: dict[str, list[Element]] = {}
    for child in element:
        children.setdefault(_name(child), []).append(child)
    for name, member in shape.members.items():
        given = member.serialization.get("name", name)
        if member.serialization.get("xmlAttribute"):
            attributes = {_local(key): value for key, value in element.attrib.items()}
            if (value := attributes.get(given.rpartition(":")[2])) is not None:
                read[name] = from_text(member, value)
        elif member.type_name == "list" and _is_flat(member):
            item = member.member
            given = (
                given if "name" in member.serialization else item.serialization.get("name", name)
            )
            if these := children.pop(given, None):
                read[name] = [_value(item, one) for one in these]
        elif "location" not in member.serialization and (these := children.get(given)):
            read[name] = _value(member, these.pop(0))
            if these:
                read[f"{given} (again)"] = these[0].text
                these.clear()
    return {**read, **{name: these[0].text for name, these in children.items() if these}}


def _entry(shape: Shape, entry: Element) -> tuple[str, Any]:
    key, value = shape.key, shape.value
    parts = {_name(part): part for part in entry}
    named = parts.get(key.serialization.get("name", "key"), Element("key"))
    said = parts.get(value.serialization.get("name", "value"), Element("value"))
    return named.text or "", _value(value, said)


def _is_flat(member: Shape) -> bool:
    """Whether a list's items appear directly in place of the list."""
    return bool(member.serialization.get("flattened"))


def _name(element: Element) -> str:
    return _local(element.tag)


def _local(name: str) -> str:
    """A name without its namespace, which ElementTree prepends in braces."""
    return name.rpartition("}")[2]
