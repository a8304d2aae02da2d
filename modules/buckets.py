"""An S3 bucket as every one here is: closed to the public, TLS only, with its old versions."""

import json
from collections.abc import Sequence
from typing import Any

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct


class PrivateBucket:
    """A bucket and its access.

    id: starts the logical id of each of its resources.
    protected: Terraform refuses to destroy it; else it goes with all that it holds.
    statements: of the bucket policy, besides the one that wants TLS.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket: str,
        protected: bool,
        statements: Sequence[dict[str, Any]] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        self.name = S3Bucket(
            scope,
            id,
            bucket=bucket,
            force_destroy=not protected,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        ).id
        public_access = S3BucketPublicAccessBlock(
            scope,
            f"{id}_public_access",
            bucket=self.name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            provider=provider,
        )
        S3BucketOwnershipControls(
            scope,
            f"{id}_ownership",
            bucket=self.name,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            provider=provider,
        )
        S3BucketPolicy(
            scope,
            f"{id}_policy",
            bucket=self.name,
            policy=bucket_policy(bucket, *statements),
            depends_on=[public_access],
            provider=provider,
        )
        self.versioning = S3BucketVersioningA(
            scope,
            f"{id}_versioning",
            bucket=self.name,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
            provider=provider,
        )


def bucket_policy(bucket: str, *statements: dict[str, Any]) -> str:
    """These statements, as JSON, and one that denies every request that does not come over TLS."""
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [tls_only, *statements]})
