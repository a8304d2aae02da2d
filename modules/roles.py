"""IAM roles that AWS services assume, and what they may do."""

import json
from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct


class ServiceRole:
    """A role that one AWS service may assume.

    id: starts the logical ids. name: at most 64 characters; unique in the account, in which IAM is
    one for all regions. statements: of its own policy, from `allow`; with none, it has no policy.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        service: str,
        description: str,
        statements: Sequence[dict[str, Any]] = (),
    ) -> None:
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": service},
        }
        role = IamRole(
            scope,
            f"{id}_role",
            name=name,
            description=description,
            assume_role_policy=_policy([trust]),
        )
        self.name = role.name
        self.arn = role.arn
        self.policy = (
            IamRolePolicy(
                scope, f"{id}_policy", name=id, role=role.name, policy=_policy(statements)
            )
            if statements
            else None
        )


def allow(*actions: str, on: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """A statement that allows these actions on one resource."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    return statement if condition is None else {**statement, "Condition": condition}


def _policy(statements: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
