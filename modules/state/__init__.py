"""The S3 bucket of one Terraform state."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from constructs import Construct

from modules.buckets import PrivateBucket, without_unfinished_uploads

# Days for which an overwritten state can be restored; the newest versions are kept for longer.
NONCURRENT_DAYS = 90
NONCURRENT_VERSIONS_KEPT = 10
# Terraform's S3 backend locks with an object of this suffix next to the state.
LOCK_SUFFIX = ".tflock"


class StateBucket(PrivateBucket):
    """A bucket that is encrypted, keeps old versions for a while, and that Terraform refuses to
    destroy.

    Args:
        bucket: Its name.
        key: Key of the state in the bucket.
        provider: Provider for its region; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: str,
        key: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, bucket=bucket, provider=provider)
        self.encrypt()
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.name,
            rule=[_expiry_of_old_versions(), _expiry_of_released_locks(key)],
            depends_on=[self.versioning],
        )


def _expiry_of_old_versions() -> S3BucketLifecycleConfigurationRule:
    return S3BucketLifecycleConfigurationRule(
        id="old-versions",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                noncurrent_days=NONCURRENT_DAYS,
                newer_noncurrent_versions=NONCURRENT_VERSIONS_KEPT,
            )
        ],
        abort_incomplete_multipart_upload=[without_unfinished_uploads()],
    )


def _expiry_of_released_locks(key: str) -> S3BucketLifecycleConfigurationRule:
    """A released lock leaves an old version and a delete marker, and nobody needs either."""
    return S3BucketLifecycleConfigurationRule(
        id="released-locks",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=f"{key}{LOCK_SUFFIX}")],
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=1)
        ],
        expiration=[
            S3BucketLifecycleConfigurationRuleExpiration(expired_object_delete_marker=True)
        ],
    )


__all__ = ["StateBucket"]
