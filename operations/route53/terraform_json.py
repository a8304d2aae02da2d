"""The emitted JSON's forms: resources by type, references, the region of each provider."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from operations.route53.errors import UnknownToTheModelError

Json = Mapping[str, Any]
# What says nothing of how Route 53 answers.
SILENT = {"//", "tags", "lifecycle", "triggers", "zone_id", "depends_on", "provider"}
REFERENCE = re.compile(r"\$\{(aws_\w+\.\w+)\.\w+\}")


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


def known(body: Json, *names: str) -> None:
    """Raises UnknownToTheModelError for an argument that no rule covers."""
    unknown = set(body) - SILENT - set(names)
    if unknown:
        raise UnknownToTheModelError(f"{', '.join(sorted(unknown))} of {_called(body)}")


def _called(body: Json) -> Any:
    """The name that AWS knows it by, or else where the code makes it."""
    return body.get("name") or body.get("//", {}).get("metadata", {}).get("path", body)


def one_of(value: Any, allowed: Any, what: str) -> Any:
    """A value that Route 53 allows there."""
    if value not in allowed:
        raise UnknownToTheModelError(f"{what} {value!r}: {allowed} are known")
    return value


def reference(text: str) -> str:
    """`aws_lb.load_balancer` of ${aws_lb.load_balancer.dns_name}."""
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise UnknownToTheModelError(f"{text} is no plain reference")
    return found[1]
