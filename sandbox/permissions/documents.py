"""Least-privilege policies for a stack's deployer, from the permissions its deployment used."""

import json
from collections.abc import Iterable
from typing import Any

from emitted import Json
from sandbox.permissions.scopes import Needed, StatementScope, scopes
from terminal.errors import OperationError

# Without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
POLICY_CHARACTERS = 6144
POLICIES_OF_A_ROLE = 10

Statement = dict[str, Any]


def documents(stack: Json, needed: Iterable[Needed]) -> list[str]:
    """Policy documents that together allow exactly what was needed, each within IAM's size limit
    for a managed policy.

    stack: as emitted. Raises OperationError if a need fits no statement, or if a role cannot have
    that many policies.
    """
    found = _packed(statements(stack, needed))
    if len(found) > POLICIES_OF_A_ROLE:
        raise OperationError(
            f"{len(found)} policies are needed; a role has at most {POLICIES_OF_A_ROLE}"
        )
    return [text(of_one) for of_one in found]


def statements(stack: Json, needed: Iterable[Needed]) -> list[Statement]:
    """As `documents`, but as statements: one per set of resources."""
    everything = frozenset(needed)
    order = scopes(stack, everything)
    belongs: dict[str, set[Needed]] = {}
    for each in everything:
        scope = next((scope for scope in order if scope.has(each)), None)
        if scope is None:
            raise OperationError(f"{each.action} on {each.resource} belongs to no statement")
        belongs.setdefault(scope.sid, set()).add(each)
    return [_statement(scope, belongs[scope.sid]) for scope in order if scope.sid in belongs]


def text(of: Iterable[Statement]) -> str:
    """A policy document formatted for people."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(of)}, indent=2) + "\n"


def size(document: str) -> int:
    """Its length as IAM counts it."""
    return len("".join(document.split()))


def _statement(scope: StatementScope, needed: set[Needed]) -> Statement:
    used = [arn for arn in scope.resources if any(scope.covers(each, arn) for each in needed)]
    statement: Statement = {
        "Sid": scope.sid,
        "Effect": "Allow",
        "Action": sorted({each.action for each in needed}),
        "Resource": used if len(used) > 1 else used[0],
    }
    if scope.condition is not None:
        statement["Condition"] = dict(scope.condition)
    return statement


def _packed(found: list[Statement]) -> list[list[Statement]]:
    """Packs the statements in order, as many into each document as fit."""
    packed: list[list[Statement]] = [[]]
    for statement in (part for each in found for part in _parts(each)):
        if size(text([*packed[-1], statement])) > POLICY_CHARACTERS:
            packed.append([])
        packed[-1].append(statement)
    return packed


def _parts(statement: Statement) -> list[Statement]:
    """The statement, or several with parts of its actions if it is too long for one policy."""
    actions: list[str] = statement["Action"]
    if size(text([statement])) <= POLICY_CHARACTERS:
        return [statement]
    half = len(actions) // 2
    return [
        part
        for number, some in enumerate((actions[:half], actions[half:]), start=1)
        for part in _parts({**statement, "Sid": f"{statement['Sid']}{number}", "Action": some})
    ]
