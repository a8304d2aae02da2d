"""Probes an AWS for launch templates, Auto Scaling groups and their policies."""

import base64
from collections import Counter

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique

REGION = "us-east-1"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def template(aws: EmbeddedAws) -> str:
    """A launch template with its own tags, and tags for what it launches."""
    data = {
        "ImageId": "ami-12c6146b",
        "InstanceType": "t3.micro",
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "of", "Value": "instance"}]}
        ],
    }
    own = {"ResourceType": "launch-template", "Tags": [{"Key": "of", "Value": "template"}]}
    created = aws.client("ec2", REGION).create_launch_template(
        LaunchTemplateName=unique(), LaunchTemplateData=data, TagSpecifications=[own]
    )
    return created["LaunchTemplate"]["LaunchTemplateId"]


def templates_keep_their_own_tags_apart(aws: EmbeddedAws) -> bool:
    (version,) = aws.client("ec2", REGION).describe_launch_template_versions(
        LaunchTemplateId=template(aws)
    )["LaunchTemplateVersions"]
    kinds = [tags["ResourceType"] for tags in version["LaunchTemplateData"]["TagSpecifications"]]
    assert "instance" in kinds
    return kinds == ["instance"]


def templates_show_tags_added_later(aws: EmbeddedAws) -> bool:
    ec2, launch_template = aws.client("ec2", REGION), template(aws)
    ec2.create_tags(Resources=[launch_template], Tags=[{"Key": "added", "Value": "later"}])
    (read,) = ec2.describe_launch_templates(LaunchTemplateIds=[launch_template])["LaunchTemplates"]
    tags = {tag["Key"]: tag["Value"] for tag in read["Tags"]}
    assert tags["of"] == "template"
    return tags == {"of": "template", "added": "later"}


def group(aws: EmbeddedAws, launch_template: str, *, desired: int, version: str = "1") -> str:
    subnets = [one for one in default_subnets(aws, REGION) if one["AvailabilityZone"] in ZONES]
    name = unique()
    aws.client("autoscaling", REGION).create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateId": launch_template, "Version": version},
        MinSize=0,
        MaxSize=9,
        DesiredCapacity=desired,
        DefaultInstanceWarmup=60,
        VPCZoneIdentifier=",".join(subnet["SubnetId"] for subnet in subnets),
    )
    return name


def template_versions_have_user_data(aws: EmbeddedAws) -> bool:
    ec2, launch_template = aws.client("ec2", REGION), template(aws)
    script = base64.b64encode(b"#!/bin/bash\n").decode()
    ec2.create_launch_template_version(
        LaunchTemplateId=launch_template,
        LaunchTemplateData={
            "ImageId": "ami-12c6146b",
            "InstanceType": "t3.micro",
            "UserData": script,
        },
    )
    try:
        group(aws, launch_template, desired=1, version="2")
    except (ClientError, ResponseParserError):
        return False
    return True


def keep_default_instance_warmup(aws: EmbeddedAws) -> bool:
    name = group(aws, template(aws), desired=0)
    autoscaling = aws.client("autoscaling", REGION)
    (read,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
        "AutoScalingGroups"
    ]
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, DefaultInstanceWarmup=90)
    (later,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
        "AutoScalingGroups"
    ]
    return (read.get("DefaultInstanceWarmup"), later.get("DefaultInstanceWarmup")) == (60, 90)


def policy(aws: EmbeddedAws) -> dict[str, object]:
    autoscaling, name = aws.client("autoscaling", REGION), group(aws, template(aws), desired=0)
    tracking = {
        "TargetValue": 50,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
    }
    autoscaling.put_scaling_policy(
        AutoScalingGroupName=name,
        PolicyName=unique(),
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration=tracking,
    )
    (read,) = autoscaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
    return read


def policies_are_enabled(aws: EmbeddedAws) -> bool:
    return policy(aws).get("Enabled") is True


def policies_are_of_one_group(aws: EmbeddedAws) -> bool:
    autoscaling = aws.client("autoscaling", REGION)
    names = [group(aws, template(aws), desired=0) for _ in range(2)]
    tracking = {
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
        "TargetValue": 50.0,
    }

    def policies(of: str) -> int:
        return len(autoscaling.describe_policies(AutoScalingGroupName=of)["ScalingPolicies"])

    for name in names:
        autoscaling.put_scaling_policy(
            AutoScalingGroupName=name,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=tracking,
        )
    before = [policies(name) for name in names]
    autoscaling.delete_policy(AutoScalingGroupName=names[0], PolicyName="cpu")
    return (before, [policies(name) for name in names]) == ([1, 1], [0, 1])


def policies_have_no_empty_prediction(aws: EmbeddedAws) -> bool:
    return "PredictiveScalingConfiguration" not in policy(aws)


def instances(aws: EmbeddedAws, name: str) -> list[dict[str, str]]:
    (read,) = aws.client("autoscaling", REGION).describe_auto_scaling_groups(
        AutoScalingGroupNames=[name]
    )["AutoScalingGroups"]
    return read["Instances"]


def spread_over_subnets(aws: EmbeddedAws) -> bool:
    name = group(aws, template(aws), desired=3)
    before = Counter(instance["AvailabilityZone"] for instance in instances(aws, name))
    aws.client("autoscaling", REGION).set_desired_capacity(
        AutoScalingGroupName=name, DesiredCapacity=6
    )
    after = Counter(instance["AvailabilityZone"] for instance in instances(aws, name))
    return before == dict.fromkeys(ZONES, 1) and after == dict.fromkeys(ZONES, 2)


def refresh_instances(aws: EmbeddedAws) -> bool:
    """Where instances take no time to warm up, it is over by the next request."""
    autoscaling, name = aws.client("autoscaling", REGION), group(aws, template(aws), desired=3)
    old = {instance["InstanceId"] for instance in instances(aws, name)}
    try:
        autoscaling.start_instance_refresh(AutoScalingGroupName=name)
        (refresh,) = autoscaling.describe_instance_refreshes(AutoScalingGroupName=name)[
            "InstanceRefreshes"
        ]
    except (ClientError, ResponseParserError):
        return False
    new = {instance["InstanceId"] for instance in instances(aws, name)}
    running = aws.client("ec2", REGION).describe_instances(
        InstanceIds=sorted(old), Filters=[{"Name": "instance-state-name", "Values": ["running"]}]
    )["Reservations"]
    return refresh["Status"] == "Successful" and len(new) == 3 and not old & new and not running
