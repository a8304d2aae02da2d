"""What policies decide about a need.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from sandbox.embedded_aws.permissions.conditions import as_list, holds, pattern
from sandbox.embedded_aws.permissions.need import Need

Statement = Mapping[str, Any]


class Decision(Enum):
    """The verdict of a set of policies."""

    ALLOWED = "allowed"
    SILENT = "silent"
    """Nothing allows it, so it is denied unless another kind of policy allows it."""
    DENIED = "denied"
    """A statement denies it, which overrides every allow."""


def statements(document: Mapping[str, Any]) -> list[Statement]:
    """A policy document's statements; a single one may come without a list."""
    found: Statement | list[Statement] = document["Statement"]
    return found if isinstance(found, list) else [found]


def verdict(of: Iterable[Statement], need: Need, principals: frozenset[str] | None) -> Decision:
    """What these statements decide about the need.

    principals: the names by which a resource policy may refer to the caller; None for identity
    policies, which have no principal.
    """
    effects = {
        statement["Effect"]
        for statement in of
        if _is_meant(statement, principals) and applies(statement, need)
    }
    if "Deny" in effects:
        return Decision.DENIED
    return Decision.ALLOWED if "Allow" in effects else Decision.SILENT


def applies(statement: Statement, need: Need) -> bool:
    """Whether the statement covers this need, whatever its effect."""
    return (
        _names(statement, "Action", need.action, ignore_case=True)
        and _names(statement, "Resource", need.resource, ignore_case=False)
        and holds(statement.get("Condition", {}), need.context)
    )


def _names(statement: Statement, element: str, one: str, *, ignore_case: bool) -> bool:
    def among(patterns: Any) -> bool:
        return any(
            pattern(each.lower() if ignore_case else each).fullmatch(asked)
            for each in as_list(patterns)
        )

    asked = one.lower() if ignore_case else one
    if f"Not{element}" in statement:
        return not among(statement[f"Not{element}"])
    return among(statement[element])


def _is_meant(statement: Statement, principals: frozenset[str] | None) -> bool:
    if principals is None:
        return True
    named = _named(statement, "Principal")
    if "NotPrincipal" in statement:
        return not (_named(statement, "NotPrincipal") & principals)
    return bool(named & principals)


def _named(statement: Statement, element: str) -> set[str]:
    """The statement's AWS principals, without services."""
    principal: Any = statement.get(element, {})
    return {principal} if principal == "*" else set(as_list(principal.get("AWS", [])))
