"""A region whose instances run releases, and what delivers them, with boto3 alone."""

import base64
import hashlib
import json
import shlex
from typing import Any

from botocore.exceptions import ClientError

from releases import CURRENT, Pointer, release_key
from releases.pointer import now
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.permissions.roles import TRUST
from tests.sandbox.embedded_aws.processes import eventually

REGION = "us-east-1"
PORT = 8080
LAUNCH_FIRST = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110, "SkipMatching": False}


class Delivery:
    """A bucket of releases, and a group behind a load balancer that runs them."""

    def __init__(self, aws: EmbeddedAws, desired: int = 2) -> None:
        self.aws, self.name = aws, unique()
        self.s3, self.ec2, self.elb, self.scaling = (
            aws.client(service, REGION) for service in ("s3", "ec2", "elbv2", "autoscaling")
        )
        self.s3.create_bucket(Bucket=self.name)
        self.targets = self._balancer()
        self._role(f"arn:aws:s3:::{self.name}")
        self._group(desired)

    def _balancer(self) -> str:
        self.subnets = default_subnets(self.aws, REGION)[:2]
        (targets,) = self.elb.create_target_group(
            Name=self.name,
            Protocol="HTTP",
            Port=PORT,
            VpcId=self.subnets[0]["VpcId"],
            HealthCheckPath="/health",
            HealthCheckTimeoutSeconds=5,
            Matcher={"HttpCode": "200-299"},
        )["TargetGroups"]
        (balancer,) = self.elb.create_load_balancer(
            Name=self.name, Subnets=[subnet["SubnetId"] for subnet in self.subnets]
        )["LoadBalancers"]
        forward = {"Type": "forward", "TargetGroupArn": targets["TargetGroupArn"]}
        self.elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[forward],
        )
        return targets["TargetGroupArn"]

    def _role(self, bucket: str) -> None:
        """May read the bucket, as an instance must."""
        iam = self.aws.client("iam", REGION)
        iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(TRUST))
        reads = {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": [bucket, f"{bucket}/*"],
        }
        iam.put_role_policy(
            RoleName=self.name,
            PolicyName="releases",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [reads]}),
        )
        iam.create_instance_profile(InstanceProfileName=self.name)
        iam.add_role_to_instance_profile(InstanceProfileName=self.name, RoleName=self.name)

    def _group(self, desired: int) -> None:
        environment = f'PORT="{PORT}"\nFAILOVER_RELEASES_BUCKET="{self.name}"\n'
        script = f"printf %s {shlex.quote(environment)} > /etc/failover/environment\n"
        self.ec2.create_launch_template(
            LaunchTemplateName=self.name,
            LaunchTemplateData={
                "ImageId": "ami-12c6146b",
                "InstanceType": "t3.micro",
                "IamInstanceProfile": {"Name": self.name},
                "UserData": base64.b64encode(script.encode()).decode(),
            },
        )
        self.scaling.create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            LaunchTemplate={"LaunchTemplateName": self.name, "Version": "1"},
            MinSize=0,
            MaxSize=6,
            DesiredCapacity=desired,
            HealthCheckType="ELB",
            HealthCheckGracePeriod=300,
            TargetGroupARNs=[self.targets],
            VPCZoneIdentifier=",".join(subnet["SubnetId"] for subnet in self.subnets),
        )

    def upload(self, content: bytes, digest: str | None = None) -> str:
        """Puts an archive, under the digest of another if told so. Returns the digest."""
        digest = digest or hashlib.sha256(content).hexdigest()
        self.s3.put_object(Bucket=self.name, Key=release_key(digest), Body=content, IfNoneMatch="*")
        return digest

    def point(self, digest: str) -> None:
        """Makes a release current."""
        pointer = Pointer(release=digest, previous=None, by="a test", at=now(), why="")
        try:
            etag = self.s3.head_object(Bucket=self.name, Key=CURRENT)["ETag"]
            condition = {"IfMatch": etag}
        except ClientError:
            condition = {"IfNoneMatch": "*"}
        self.s3.put_object(Bucket=self.name, Key=CURRENT, Body=pointer.serialise(), **condition)

    def deploy(self, content: bytes) -> str:
        """Makes an archive current, and returns its digest; no instance is replaced."""
        digest = self.upload(content)
        self.point(digest)
        return digest

    def refresh(self, *alarms: str) -> str:
        preferences: dict[str, Any] = {**LAUNCH_FIRST}
        if alarms:
            preferences["AlarmSpecification"] = {"Alarms": list(alarms)}
        return self.scaling.start_instance_refresh(
            AutoScalingGroupName=self.name, Preferences=preferences
        )["InstanceRefreshId"]

    @property
    def progress(self) -> dict[str, Any]:
        """The newest refresh."""
        return self.scaling.describe_instance_refreshes(AutoScalingGroupName=self.name)[
            "InstanceRefreshes"
        ][0]

    def ends(self, status: str) -> bool:
        return eventually(lambda: self.progress["Status"] == status)

    @property
    def instances(self) -> set[str]:
        (group,) = self.scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])[
            "AutoScalingGroups"
        ]
        return {one["InstanceId"] for one in group["Instances"]}

    @property
    def health(self) -> dict[str, dict[str, str]]:
        """Of each target."""
        found = self.elb.describe_target_health(TargetGroupArn=self.targets)
        return {
            one["Target"]["Id"]: one["TargetHealth"] for one in found["TargetHealthDescriptions"]
        }

    def states(self) -> list[str]:
        return sorted(one["State"] for one in self.health.values())

    def unhealthy(self) -> str:
        """The first instance to become so."""
        found: list[str] = []

        def look() -> bool:
            found.extend(
                instance for instance, one in self.health.items() if one["State"] == "unhealthy"
            )
            return bool(found)

        assert eventually(look), self.health
        return found[0]

    def console(self, instance: str) -> str:
        return self.ec2.get_console_output(InstanceId=instance)["Output"]
