"""Compares what a policy grants with what was needed."""

from collections.abc import Iterable
from typing import Any

from sandbox.embedded_aws.permissions.conditions import pattern

Grant = tuple[str, str]
"""An action, and the ARN or * that it is granted on."""


def grants(statements: Iterable[dict[str, Any]]) -> list[Grant]:
    """Everything that the statements allow."""
    found: list[Grant] = []
    for statement in statements:
        on = statement["Resource"]
        arns = [on] if isinstance(on, str) else on
        found += [(action, arn) for action in statement["Action"] for arn in arns]
    return found


def unneeded(granted: Iterable[Grant], needs: Iterable[list[str]]) -> list[Grant]:
    """Those that nothing needed. needs: as the embedded AWS tells them of a role."""
    needed = {(one[0], one[1]) for one in needs}
    return [
        (action, arn)
        for action, arn in granted
        if not any(action == each and pattern(arn).fullmatch(on) for each, on in needed)
    ]
