"""The instances' IAM identity: what Session Manager and the application need, and nothing more."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from modules.module import Module
from modules.roles import ServiceRole

# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
SESSION_MANAGER_POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


class InstanceProfile(Module):
    """A role for EC2. Its name contains the region, because IAM is global.

    Args:
        name: Start of the role's and the profile's names.
        statements: What the application may do.
        uses: What the statements are about, in words.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        statements: Sequence[dict[str, Any]] = (),
        uses: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        role = ServiceRole(
            self,
            "instance",
            name=f"{name}-instance",
            service="ec2.amazonaws.com",
            description="Web instances: Session Manager"
            + (f", and {' and '.join(uses)}" if uses else " only"),
            policy_name="application",
            statements=statements,
        )
        IamRolePolicyAttachment(
            self, "session_manager_policy", role=role.name, policy_arn=SESSION_MANAGER_POLICY
        )
        self.arn = IamInstanceProfile(
            self, "instance_profile", name=f"{name}-instance", role=role.name
        ).arn
