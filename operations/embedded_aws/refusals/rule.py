"""What a rule is, and what a module of rules says."""

from collections.abc import Callable, Mapping
from typing import Any

from operations.embedded_aws.calls import Call

Rule = Callable[[Call], None]
# By botocore's names of the service and the operation.
Rules = Mapping[tuple[str, str], tuple[Rule, ...]]


def part(parameters: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The structure that a request has as the member of a member; empty where it has none."""
    found: Any = parameters
    for name in names:
        found = found.get(name) or {}
    return found
