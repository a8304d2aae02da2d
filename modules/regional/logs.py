"""A region's logs in S3: requests, connections, and network flows."""

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

# Prefixes of the keys of the load balancer's logs.
ACCESS = "access"
CONNECTIONS = "connections"
# The principal that delivers load balancer logs in every region. AWS calls the regions' own
# accounts, which older regions required, "legacy", and recommends replacing them.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
BALANCER_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"
FLOW_DELIVERY = "delivery.logs.amazonaws.com"
# Logs are never overwritten, so an old version is one that somebody deleted.
NONCURRENT_DAYS = 30
# Seconds. Of the two possible values, this gives fewer records to pay for. Instances on Nitro, such
# as t3 and t4g, are reported every minute regardless:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
AGGREGATION_INTERVAL = 600


@dataclass(frozen=True)
class LogSettings:
    """Where a region's logs are, and how long they are kept."""

    bucket: str
    days: int
    force_destroy: bool
    """Whether destroying the region also destroys the bucket and its logs. If not, Terraform
    refuses."""
    key_arn: str | None
    """KMS key for logs in CloudWatch; None for CloudWatch's own. Logs in S3 use S3-managed keys,
    the only ones that load balancers can deliver with."""


class LogBucket(PrivateBucket):
    """The bucket that the load balancer and the network log to. Nobody else may write to it.

    With deletion protection, Terraform refuses to destroy it; without, it is destroyed with its
    region.

    Args:
        settings: The bucket's name, and how long logs are kept.
        region: Region of the bucket.
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
    """The log of a VPC's traffic: addresses, ports and whether it was accepted; no content.

    AWS adds the statements it needs to the bucket's policy if whoever creates the flow log may
    write that policy. So Terraform writes the whole policy afterwards, and nothing is lost. S3 also
    refuses one change to a bucket during another (OperationAborted), so everything else is set up
    before.
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html

    Args:
        name: Name of the flow log.
        vpc_id: VPC whose traffic is logged.
        logs: Bucket to log to.
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
    # The account ID in the key ties these to this account's load balancers.
    for prefix in (ACCESS, CONNECTIONS):
        objects = f"{bucket}/{prefix}/AWSLogs/{account}/*"
        yield allow("s3:PutObject", on=objects, to={"Service": BALANCER_DELIVERY})
    yield from _flow_delivery(bucket, region, account)
    # Services belong to no customer's account, so the first condition already exempts them; the
    # second makes that explicit.
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
    """What AWS would add to the policy itself if it were missing when flow logs start.

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
