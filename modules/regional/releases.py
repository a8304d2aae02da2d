"""A region's releases: who may put them, and what reads them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_notification import S3BucketNotification
from constructs import Construct

from modules.buckets import PrivateBucket, without_unfinished_uploads
from modules.iam import allow
from releases import CURRENT, FOLDER

# Where a pipeline has the program that it runs.
PROGRAM_FOLDER = "delivery/"
# A pipeline goes back to a delivery with what was handed over then.
ARTIFACT_DAYS = 365
# Of an object that is created, and not of a part of one.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
CREATION = {"Bool": {"s3:ObjectCreationOperation": "true"}}


@dataclass(frozen=True)
class ReleasesSettings:
    """Where a region's releases are."""

    bucket: str
    force_destroy: bool
    """Whether destroying the region also destroys the bucket and its releases. If not, Terraform
    refuses."""
    pipeline: str | None = None
    """The pipeline that delivers what arrives, by name; None for none."""


class ReleasesBucket(PrivateBucket):
    """The bucket with a region's releases, and the object that names the current one. Every version
    of that object is kept: they are the region's history.

    S3 itself refuses to overwrite a release, and to write `current` without comparing it first, so
    of two deployers only one can win.

    Args:
        settings: The bucket's name, and whether it may be destroyed.
    """

    def __init__(self, scope: Construct, id: str, *, settings: ReleasesSettings) -> None:
        super().__init__(
            scope,
            id,
            bucket=settings.bucket,
            statements=[
                _deny_put(settings.bucket, f"{FOLDER}/*", ["s3:if-none-match"]),
                _deny_put(settings.bucket, CURRENT, ["s3:if-none-match", "s3:if-match"]),
            ],
            prevent_destroy=not settings.force_destroy,
            force_destroy=settings.force_destroy,
        )
        self.encrypt()
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.name,
            rule=list(_lifecycle(settings.pipeline)),
            depends_on=[self.versioning],
        )
        if settings.pipeline is not None:
            S3BucketNotification(self, "notification", bucket=self.name, eventbridge=True)


def _lifecycle(pipeline: str | None) -> Iterator[S3BucketLifecycleConfigurationRule]:
    """Releases are kept; what a pipeline has handed over, and its earlier programs, are not."""
    yield S3BucketLifecycleConfigurationRule(
        id="unfinished-uploads",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        abort_incomplete_multipart_upload=[without_unfinished_uploads()],
    )
    if pipeline is None:
        return
    yield S3BucketLifecycleConfigurationRule(
        id="artifacts",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=artifacts_of(pipeline))],
        expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=ARTIFACT_DAYS)],
        noncurrent_version_expiration=[_noncurrent()],
    )
    yield S3BucketLifecycleConfigurationRule(
        id="earlier-programs",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=PROGRAM_FOLDER)],
        noncurrent_version_expiration=[_noncurrent()],
    )


def _noncurrent() -> S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration:
    return S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
        noncurrent_days=ARTIFACT_DAYS
    )


def artifacts_of(pipeline: str) -> str:
    """Where CodePipeline puts what a stage hands over: below the first 20 characters of the
    pipeline's name.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
    """
    return f"{pipeline[:20]}/"


def _deny_put(bucket: str, key: str, conditions: Sequence[str]) -> dict[str, Any]:
    """Denies a write that has none of these conditions."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{key}",
        "Condition": {"Null": dict.fromkeys(conditions, "true"), **CREATION},
    }


def read_releases(bucket: str, *, to: str | None = None) -> list[dict[str, Any]]:
    """Statements that allow reading the current release.

    Args:
        bucket: The bucket.
        to: Principal, in an endpoint's policy; None in an identity policy.
    """
    keys = (CURRENT, f"{FOLDER}/*")
    return [allow("s3:GetObject", on=f"arn:aws:s3:::{bucket}/{key}", to=to) for key in keys]
