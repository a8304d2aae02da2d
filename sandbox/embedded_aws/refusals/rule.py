"""What a rule is, and how a module lists its rules."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.embedded_aws.calls import Call

Rule = Callable[[Call], None]
# By botocore's names for the service and operation.
Rules = Mapping[tuple[str, str], tuple[Rule, ...]]


NO_SUCH_NAME = (
    "AWS accepts actions, resources and condition keys that do not exist; they never match. [Page]("
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html)"
)
# For each rule stricter than AWS: what AWS accepts.
STRICTER: dict[Rule, str] = {}


def stricter(taken: str) -> Callable[[Rule], Rule]:
    """Marks a rule that refuses something AWS accepts, because it is hardly ever intended.

    taken: what AWS accepts, with a link to the page that says so.
    """

    def mark(rule: Rule) -> Rule:
        STRICTER[rule] = taken
        return rule

    return mark


def part(parameters: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A nested structure of a request, by member names; empty if it is missing."""
    found: Any = parameters
    for name in names:
        found = found.get(name) or {}
    return found
