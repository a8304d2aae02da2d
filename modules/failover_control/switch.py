"""The buckets that hold the failover switch.

`functions/failover_control/switch.py` explains what it is and how it moves.
"""

from typing import Any

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from constructs import Construct

from functions.failover_control.agreed import NEEDED_KEY, SET_KEY
from modules.buckets import PrivateBucket, without_unfinished_uploads
from modules.checkers import CHECKER_RANGES

# Days to keep the history of the switch's moves; and of when the standby was needed, which is
# rewritten every minute of a failover.
HISTORY_DAYS = 365
NEEDED_DAYS = 1


class SwitchBucket(PrivateBucket):
    """A bucket in which Route 53's health checkers may read the switch's object, and nothing else.

    S3 does not consider it public, because its policy only admits fixed addresses. So all of Block
    Public Access stays on.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    Its old versions show who moved the switch, when and why. It outlives the standby's stack: if
    that were recreated during a failover, a new bucket would read as "clear".

    Args:
        bucket: Its name.
        read_by_checkers: False if no health check requests its object.
        provider: Provider for its region; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: str,
        read_by_checkers: bool,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            bucket=bucket,
            statements=[_for_checkers(bucket)] if read_by_checkers else [],
            provider=provider,
        )
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.name,
            rule=[
                _expiry("history", "", HISTORY_DAYS),
                _expiry("standby-needed", NEEDED_KEY, NEEDED_DAYS),
            ],
            depends_on=[self.versioning],
        )


def _for_checkers(bucket: str) -> dict[str, Any]:
    """Lets Route 53's health checkers read the switch's object."""
    return {
        "Sid": "HealthCheckers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/{SET_KEY}",
        "Condition": {"IpAddress": {"aws:SourceIp": list(CHECKER_RANGES)}},
    }


def _expiry(id: str, prefix: str, days: int) -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id=id,
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=prefix)],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=days)
        ],
        abort_incomplete_multipart_upload=[without_unfinished_uploads()],
    )
