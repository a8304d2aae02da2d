"""The S3 bucket that all modules use: private, TLS only, versioned."""

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

from modules.iam import policy, tls_only
from modules.module import DEFAULT, Module

UNFINISHED_UPLOAD_DAYS = 7


class PrivateBucket(Module):
    """A bucket and who may access it.

    Args:
        bucket: Its name.
        statements: Statements of the bucket policy, besides the one that requires TLS.
        prevent_destroy: Whether Terraform refuses to destroy it.
        force_destroy: Whether Terraform destroys it together with its contents.
        provider: Provider for its region; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: str,
        statements: Sequence[dict[str, Any]] = (),
        prevent_destroy: bool = True,
        force_destroy: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self.name = S3Bucket(
            self,
            DEFAULT,
            bucket=bucket,
            force_destroy=force_destroy,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if prevent_destroy else None,
        ).id
        public_access = self._public_access()
        ownership = S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self.name,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        self.policy = S3BucketPolicy(
            self,
            "policy",
            bucket=self.name,
            policy=bucket_policy(bucket, *statements),
            depends_on=[public_access],
        )
        """Must be in place before a service is told to write to the bucket."""
        self.versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=self.name,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        self.configuration: list[ITerraformDependable] = [
            public_access,
            ownership,
            self.versioning,
        ]
        """The bucket's settings, except for its policy."""

    def _public_access(self) -> S3BucketPublicAccessBlock:
        return S3BucketPublicAccessBlock(
            self,
            "public_access",
            bucket=self.name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )

    def encrypt(self) -> S3BucketServerSideEncryptionConfigurationA:
        """Uses S3-managed keys. That is S3's default; stating it makes drift show up in a plan."""
        by_default = (
            S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                sse_algorithm="AES256"
            )
        )
        return S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self.name,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=by_default
                )
            ],
        )


def bucket_policy(bucket: str, *statements: dict[str, Any]) -> str:
    """A policy of these statements and one that denies requests without TLS, as JSON."""
    all_of_it = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    return policy(tls_only("s3:*", on=all_of_it), *statements)


def without_unfinished_uploads() -> AbortIncompleteUpload:
    """Part of a lifecycle rule: incomplete multipart uploads cost money and do not show in
    listings."""
    return AbortIncompleteUpload(days_after_initiation=UNFINISHED_UPLOAD_DAYS)
