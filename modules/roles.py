"""IAM roles that AWS services assume, and what they may do."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from modules.policies import policy


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
            assume_role_policy=policy(trust),
        )
        self.name = role.name
        self.arn = role.arn
        self.policy = (
            IamRolePolicy(
                scope, f"{id}_policy", name=id, role=role.name, policy=policy(*statements)
            )
            if statements
            else None
        )
