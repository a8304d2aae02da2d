"""A region's load balancer and Auto Scaling group, as `failover zone` needs them."""

from typing import Any

from environments import Environment, Role
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets

TEMPLATE = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}


def balanced_region(
    aws: EmbeddedAws, environment: Environment, role: Role, *, takes_shifts: bool = True
) -> str:
    """Makes both, with an instance in each zone. Returns the load balancer's ARN."""
    settings = environment.regional(role)
    region = settings.region
    subnets = [
        one["SubnetId"]
        for one in default_subnets(aws, region)
        if one["AvailabilityZone"] in settings.zones
    ]
    elb: Any = aws.client("elbv2", region)
    (balancer,) = elb.create_load_balancer(Name=settings.load_balancer, Subnets=subnets)[
        "LoadBalancers"
    ]
    arn = balancer["LoadBalancerArn"]
    said = str(takes_shifts).lower()
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "zonal_shift.config.enabled", "Value": said}]
    )
    aws.client("ec2", region).create_launch_template(
        LaunchTemplateName=settings.launch_template, LaunchTemplateData=TEMPLATE
    )
    aws.client("autoscaling", region).create_auto_scaling_group(
        AutoScalingGroupName=settings.auto_scaling_group,
        LaunchTemplate={"LaunchTemplateName": settings.launch_template, "Version": "1"},
        MinSize=0,
        MaxSize=9,
        DesiredCapacity=len(subnets),
        DefaultInstanceWarmup=60,
        VPCZoneIdentifier=",".join(subnets),
    )
    return arn
