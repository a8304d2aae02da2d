"""What EC2 Auto Scaling refuses."""

from typing import Any

import pytest

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network, network
from tests.sandbox.embedded_aws.refusals.service import Service, unique

WRONG = "ValidationError"
IMAGE = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}


@pytest.fixture(scope="module")
def scaling(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "autoscaling")


def template(ec2: Service, **data: Any) -> dict[str, str]:
    name = unique()
    ec2.ok("create_launch_template", LaunchTemplateName=name, LaunchTemplateData=data or IMAGE)
    return {"LaunchTemplateName": name, "Version": "$Latest"}


def group(ec2: Service, net: Network, **more: Any) -> dict[str, Any]:
    asked = {
        "AutoScalingGroupName": unique(),
        "LaunchTemplate": template(ec2),
        "MinSize": 1,
        "MaxSize": 3,
        "DesiredCapacity": 1,
        "VPCZoneIdentifier": ",".join(net.subnets),
    }
    return {**asked, **more}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("AutoScalingGroupName", {"AutoScalingGroupName": "my:auto"}),
        ("MaxSize", {"MinSize": 4, "DesiredCapacity": 4}),
        ("MaxSize", {"MinSize": -1}),
        ("DesiredCapacity", {"DesiredCapacity": 4}),
        ("DesiredCapacity", {"DesiredCapacity": 0}),
        ("HealthCheckType", {"HealthCheckType": "HTTP"}),
        ("HealthCheckGracePeriod", {"HealthCheckGracePeriod": -1}),
        ("VPCZoneIdentifier", {"VPCZoneIdentifier": "subnet-1"}),
        ("LaunchTemplate", {"LaunchTemplate": {"LaunchTemplateName": "nothing"}}),
        ("TargetGroupARNs", {"TargetGroupARNs": ["arn:aws:elasticloadbalancing:x"]}),
    ],
)
def test_groups(
    scaling: Service, ec2: Service, net: Network, said: str, wrong: dict[str, Any]
) -> None:
    scaling.refused("create_auto_scaling_group", WRONG, said, **group(ec2, net, **wrong))


def test_a_name_is_of_one(scaling: Service, ec2: Service, net: Network) -> None:
    asked = group(ec2, net)
    scaling.ok("create_auto_scaling_group", **asked)
    name = asked["AutoScalingGroupName"]
    scaling.refused("create_auto_scaling_group", "AlreadyExists", name, **asked)


@pytest.mark.parametrize(
    ("said", "data"),
    [
        ("InstanceType", {"ImageId": "ami-12c6146b"}),
        ("ImageId", {"InstanceType": "t3.micro"}),
        ("iamInstanceProfile", {**IMAGE, "IamInstanceProfile": {"Name": "nobody"}}),
        (
            "iamInstanceProfile",
            {
                **IMAGE,
                "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/nobody"},
            },
        ),
        ("SecurityGroupIds", {**IMAGE, "SecurityGroupIds": ["sg-1"]}),
    ],
)
def test_templates(
    scaling: Service, ec2: Service, net: Network, said: str, data: dict[str, Any]
) -> None:
    asked = group(ec2, net, LaunchTemplate=template(ec2, **data))
    scaling.refused("create_auto_scaling_group", WRONG, "launch template", said, **asked)


def test_security_groups_and_target_groups_are_of_the_vpc(
    scaling: Service, ec2: Service, net: Network, refusing: EmbeddedAws
) -> None:
    far, elb = network(refusing), Service(refusing, "elbv2")

    def targets(vpc: str) -> str:
        asked = {"Name": unique(), "Protocol": "HTTP", "Port": 80, "VpcId": vpc}
        return elb.ok("create_target_group", **asked)["TargetGroups"][0]["TargetGroupArn"]

    for said, more in (
        (
            "different networks",
            {"LaunchTemplate": template(ec2, **IMAGE, SecurityGroupIds=[far.group])},
        ),
        (far.vpc, {"TargetGroupARNs": [targets(far.vpc)]}),
    ):
        scaling.refused("create_auto_scaling_group", WRONG, said, **group(ec2, net, **more))
    good = template(ec2, **IMAGE, SecurityGroupIds=[net.group])
    asked = group(ec2, net, LaunchTemplate=good, TargetGroupARNs=[targets(net.vpc)])
    scaling.ok("create_auto_scaling_group", **asked)


def test_a_group_that_is(scaling: Service, ec2: Service, net: Network) -> None:
    asked = group(ec2, net)
    name = {"AutoScalingGroupName": asked["AutoScalingGroupName"]}
    scaling.ok("create_auto_scaling_group", **asked)

    def refused(operation: str, said: str, code: str = WRONG, **more: Any) -> None:
        scaling.refused(operation, code, said, **name, **more)

    refused("set_desired_capacity", "above max value 3", DesiredCapacity=4)
    refused("set_desired_capacity", "below min value 1", DesiredCapacity=0)
    scaling.ok("set_desired_capacity", **name, DesiredCapacity=3, HonorCooldown=False)
    refused("update_auto_scaling_group", "MaxSize", MaxSize=0)
    refused("update_auto_scaling_group", "DesiredCapacity", DesiredCapacity=5)
    scaling.ok("update_auto_scaling_group", **name, MaxSize=4)
    refused("enable_metrics_collection", "Granularity", Granularity="5Minutes")
    refused("delete_auto_scaling_group", name["AutoScalingGroupName"], "ResourceInUse")
    scaling.ok("delete_auto_scaling_group", **name, ForceDelete=True)
    refused("set_desired_capacity", "name not found", DesiredCapacity=1)


def test_policies_are_whole(scaling: Service, ec2: Service, net: Network) -> None:
    asked = group(ec2, net)
    scaling.ok("create_auto_scaling_group", **asked)
    cpu = {"PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"}}
    requests = {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": "app/a/1/targetgroup/b/2",
    }

    def policy(**tracking: Any) -> dict[str, Any]:
        return {
            "AutoScalingGroupName": asked["AutoScalingGroupName"],
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingConfiguration": tracking,
        }

    for said, tracking in (
        ("TargetValue", {**cpu, "TargetValue": 0}),
        ("metric specification", {"TargetValue": 50}),
        ("ResourceLabel", {"PredefinedMetricSpecification": requests, "TargetValue": 50}),
    ):
        scaling.refused("put_scaling_policy", WRONG, said, **policy(**tracking))
    scaling.ok("put_scaling_policy", **policy(**cpu, TargetValue=50))
