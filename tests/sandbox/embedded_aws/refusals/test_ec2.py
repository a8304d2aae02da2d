"""What EC2 refuses: security groups and launch templates."""

import base64
from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network, network
from tests.sandbox.embedded_aws.refusals.service import Service, unique

WRONG = "InvalidParameterValue"


def group(ec2: Service, vpc: str, **more: Any) -> str:
    asked = {"GroupName": unique(), "Description": "-", "VpcId": vpc, **more}
    return ec2.ok("create_security_group", **asked)["GroupId"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("GroupDescription", {"Description": "the load balancer's"}),
        ("GroupDescription", {"Description": "d" * 256}),
        ("GroupName", {"GroupName": "sg-web"}),
        ("GroupName", {"GroupName": "wéb"}),
    ],
)
def test_groups(ec2: Service, net: Network, said: str, wrong: dict[str, str]) -> None:
    asked = {"GroupName": unique(), "Description": "-", "VpcId": net.vpc, **wrong}
    ec2.refused("create_security_group", WRONG, said, **asked)
    group(ec2, net.vpc, Description="a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")


def permission(**more: Any) -> list[dict[str, Any]]:
    return [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, **more}]


def test_rules(ec2: Service, net: Network, refusing: EmbeddedAws) -> None:
    one = group(ec2, net.vpc)

    def refused(code: str, *said: str, of: list[dict[str, Any]]) -> None:
        for direction in ("ingress", "egress"):
            operation = f"authorize_security_group_{direction}"
            ec2.refused(operation, code, *said, GroupId=one, IpPermissions=of)

    def anywhere(description: str) -> list[dict[str, str]]:
        return [{"CidrIp": "0.0.0.0/0", "Description": description}]

    refused(WRONG, "users' browsers", of=permission(IpRanges=anywhere("users' browsers")))
    refused(WRONG, "portRange", of=permission(ToPort=65536, IpRanges=anywhere("-")))
    refused(WRONG, "portRange", of=permission(FromPort=81, IpRanges=anywhere("-")))
    far = network(refusing).group
    refused("InvalidGroup.NotFound", far, of=permission(UserIdGroupPairs=[{"GroupId": far}]))
    good = permission(IpRanges=anywhere("users"))
    ec2.ok("authorize_security_group_ingress", GroupId=one, IpPermissions=good)


def test_a_group_that_is_used_stays(ec2: Service, net: Network, refusing: EmbeddedAws) -> None:
    one, other, unused = group(ec2, net.vpc), group(ec2, net.vpc), group(ec2, net.vpc)
    pairs = permission(UserIdGroupPairs=[{"GroupId": one}])
    ec2.ok("authorize_security_group_ingress", GroupId=other, IpPermissions=pairs)
    ec2.refused("delete_security_group", "DependencyViolation", one, GroupId=one)
    Service(refusing, "elbv2").ok(
        "create_load_balancer", Name=unique(), Subnets=net.subnets, SecurityGroups=[other]
    )
    ec2.refused("delete_security_group", "DependencyViolation", other, GroupId=other)
    ec2.ok("delete_security_group", GroupId=unused)


def encoded(size: int) -> str:
    return base64.b64encode(b"#" * size).decode()


@pytest.mark.parametrize(
    ("code", "said", "data"),
    [
        (
            "InvalidUserData.Malformed",
            "limited to 16384 bytes, and has 16385",
            {"UserData": encoded(16385)},
        ),
        ("InvalidUserData.Malformed", "UserData", {"UserData": "#!/bin/bash"}),
        (
            "InvalidParameterCombination",
            "SecurityGroupIds",
            {"SecurityGroupIds": ["sg-1"], "NetworkInterfaces": [{"DeviceIndex": 0}]},
        ),
        (
            WRONG,
            "VolumeSize",
            {
                "BlockDeviceMappings": [
                    {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "VolumeSize": 0}}
                ]
            },
        ),
    ],
)
def test_templates(ec2: Service, code: str, said: str, data: dict[str, Any]) -> None:
    name = unique()
    ec2.refused(
        "create_launch_template", code, said, LaunchTemplateName=name, LaunchTemplateData=data
    )
    good = {"ImageId": "ami-12c6146b", "UserData": encoded(16384)}
    ec2.ok("create_launch_template", LaunchTemplateName=name, LaunchTemplateData=good)
    ec2.refused(
        "create_launch_template_version",
        code,
        said,
        LaunchTemplateName=name,
        LaunchTemplateData=data,
    )
