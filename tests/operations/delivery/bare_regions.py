"""Both regions of an environment with releases, without Terraform: what a delivery touches."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.launch_template import LaunchTemplate
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy

from environments import ROLES, Environment, Role
from modules.alarm_names import regional_names
from modules.user_data import Workload, user_data
from releases import CURRENT, Pointer
from sandbox.embedded_aws import EmbeddedAws
from tests.conftest import Synthesised
from tests.sandbox.embedded_aws.default_network import default_subnets


@dataclass(frozen=True)
class BareRegion:
    """One region, as its deployer left it."""

    aws: EmbeddedAws
    environment: Environment
    role: Role

    def client(self, service: str) -> Any:
        return self.aws.client(service, self.region)

    @property
    def region(self) -> str:
        return self.environment.regional(self.role).region

    @property
    def bucket(self) -> str:
        return self.environment.releases_bucket(self.role)

    @property
    def group(self) -> str:
        return self.environment.regional(self.role).auto_scaling_group

    @property
    def current(self) -> Pointer | None:
        """What `current` says."""
        try:
            found = self.client("s3").get_object(Bucket=self.bucket, Key=CURRENT)
        except ClientError:
            return None
        return Pointer.parse(found["Body"].read())

    @property
    def instances(self) -> set[str]:
        (group,) = self.client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[self.group]
        )["AutoScalingGroups"]
        return {one["InstanceId"] for one in group["Instances"]}

    @property
    def healthy(self) -> int:
        """How many instances the load balancer sends users."""
        balancing = self.client("elbv2")
        (group,) = balancing.describe_target_groups()["TargetGroups"]
        found = balancing.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
        return sum(
            one["TargetHealth"]["State"] == "healthy" for one in found["TargetHealthDescriptions"]
        )

    @property
    def refreshes(self) -> list[str]:
        """Their statuses, newest first."""
        found = self.client("autoscaling").describe_instance_refreshes(
            AutoScalingGroupName=self.group
        )["InstanceRefreshes"]
        return [one["Status"] for one in found]

    def ring(self, kind: str, state: str = "ALARM") -> None:
        """Sets the state of an alarm on the application."""
        name = f"{self.environment.regional_prefix(self.role)}-{kind}"
        self.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue=state, StateReason="a test"
        )


Regions = dict[Role, BareRegion]


def bare_regions(aws: EmbeddedAws, releases: Synthesised) -> Regions:
    """Creates both."""
    made: Regions = {role: BareRegion(aws, releases.environment, role) for role in ROLES}
    for role, one in made.items():
        _bucket(one, releases)
        _instances(one, releases)
        for name in regional_names(releases.environment, role):
            one.client("cloudwatch").put_metric_alarm(
                AlarmName=name,
                Namespace="web",
                MetricName="errors",
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanThreshold",
            )
    return made


def _bucket(one: BareRegion, releases: Synthesised) -> None:
    s3 = one.client("s3")
    place = (
        {}
        if one.region == "us-east-1"
        else {"CreateBucketConfiguration": {"LocationConstraint": one.region}}
    )
    s3.create_bucket(Bucket=one.bucket, **place)
    s3.put_bucket_versioning(Bucket=one.bucket, VersioningConfiguration={"Status": "Enabled"})
    policies = releases.stacks[one.role].resources(S3BucketPolicy)
    document = json.loads(policies["releases_policy"]["policy"])
    # The embedded AWS is reached without TLS.
    document["Statement"] = [one for one in document["Statement"] if one.get("Sid") != "TlsOnly"]
    s3.put_bucket_policy(Bucket=one.bucket, Policy=json.dumps(document))


def _instances(one: BareRegion, releases: Synthesised) -> None:
    settings, application = one.environment.regional(one.role), one.environment.application
    subnets = [
        subnet["SubnetId"]
        for subnet in default_subnets(one.aws, one.region)
        if subnet["AvailabilityZone"] in settings.zones
    ]
    vpc = one.client("ec2").describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
    balancing = one.client("elbv2")
    balancer = balancing.create_load_balancer(Name=settings.load_balancer, Subnets=subnets)
    target_group = balancing.create_target_group(
        Name=settings.target_group,
        Protocol="HTTP",
        Port=application.port,
        VpcId=vpc,
        HealthCheckPath=application.instance_path,
    )["TargetGroups"][0]["TargetGroupArn"]
    balancing.create_listener(
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
    )
    script = user_data(Workload(application, one.environment.variables(one.role)))
    template = one.client("ec2").create_launch_template(
        LaunchTemplateName=settings.launch_template,
        LaunchTemplateData={
            "ImageId": _image(one, releases),
            "InstanceType": settings.instance_type,
            "UserData": base64.b64encode(script.encode()).decode(),
            "IamInstanceProfile": {"Arn": _profile(one, releases)},
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}
            ],
        },
    )["LaunchTemplate"]["LaunchTemplateId"]
    one.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=settings.auto_scaling_group,
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
        MinSize=settings.capacity.min,
        MaxSize=settings.capacity.max,
        DesiredCapacity=settings.capacity.desired,
        VPCZoneIdentifier=",".join(subnets),
        TargetGroupARNs=[target_group],
        HealthCheckType="ELB",
        HealthCheckGracePeriod=application.grace,
    )


def _image(one: BareRegion, releases: Synthesised) -> str:
    """The emitted one: a parameter of AWS's, which names an image."""
    image: str = releases.stacks[one.role].only(LaunchTemplate)["image_id"]
    return image


def _profile(one: BareRegion, releases: Synthesised) -> str:
    """The ARN of an instance profile with a role of the same name, as the stacks have them."""
    iam, name = one.client("iam"), f"{one.environment.regional_prefix(one.role)}-instance"
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ec2.amazonaws.com"},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    policy = releases.stacks[one.role].resources(IamRolePolicy)["instance_policy"]["policy"]
    iam.put_role_policy(RoleName=name, PolicyName="application", PolicyDocument=policy)
    profile = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    arn: str = profile["Arn"]
    return arn
