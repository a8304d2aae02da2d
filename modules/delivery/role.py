"""The role that delivers releases to one region."""

from collections.abc import Iterator
from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from environments import Environment, Role
from modules.iam import allow, policy
from modules.module import Module
from releases import CURRENT, FOLDER

# Seconds that a session may last: as long as `failover deploy` may take in a large group.
LONGEST_SESSION = 4 * 3600
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html:
# most reading cannot be limited to a resource.
READING = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeInstanceRefreshes",
    "cloudwatch:DescribeAlarms",
    "ec2:DescribeInstances",
    "elasticloadbalancing:DescribeTargetHealth",
)
# An instance refresh launches instances by the caller's permissions:
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
LAUNCHING = ("ec2:CreateTags", "ec2:RunInstances")


class DeliveryRole(Module):
    """What `failover deploy --only` needs in one region, and nothing more.

    Args:
        environment: The deployment.
        role: Which region.
        account_id: The account.
        trust: Statement of who may assume it.

    Attributes:
        arn: The role's ARN.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        role: Role,
        account_id: str,
        trust: dict[str, Any],
    ) -> None:
        super().__init__(scope, id)
        name = f"{environment.regional_prefix(role)}-delivery"
        made = IamRole(
            self,
            "role",
            name=name,
            description="Delivers releases to one region",
            assume_role_policy=policy(trust),
            max_session_duration=LONGEST_SESSION,
        )
        IamRolePolicy(
            self,
            "policy",
            name="deliver",
            role=made.name,
            policy=policy(*deliver_statements(environment, role, account_id)),
        )
        self.arn = made.arn


def deliver_statements(
    environment: Environment, role: Role, account_id: str
) -> Iterator[dict[str, Any]]:
    """What delivering to a region takes."""
    settings = environment.regional(role)
    bucket = f"arn:aws:s3:::{environment.releases_bucket(role)}"
    here = {"StringEquals": {"aws:RequestedRegion": settings.region}}
    group = f"autoScalingGroup:*:autoScalingGroupName/{settings.auto_scaling_group}"
    yield allow("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", on=f"{bucket}/{CURRENT}")
    yield allow("s3:GetObject", "s3:PutObject", on=f"{bucket}/{FOLDER}/*")
    # Without these, S3 does not say whether an object is missing, nor what was current before.
    yield allow("s3:ListBucket", "s3:ListBucketVersions", on=bucket)
    yield allow(
        "autoscaling:CancelInstanceRefresh",
        "autoscaling:StartInstanceRefresh",
        on=f"arn:aws:autoscaling:{settings.region}:{account_id}:{group}",
    )
    yield allow(*READING, *LAUNCHING, on="*", condition=here)
    if settings.ami is None:
        # Whoever launches from a template with such an image must be able to read its parameter.
        # https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
        # It is of no account, or of AWS's own.
        image = f"arn:aws:ssm:{settings.region}:*:parameter/aws/service/ami-amazon-linux-latest/*"
        yield allow("ssm:GetParameters", on=image)
    yield allow(
        "iam:PassRole",
        on=f"arn:aws:iam::{account_id}:role/{environment.regional_prefix(role)}-instance",
        condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    )
