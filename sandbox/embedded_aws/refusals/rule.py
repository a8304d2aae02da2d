"""What a rule is, and what a module of rules says."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.embedded_aws.calls import Call

Rule = Callable[[Call], None]
# By botocore's names of the service and the operation.
Rules = Mapping[tuple[str, str], tuple[Rule, ...]]


NO_SUCH_NAME = (
    "AWS accepts actions, resources and condition keys that do not exist; they never match. [Page]("
    "https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html)"
)
# What AWS takes of what a rule refuses.
STRICTER: dict[Rule, str] = {}


def stricter(taken: str) -> Callable[[Rule], Rule]:
    """Marks a rule that refuses what AWS takes, as it is hardly ever meant.

    taken: what AWS takes, with the page that says so.
    """

    def mark(rule: Rule) -> Rule:
        STRICTER[rule] = taken
        return rule

    return mark


def part(parameters: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The structure that a request has as the member of a member; empty where it has none."""
    found: Any = parameters
    for name in names:
        found = found.get(name) or {}
    return found
