"""The instances' role: only EC2 may assume it, and it allows only Session Manager."""

import json

from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment

from tests.conftest import Region


def test_only_ec2_takes_the_role(region: Region) -> None:
    role = region.stack.resources(IamRole)["instance_role"]
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"


def test_session_manager_is_all_it_may_use(region: Region) -> None:
    attachment = region.stack.only(IamRolePolicyAttachment)
    assert attachment["policy_arn"] == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert attachment["role"] == "${aws_iam_role.instance_role.name}"
    own = region.stack.resources(IamRolePolicy).values()
    assert attachment["role"] not in {policy["role"] for policy in own}


def test_names_differ_between_regions(region: Region) -> None:
    """IAM has one namespace for all regions."""
    name = f"{region.environment.name}-{region.settings.region}-instance"
    assert region.stack.has(IamRole, name=name)
    assert region.stack.has(IamInstanceProfile, name=name)
    assert len(name) <= 64
