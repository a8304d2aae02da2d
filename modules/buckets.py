"""An S3 bucket as every one here is: closed to the public, TLS only, with its old versions."""

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload as AbortIncompleteUpload,
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

from modules.policies import policy, tls_only

UNFINISHED_UPLOAD_DAYS = 7


class PrivateBucket:
    """A bucket and its access.

    id: starts the logical id of each of its resources.
    statements: of the bucket policy, besides the one that wants TLS.
    kept: False, where Terraform may destroy it. emptied: Terraform destroys it with what it holds.
    provider: of its region, or None where that is the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: str,
        provider: TerraformProvider | None = None,
        statements: Sequence[dict[str, Any]] = (),
        kept: bool = True,
        emptied: bool = False,
    ) -> None:
        self.name = S3Bucket(
            scope,
            id,
            bucket=bucket,
            force_destroy=emptied,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if kept else None,
            provider=provider,
        ).id
        public_access = _public_access(scope, id, self.name, provider)
        ownership = _ownership(scope, id, self.name, provider)
        self.policy = S3BucketPolicy(
            scope,
            f"{id}_policy",
            bucket=self.name,
            policy=bucket_policy(bucket, *statements),
            depends_on=[public_access],
            provider=provider,
        )
        """Needed before anybody is told to write."""
        self.versioning = S3BucketVersioningA(
            scope,
            f"{id}_versioning",
            bucket=self.name,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
            provider=provider,
        )
        self.configuration: list[ITerraformDependable] = [
            public_access,
            ownership,
            self.versioning,
        ]
        """What is set on the bucket itself, besides its policy."""


def _public_access(
    scope: Construct, id: str, bucket: str, provider: TerraformProvider | None
) -> S3BucketPublicAccessBlock:
    return S3BucketPublicAccessBlock(
        scope,
        f"{id}_public_access",
        bucket=bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        provider=provider,
    )


def _ownership(
    scope: Construct, id: str, bucket: str, provider: TerraformProvider | None
) -> S3BucketOwnershipControls:
    return S3BucketOwnershipControls(
        scope,
        f"{id}_ownership",
        bucket=bucket,
        rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        provider=provider,
    )


def encrypt(
    scope: Construct, id: str, bucket: str, provider: TerraformProvider | None = None
) -> S3BucketServerSideEncryptionConfigurationA:
    """With S3's own keys, as S3 does anyway: stated, so that nobody's change stays unseen."""
    return S3BucketServerSideEncryptionConfigurationA(
        scope,
        f"{id}_encryption",
        bucket=bucket,
        rule=[
            S3BucketServerSideEncryptionConfigurationRuleA(
                apply_server_side_encryption_by_default=S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                    sse_algorithm="AES256"
                )
            )
        ],
        provider=provider,
    )


def bucket_policy(bucket: str, *statements: dict[str, Any]) -> str:
    """These statements, as JSON, and one that denies every request that does not come over TLS."""
    all_of_it = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    return policy(tls_only("s3:*", on=all_of_it), *statements)


def without_unfinished_uploads() -> AbortIncompleteUpload:
    """Of a lifecycle rule: what was uploaded in parts and not finished is charged, and unseen."""
    return AbortIncompleteUpload(days_after_initiation=UNFINISHED_UPLOAD_DAYS)
