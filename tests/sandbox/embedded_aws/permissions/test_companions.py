"""What an operation needs besides its own action."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.companions import companions
from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.embedded_aws.permissions.roles import TRUST, Role, allow

REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/control"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1-2"
LINKED = "iam:CreateServiceLinkedRole"
CASES: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("sns", "CreateTopic", {"Name": "a"}, set()),
    ("sns", "CreateTopic", {"Name": "a", "Tags": [{"Key": "b"}]}, {"sns:TagResource"}),
    ("iam", "CreateInstanceProfile", {"Tags": [{}]}, {"iam:TagInstanceProfile"}),
    ("sqs", "CreateQueue", {"QueueName": "a", "tags": {"b": "c"}}, {"sqs:TagQueue"}),
    ("ec2", "CreateVpc", {"TagSpecifications": [{}]}, {"ec2:CreateTags"}),
    ("ec2", "CreateTags", {"Tags": [{}]}, {"ec2:CreateTags"}),
    ("lambda", "CreateFunction", {"FunctionName": "a", "Role": ROLE}, {"iam:PassRole"}),
    ("events", "PutTargets", {"Targets": [{"Id": "1"}]}, set()),
    ("events", "PutTargets", {"Targets": [{"Id": "1", "RoleArn": ROLE}]}, {"iam:PassRole"}),
    (
        "ec2",
        "CreateFlowLogs",
        {"LogDestinationType": "s3"},
        {"logs:CreateLogDelivery", "logs:DeleteLogDelivery"},
    ),
    ("elbv2", "CreateTargetGroup", {}, {"ec2:DescribeInternetGateways", "ec2:DescribeVpcs"}),
    ("rds", "CreateDBInstance", {"DBInstanceIdentifier": "a"}, {LINKED}),
    (
        "rds",
        "CreateDBCluster",
        {"DBClusterIdentifier": "a", "KmsKeyId": KEY, "Tags": [{"Key": "b"}]},
        {LINKED, "kms:CreateGrant", "kms:DescribeKey", "rds:AddTagsToResource"},
    ),
    (
        "rds",
        "CreateDBInstance",
        {"DBInstanceIdentifier": "a", "MonitoringRoleArn": ROLE, "KmsKeyId": "alias/aws/rds"},
        {LINKED, "iam:PassRole"},
    ),
    ("secretsmanager", "CreateSecret", {"Name": "a"}, set()),
    (
        "secretsmanager",
        "CreateSecret",
        {"Name": "a", "KmsKeyId": KEY, "AddReplicaRegions": [{"Region": "eu-west-1"}]},
        {
            "kms:Decrypt",
            "kms:GenerateDataKey",
            "secretsmanager:ReplicateSecretToRegions",
        },
    ),
    ("s3", "PutObject", {"Bucket": "a", "Key": "b", "IfNoneMatch": "*"}, set()),
    ("s3", "DeleteObject", {"Bucket": "a", "Key": "b", "IfMatch": '"c"'}, {"s3:GetObject"}),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    CASES,
    ids=[f"{service}-{operation}-{at}" for at, (service, operation, *_) in enumerate(CASES)],
)
def test_the_actions(
    service: str, operation: str, parameters: dict[str, Any], expected: set[str]
) -> None:
    call = Call(service, operation, REGION, ACCOUNT, "ASIA", parameters)
    found = {need.action for need in companions(call)}
    assert found == expected - {f"{service}:{operation}"}


def test_tagging_a_new_database_is_of_the_database_alone() -> None:
    """Its parameter and subnet groups are in the request as well."""
    asked = {
        "DBInstanceIdentifier": "a",
        "DBParameterGroupName": "b",
        "DBSubnetGroupName": "c",
        "Tags": [{"Key": "d"}],
    }
    call = Call("rds", "CreateDBInstance", REGION, ACCOUNT, "ASIA", asked)
    tagged = [each.resource for each in companions(call) if each.action == "rds:AddTagsToResource"]
    assert tagged == [f"arn:aws:rds:{REGION}:{ACCOUNT}:db:a"]


def test_tagging_a_replica_is_not_of_its_source() -> None:
    asked = {
        "DBInstanceIdentifier": "a",
        "SourceDBInstanceIdentifier": f"arn:aws:rds:ap-south-1:{ACCOUNT}:db:b",
        "Tags": [{"Key": "d"}],
    }
    call = Call("rds", "CreateDBInstanceReadReplica", REGION, ACCOUNT, "ASIA", asked)
    tagged = [each.resource for each in companions(call) if each.action == "rds:AddTagsToResource"]
    assert tagged == [f"arn:aws:rds:{REGION}:{ACCOUNT}:db:a"]


def test_reading_a_secret_needs_its_regions_key(aws: EmbeddedAws) -> None:
    here, there = REGION, "eu-west-1"
    keys = {
        region: aws.client("kms", region).create_key()["KeyMetadata"]["Arn"]
        for region in (here, there)
    }
    aws.client("secretsmanager", here).create_secret(
        Name="master",
        SecretString="x",
        KmsKeyId=keys[here],
        AddReplicaRegions=[{"Region": there, "KmsKeyId": keys[there]}],
    )
    reading = allow("secretsmanager:GetSecretValue")
    role = Role(aws, reading, allow("kms:Decrypt", on=keys[there]))
    secrets = role.client("secretsmanager", there)
    assert secrets.get_secret_value(SecretId="master")["SecretString"] == "x"
    with pytest.raises(ClientError, match="kms:Decrypt"):
        role.client("secretsmanager").get_secret_value(SecretId="master")


@pytest.fixture
def group(aws: EmbeddedAws) -> str:
    """An Auto Scaling group whose instances have a profile."""
    iam, ec2 = aws.client("iam", REGION), aws.client("ec2", REGION)
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": "ami-12c6146b",
            "InstanceType": "t3.micro",
            "IamInstanceProfile": {"Name": "web"},
        },
    )
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    aws.client("autoscaling", REGION).create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "1"},
        MinSize=0,
        MaxSize=2,
        VPCZoneIdentifier=subnet,
    )
    return "web"


def test_updating_a_group_needs_what_its_template_launches(aws: EmbeddedAws, group: str) -> None:
    """Setting its desired capacity does not."""
    own = allow("autoscaling:UpdateAutoScalingGroup", "autoscaling:SetDesiredCapacity")
    role = Role(aws, own)
    autoscaling = role.client("autoscaling")
    autoscaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=1)

    def update() -> None:
        autoscaling.update_auto_scaling_group(AutoScalingGroupName=group, MaxSize=2)

    with pytest.raises(ClientError, match="ec2:RunInstances"):
        update()
    role.put(own, allow("ec2:RunInstances"))
    with pytest.raises(ClientError, match=rf"iam:PassRole on resource: .*:role/{group}"):
        update()
    passing = allow("iam:PassRole", on=f"arn:aws:iam::{ACCOUNT}:role/{group}")
    role.put(own, allow("ec2:RunInstances"), passing)
    update()
