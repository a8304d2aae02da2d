"""What the AWS provider's schema offers to a user."""

from typing import Any

META_ARGUMENTS = {"//", "depends_on", "lifecycle", "provider"}
SECTIONS = {"resource": "resource_schemas", "data": "data_source_schemas"}


def unknown_arguments_of(stack: dict[str, Any], provider_schema: dict[str, Any]) -> list[str]:
    """The arguments of a stack that the schema does not offer to a user."""
    return [
        problem
        for section, schemas in SECTIONS.items()
        for kind, found in stack.get(section, {}).items()
        for body in found.values()
        for problem in unknown_arguments(body, provider_schema[schemas][kind]["block"], kind)
    ]


def unknown_arguments(body: dict[str, Any], block: dict[str, Any], path: str) -> list[str]:
    """The arguments of a block that the schema does not offer to a user."""
    problems = ["deprecated: " + path] if block.get("deprecated") else []
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    for key, value in body.items():
        here = f"{path}.{key}"
        if key in attributes:
            attribute = attributes[key]
            if attribute.get("deprecated"):
                problems.append(f"deprecated: {here}")
            if not (attribute.get("optional") or attribute.get("required")):
                problems.append(f"not to be set: {here}")
        elif key in blocks:
            for item in value if isinstance(value, list) else [value]:
                problems += unknown_arguments(item, blocks[key]["block"], here)
        elif key not in META_ARGUMENTS:
            problems.append(f"unknown: {here}")
    return problems
