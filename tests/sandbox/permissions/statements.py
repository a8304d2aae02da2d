"""The statements of a stack's policies, and which of them are needed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Decision, verdict
from sandbox.permissions.scopes import Needed

DETAILS = ("iam:passedtoservice", "iam:awsservicename", "iam:policyarn")


def statements_of(policies: Mapping[str, str], stack: str) -> list[dict[str, Any]]:
    """The statements in all policies of a stack's deployer. policies: by file name."""
    return [
        statement
        for name, text in sorted(policies.items())
        if name.removesuffix(".json").rstrip("0123456789-") == stack
        for statement in json.loads(text)["Statement"]
    ]


def allows(statements: Iterable[Mapping[str, Any]], needed: Needed) -> bool:
    detail = dict.fromkeys(DETAILS, (needed.detail,)) if needed.detail else {}
    context = {"aws:requestedregion": (needed.region,), **detail}
    need = Need(needed.action, needed.resource, context)
    return verdict(statements, need, None) is Decision.ALLOWED


def unneeded_statements(
    policies: Mapping[str, str], stack: str, needed: Iterable[Needed]
) -> list[str]:
    """The statements that can be removed with everything needed still allowed."""
    statements, everything = statements_of(policies, stack), list(needed)
    assert all(allows(statements, each) for each in everything)
    return [
        statement["Sid"]
        for statement in statements
        if all(
            allows([other for other in statements if other is not statement], each)
            for each in everything
        )
    ]
