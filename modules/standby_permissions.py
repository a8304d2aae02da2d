"""What the readiness checks of the standby's region need: to read what they ask about, and nothing
else."""

from collections.abc import Iterator
from typing import Any

from functions.standby_readiness.settings import StandbySettings
from functions.standby_readiness.stored import CURRENT_RELEASE
from modules.iam import allow

# Most of these do not support resource-level permissions; of CloudWatch's and RDS's, whoever lists
# needs the permission on all of them; and of a quota, it is not documented which one is asked of.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
ON_ALL = (
    "autoscaling:DescribeAutoScalingGroups",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricStatistics",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "servicequotas:GetServiceQuota",
)
# AWS's own parameters with the newest images, which belong to no account.
IMAGES = "parameter/aws/service/ami-amazon-linux-latest/*"


def on_standby(standby: StandbySettings, topic_arn: str) -> Iterator[dict[str, Any]]:
    """Statements for every check of this standby. topic_arn: the topic of its alarms."""
    region = standby.region
    of_database = ("rds:DescribeDBInstances",) if standby.database else ()
    if standby.database and "global_cluster" in standby.database:
        of_database += ("rds:DescribeGlobalClusters",)
    yield allow(*ON_ALL, *of_database, on="*")
    yield allow("ssm:GetParameter", on=f"arn:aws:ssm:{region}:*:{IMAGES}")
    yield allow("kms:DescribeKey", on=f"arn:aws:kms:{region}:*:key/*")
    yield allow("sns:ListSubscriptionsByTopic", on=topic_arn)
    yield allow("s3:GetBucketVersioning", on=f"arn:aws:s3:::{standby.state}")
    if standby.certified:
        yield allow("acm:DescribeCertificate", on=f"arn:aws:acm:{region}:*:certificate/*")
    if standby.releases:
        bucket = f"arn:aws:s3:::{standby.releases}"
        yield allow("s3:GetObject", on=[f"{bucket}/{CURRENT_RELEASE}", f"{bucket}/releases/*"])
        # To who may not list a bucket, S3 does not say that an object is missing.
        yield allow("s3:ListBucket", on=bucket)
    if standby.secret:
        secret = f"arn:aws:secretsmanager:{region}:*:secret:{standby.secret}-??????"
        yield allow("secretsmanager:DescribeSecret", on=secret)
    if standby.tables:
        tables = [f"arn:aws:dynamodb:{region}:*:table/{name}" for name in standby.tables]
        yield allow("dynamodb:DescribeTable", on=tables)
    if standby.control:
        function = f"arn:aws:lambda:{region}:*:function:{standby.control}"
        yield allow("lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration", on=function)
        rules = f"arn:aws:events:{region}:*:rule/{standby.control}-*"
        yield allow("events:DescribeRule", "events:ListTargetsByRule", on=rules)
