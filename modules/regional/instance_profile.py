"""The instances' identity: what Session Manager needs, and nothing more."""

import json

from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
SESSION_MANAGER_POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"

EC2_MAY_ASSUME = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ec2.amazonaws.com"},
            }
        ],
    }
)


class InstanceProfile:
    """A role for EC2, named after the region too: IAM is one namespace for all regions."""

    def __init__(self, scope: Construct, *, name: str) -> None:
        role = IamRole(
            scope,
            "instance_role",
            name=f"{name}-instance",
            description="Web instances: Session Manager only",
            assume_role_policy=EC2_MAY_ASSUME,
        )
        IamRolePolicyAttachment(
            scope, "session_manager_policy", role=role.name, policy_arn=SESSION_MANAGER_POLICY
        )
        self.arn = IamInstanceProfile(
            scope, "instance_profile", name=f"{name}-instance", role=role.name
        ).arn
