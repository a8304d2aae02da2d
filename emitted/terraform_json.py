"""The emitted JSON's forms: resources by type, and the region of each provider."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


def of_type(resources: Json, kind: str) -> Iterator[tuple[str, Json]]:
    """A stack's resources of one type, by their address."""
    for name, body in resources.get(kind, {}).items():
        yield f"{kind}.{name}", body


def regions_of(stack: Json) -> dict[str, str]:
    """The region of each provider, by what a resource says in `provider`."""
    return {
        f"aws.{provider['alias']}" if "alias" in provider else "aws": provider["region"]
        for provider in stack["provider"]["aws"]
    }


def region_of(body: Json, regions: Mapping[str, str]) -> str:
    """Where a resource is."""
    return regions[body.get("provider", "aws")]
