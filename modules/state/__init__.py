"""The S3 bucket of one Terraform state."""

import json

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

# An overwritten state can be had back for so many days; its newest versions for longer.
NONCURRENT_DAYS = 90
NONCURRENT_VERSIONS_KEPT = 10
UNFINISHED_UPLOAD_DAYS = 7
# Terraform's S3 backend locks by an object of this name beside the state.
LOCK_SUFFIX = ".tflock"


class StateBucket:
    """A bucket that keeps versions, is encrypted and private, takes TLS only, and that Terraform
    refuses to destroy.

    id: starts the logical id of each of its resources.
    key: the state's key in the bucket.
    """

    def __init__(
        self, scope: Construct, id: str, *, bucket: str, key: str, provider: TerraformProvider
    ) -> None:
        self._scope = scope
        self._id = id
        self._provider = provider
        self._bucket = S3Bucket(
            self._scope,
            id,
            bucket=bucket,
            force_destroy=False,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            provider=provider,
        ).id
        self._closed_to_the_public(bucket)
        self._versioned_and_encrypted(key)

    def _closed_to_the_public(self, bucket: str) -> None:
        public_access = S3BucketPublicAccessBlock(
            self._scope,
            f"{self._id}_public_access",
            bucket=self._bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            provider=self._provider,
        )
        S3BucketOwnershipControls(
            self._scope,
            f"{self._id}_ownership",
            bucket=self._bucket,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            provider=self._provider,
        )
        S3BucketPolicy(
            self._scope,
            f"{self._id}_policy",
            bucket=self._bucket,
            policy=tls_only_policy(bucket),
            depends_on=[public_access],
            provider=self._provider,
        )

    def _versioned_and_encrypted(self, key: str) -> None:
        versioning = S3BucketVersioningA(
            self._scope,
            f"{self._id}_versioning",
            bucket=self._bucket,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
            provider=self._provider,
        )
        S3BucketServerSideEncryptionConfigurationA(
            self._scope,
            f"{self._id}_encryption",
            bucket=self._bucket,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                        sse_algorithm="AES256"
                    )
                )
            ],
            provider=self._provider,
        )
        S3BucketLifecycleConfiguration(
            self._scope,
            f"{self._id}_lifecycle",
            bucket=self._bucket,
            rule=[_expiry_of_old_versions(), _expiry_of_released_locks(key)],
            depends_on=[versioning],
            provider=self._provider,
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
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                days_after_initiation=UNFINISHED_UPLOAD_DAYS
            )
        ],
    )


def _expiry_of_released_locks(key: str) -> S3BucketLifecycleConfigurationRule:
    """A released lock leaves an old version and a delete marker; neither is of use to anybody."""
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


def tls_only_policy(bucket: str) -> str:
    """A bucket policy, as JSON, that denies every request that does not come over TLS."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    )


__all__ = ["StateBucket"]
