"""Reads IAM policy documents: who may do what."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, cast

from emitted import Json, texts


def allowed(statements: Iterable[Json]) -> Iterator[Json]:
    return (one for one in statements if one.get("Effect") == "Allow")


def denied(statements: Iterable[Json]) -> Iterator[Json]:
    return (one for one in statements if one.get("Effect") == "Deny")


def actions(statement: Json) -> list[str]:
    """The actions of a statement; all of them for NotAction."""
    return ["*"] if "NotAction" in statement else texts(statement.get("Action"))


def resources(statement: Json) -> list[str]:
    """The resources of a statement; all of them for NotResource."""
    return ["*"] if "NotResource" in statement else texts(statement.get("Resource"))


def covers(statement: Json, action: str) -> bool:
    """Whether a statement's patterns match an action; IAM ignores case."""
    return any(fnmatchcase(action.lower(), one.lower()) for one in actions(statement))


def principals(statement: Json) -> dict[str, list[str]]:
    """The principals by kind: Service, AWS, Federated. A bare `*` counts as AWS."""
    principal: Any = statement.get("Principal")
    if isinstance(principal, str):
        return {"AWS": [principal]}
    found = cast("dict[str, Any]", principal or {})
    return {kind: texts(who) for kind, who in found.items()}


def services(statement: Json) -> list[str]:
    return principals(statement).get("Service", [])


def for_everybody(statement: Json) -> bool:
    """Whether a statement applies to anybody at all."""
    return "*" in principals(statement).get("AWS", []) or "NotPrincipal" in statement


def allows(statements: Iterable[Json], action: str, service: str) -> bool:
    """Whether the statements allow a service to perform an action."""
    return any(covers(one, action) and service in services(one) for one in allowed(statements))


def conditions(statement: Json) -> dict[str, list[str]]:
    """Values by condition key in lower case, whatever the operator."""
    found: dict[str, list[str]] = {}
    operators: dict[str, dict[str, Any]] = statement.get("Condition") or {}
    for keys in operators.values():
        for key, values in keys.items():
            found.setdefault(key.lower(), []).extend(texts(values))
    return found
