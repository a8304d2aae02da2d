"""Reads arguments, rejecting whatever no rule of the model covers."""

import re
from typing import Any

from emitted import Json
from proof.route53.errors import UnknownToTheModelError

# Arguments that do not affect how Route 53 answers.
SILENT = {"//", "tags", "lifecycle", "triggers", "zone_id", "depends_on", "provider"}
REFERENCE = re.compile(r"\$\{(aws_\w+\.\w+)\.\w+\}")


def known(body: Json, *names: str) -> None:
    """Raises UnknownToTheModelError for an argument that no rule covers."""
    unknown = set(body) - SILENT - set(names)
    if unknown:
        raise UnknownToTheModelError(f"{', '.join(sorted(unknown))} of {_called(body)}")


def _called(body: Json) -> Any:
    """Its name in AWS, or else its construct path."""
    return body.get("name") or body.get("//", {}).get("metadata", {}).get("path", body)


def one_of(value: Any, allowed: Any, what: str) -> Any:
    """The value, which must be one of those allowed."""
    if value not in allowed:
        raise UnknownToTheModelError(f"{what} {value!r}: {allowed} are known")
    return value


def reference(text: str) -> str:
    """`aws_lb.load_balancer` from ${aws_lb.load_balancer.dns_name}."""
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise UnknownToTheModelError(f"{text} is no plain reference")
    return found[1]
