"""The structure of the emitted JSON: resources by type, and each provider's region."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


def of_type(resources: Json, kind: str) -> Iterator[tuple[str, Json]]:
    """A stack's resources of one type, as (address, body)."""
    for name, body in resources.get(kind, {}).items():
        yield f"{kind}.{name}", body


def regions_of(stack: Json) -> dict[str, str]:
    """Each provider's region, by what resources put in `provider`."""
    return {
        f"aws.{provider['alias']}" if "alias" in provider else "aws": provider["region"]
        for provider in stack["provider"]["aws"]
    }


def region_of(body: Json, regions: Mapping[str, str]) -> str:
    """The region of a resource."""
    return regions[body.get("provider", "aws")]
