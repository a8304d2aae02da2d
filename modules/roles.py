"""IAM roles that AWS services assume, and what they may do."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from modules.iam import policy
from modules.module import Module


class ServiceRole(Module):
    """A role that one AWS service may assume.

    Args:
        name: At most 64 characters; unique in the account, since IAM is global.
        service: The service, such as lambda.amazonaws.com.
        description: What it is for.
        policy_name: Name of its inline policy; None lets Terraform generate one.
        statements: Statements of its inline policy, from `allow`; without any, it has no policy.
        on_behalf_of: For which of its resources, or accounts, the service may assume it, as a
            condition: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        service: str,
        description: str,
        policy_name: str | None = None,
        statements: Sequence[dict[str, Any]] = (),
        on_behalf_of: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id)
        trust: dict[str, Any] = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": service},
        }
        if on_behalf_of:
            trust["Condition"] = {"StringEquals": dict(on_behalf_of)}
        role = IamRole(
            self,
            "role",
            name=name,
            description=description,
            assume_role_policy=policy(trust),
        )
        self.name = role.name
        self.arn = role.arn
        self.policies = (
            [
                IamRolePolicy(
                    self, "policy", name=policy_name, role=self.name, policy=policy(*statements)
                )
            ]
            if statements
            else []
        )
        """What must be attached before the service does anything by it: its policy, if any."""
