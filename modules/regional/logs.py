"""A region's logs in S3: who opened what, from where, and which packets its network saw."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from constructs import Construct

from modules.account import account_id
from modules.buckets import PrivateBucket, without_unfinished_uploads
from modules.iam import allow
from modules.module import Module

# What the keys of the load balancer's logs start with.
ACCESS = "access"
CONNECTIONS = "connections"
# By which load balancers of every region deliver. AWS keeps the regions' own accounts,
# which older ones asked for, as "legacy", and recommends to replace them.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
BALANCER_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
FLOW_DELIVERY = "delivery.logs.amazonaws.com"
# Nobody overwrites a log, so that an old version is one that somebody has deleted.
NONCURRENT_DAYS = 30
# Seconds; of the two that there are, the one with fewer records to pay for. The instances' own
# traffic is told each minute whatever is said here where their type is on Nitro, as t3 and t4g are:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
AGGREGATION_INTERVAL = 600


@dataclass(frozen=True)
class LogSettings:
    """Where a region's logs are, and for how long."""

    bucket: str
    days: int
    force_destroy: bool
    """Whether destroying the region destroys the bucket and the logs in it; else Terraform refuses
    to."""
    key_arn: str | None
    """The KMS key of the logs in CloudWatch; None: CloudWatch's own. Those in S3 have S3's own, the
    only ones that load balancers can deliver to."""


class LogBucket(PrivateBucket):
    """The bucket in which the load balancer and the network log, and nobody else may write.

    Terraform refuses to destroy it while deletion protection is on; with it off, it goes with its
    region.

    Args:
        settings: Where it is, and for how long.
        region: The bucket's.
    """

    def __init__(self, scope: Construct, id: str, *, settings: LogSettings, region: str) -> None:
        super().__init__(
            scope,
            id,
            bucket=settings.bucket,
            statements=list(_statements(settings.bucket, region, account_id(scope))),
            prevent_destroy=not settings.force_destroy,
            force_destroy=settings.force_destroy,
        )
        encryption = self.encrypt()
        lifecycle = S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.name,
            rule=[_expiry(settings.days)],
            depends_on=[self.versioning],
        )
        self.configuration += [encryption, lifecycle]


class FlowLogs(Module):
    """The log of a VPC's traffic: addresses, ports and whether it was let through; no content.

    Where whoever makes a flow log may write the bucket's policy, AWS writes there itself what it
    needs. So Terraform writes the whole policy afterwards, and nothing of it is lost. And as S3
    refuses one change of a bucket during another (OperationAborted), the rest is set up before.
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html

    Args:
        name: The log's.
        vpc_id: Of the VPC whose traffic is logged.
        logs: Where it is logged.
    """

    def __init__(
        self, scope: Construct, id: str, *, name: str, vpc_id: str, logs: LogBucket
    ) -> None:
        super().__init__(scope, id)
        log = FlowLog(
            self,
            "flow_log",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=f"arn:aws:s3:::{logs.name}",
            max_aggregation_interval=AGGREGATION_INTERVAL,
            tags={"Name": name},
            depends_on=logs.configuration,
        )
        address = f"{log.terraform_resource_type}.{log.friendly_unique_id}"
        logs.policy.depends_on = [*(logs.policy.depends_on or ()), address]


def _statements(name: str, region: str, account: str) -> Iterator[dict[str, Any]]:
    bucket = f"arn:aws:s3:::{name}"
    # The account in the key is what ties these to this account's load balancers.
    for prefix in (ACCESS, CONNECTIONS):
        objects = f"{bucket}/{prefix}/AWSLogs/{account}/*"
        yield allow("s3:PutObject", on=objects, to={"Service": BALANCER_DELIVERY})
    yield from _flow_delivery(bucket, region, account)
    # A service has no account of a user's; the second condition says so once more.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    yield {
        "Sid": "ServicesAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"{bucket}/*",
        "Condition": {
            "StringEquals": {"aws:PrincipalAccount": account},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }


def _flow_delivery(bucket: str, region: str, account: str) -> Iterator[dict[str, Any]]:
    """What AWS would put in the policy itself, were it not there when flow logs begin.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
    """
    of_the_account = {"aws:SourceAccount": account}
    of_the_region = {"aws:SourceArn": f"arn:aws:logs:{region}:{account}:*"}
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
    delivery = {"Service": FLOW_DELIVERY}
    yield {
        "Sid": "AWSLogDeliveryWrite",
        **allow(
            "s3:PutObject",
            on=f"{bucket}/AWSLogs/{account}/*",
            to=delivery,
            condition={"StringEquals": {**of_the_account, **acl}, "ArnLike": of_the_region},
        ),
    }
    yield {
        "Sid": "AWSLogDeliveryAclCheck",
        **allow(
            "s3:GetBucketAcl",
            "s3:ListBucket",
            on=bucket,
            to=delivery,
            condition={"StringEquals": of_the_account, "ArnLike": of_the_region},
        ),
    }


def _expiry(days: int) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id="expiry",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=days)],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                noncurrent_days=NONCURRENT_DAYS
            )
        ],
        abort_incomplete_multipart_upload=[without_unfinished_uploads()],
    )
