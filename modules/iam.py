"""IAM policy documents."""

import json
from typing import Any


def allow(
    *actions: str,
    on: str | list[str],
    to: str | dict[str, Any] | None = None,
    condition: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A statement that allows these actions on one resource, or on each of several.

    Args:
        actions: Such as s3:GetObject.
        on: ARN of the resource, or several.
        to: Principal, in a resource policy; None in an identity policy.
        condition: When it applies; None for always.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    if to is not None:
        statement["Principal"] = to
    if condition is not None:
        statement["Condition"] = condition
    return statement


def tls_only(action: str, *, on: str | list[str]) -> dict[str, Any]:
    """A statement that denies this action to requests without TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": on,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def policy(*statements: dict[str, Any]) -> str:
    """A policy document of these statements, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
