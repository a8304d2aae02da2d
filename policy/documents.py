"""IAM policy documents: who may what."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, cast

from emitted import Json, texts


def allowed(statements: Iterable[Json]) -> Iterator[Json]:
    """The statements that allow something."""
    return (one for one in statements if one.get("Effect") == "Allow")


def denied(statements: Iterable[Json]) -> Iterator[Json]:
    """The statements that deny something."""
    return (one for one in statements if one.get("Effect") == "Deny")


def actions(statement: Json) -> list[str]:
    """What it allows or denies. Of NotAction, everything."""
    return ["*"] if "NotAction" in statement else texts(statement.get("Action"))


def resources(statement: Json) -> list[str]:
    """On what. Of NotResource, everything."""
    return ["*"] if "NotResource" in statement else texts(statement.get("Resource"))


def covers(statement: Json, action: str) -> bool:
    """Whether one of its patterns matches an action; IAM knows no case."""
    return any(fnmatchcase(action.lower(), one.lower()) for one in actions(statement))


def principals(statement: Json) -> dict[str, list[str]]:
    """Who, by kind: Service, AWS, Federated; `*` alone is AWS's everybody."""
    principal: Any = statement.get("Principal")
    if isinstance(principal, str):
        return {"AWS": [principal]}
    found = cast("dict[str, Any]", principal or {})
    return {kind: texts(who) for kind, who in found.items()}


def services(statement: Json) -> list[str]:
    """The AWS services among its principals."""
    return principals(statement).get("Service", [])


def for_everybody(statement: Json) -> bool:
    """Whether its principal is anybody at all."""
    return "*" in principals(statement).get("AWS", []) or "NotPrincipal" in statement


def allows(statements: Iterable[Json], action: str, service: str) -> bool:
    """Whether a service may do something."""
    return any(covers(one, action) and service in services(one) for one in allowed(statements))


def conditions(statement: Json) -> dict[str, list[str]]:
    """Each condition's key, in lower case, and its values, whatever the operator."""
    found: dict[str, list[str]] = {}
    operators: dict[str, dict[str, Any]] = statement.get("Condition") or {}
    for keys in operators.values():
        for key, values in keys.items():
            found.setdefault(key.lower(), []).extend(texts(values))
    return found
