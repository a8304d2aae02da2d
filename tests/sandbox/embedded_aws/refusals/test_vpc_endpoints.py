"""What EC2 refuses: VPC endpoints."""

import json
from typing import Any

import pytest

from tests.sandbox.embedded_aws.refusals.conftest import Asked

S3 = {"ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway"}
SSM: dict[str, Any] = {
    "ServiceName": "com.amazonaws.us-east-1.ssm",
    "VpcEndpointType": "Interface",
    "PrivateDnsEnabled": True,
}


@pytest.fixture
def vpc(asked: Asked) -> str:
    made = asked("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    asked("ec2", "ModifyVpcAttribute", VpcId=made, EnableDnsHostnames={"Value": True})
    return made


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", "Principal": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_policies(asked: Asked, vpc: str) -> None:
    message = r"PolicyDocument: Statement\[0\].Action: 's3:GetObjekt': s3 has no such action"
    given = {**S3, "VpcId": vpc}
    bad = policy("s3:GetObjekt")
    code = asked.refused("ec2", "CreateVpcEndpoint", message, **given, PolicyDocument=bad)
    assert code == "InvalidPolicyDocument"
    made = asked("ec2", "CreateVpcEndpoint", **given, PolicyDocument=policy("s3:GetObject"))
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    changed = {"VpcEndpointId": endpoint, "PolicyDocument": bad}
    asked.refused("ec2", "ModifyVpcEndpoint", message, **changed)


def test_services(asked: Asked, vpc: str) -> None:
    for name, kind, message in (
        (
            "com.amazonaws.eu-west-1.s3",
            "Gateway",
            "ServiceName: .*eu-west-1.s3 is not of us-east-1",
        ),
        ("com.amazonaws.us-east-1.ssm", "Gateway", "VpcEndpointType: .*ssm has no gateway"),
    ):
        given = {"VpcId": vpc, "ServiceName": name, "VpcEndpointType": kind}
        asked.refused("ec2", "CreateVpcEndpoint", message, **given)


def test_subnets(asked: Asked, vpc: str) -> None:
    def subnet(place: int, zone: str) -> str:
        block = f"10.0.{place}.0/24"
        made = asked("ec2", "CreateSubnet", VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    one, two, other = subnet(0, "us-east-1a"), subnet(1, "us-east-1a"), subnet(2, "us-east-1b")
    given = {**SSM, "VpcId": vpc}
    message = "SubnetIds: 2 in the same zone us-east-1a"
    asked.refused("ec2", "CreateVpcEndpoint", message, **given, SubnetIds=[one, two])
    asked("ec2", "CreateVpcEndpoint", **given, SubnetIds=[one, other])
