"""The state buckets that the bootstrap stack creates."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import S3BucketOwnershipControls
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA

from environments import RemoteStack
from tests.conftest import Synthesised


@pytest.fixture(params=["primary", "dr", "global"])
def owner(request: pytest.FixtureRequest) -> RemoteStack:
    """Each stack that has a state bucket."""
    return request.param


def of(deployment: Synthesised, kind: type[Any], logical_id: str) -> dict[str, Any]:
    return deployment.stacks["bootstrap"].resources(kind)[logical_id]


def test_the_bucket_is_the_one_that_the_backend_names(
    deployment: Synthesised, owner: RemoteStack
) -> None:
    backend = deployment.environment.backend(owner)
    bucket = of(deployment, S3Bucket, f"{owner}_state")
    assert bucket["bucket"] == backend.bucket
    assert bucket["provider"] == f"aws.{backend.region}"
    assert bucket["force_destroy"] is False
    assert bucket["lifecycle"] == {"prevent_destroy": True}


def test_it_is_versioned_and_encrypted(deployment: Synthesised, owner: RemoteStack) -> None:
    versioning = of(deployment, S3BucketVersioningA, f"{owner}_state_versioning")
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    encryption = of(
        deployment, S3BucketServerSideEncryptionConfigurationA, f"{owner}_state_encryption"
    )
    assert encryption["rule"] == [
        {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    ]


def test_it_is_private(deployment: Synthesised, owner: RemoteStack) -> None:
    access = of(deployment, S3BucketPublicAccessBlock, f"{owner}_state_public_access")
    blocks = ("block_public_acls", "block_public_policy")
    more = ("ignore_public_acls", "restrict_public_buckets")
    assert all(access[setting] is True for setting in (*blocks, *more))
    ownership = of(deployment, S3BucketOwnershipControls, f"{owner}_state_ownership")
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}


def test_it_takes_tls_only(deployment: Synthesised, owner: RemoteStack) -> None:
    (statement,) = json.loads(of(deployment, S3BucketPolicy, f"{owner}_state_policy")["policy"])[
        "Statement"
    ]
    arn = f"arn:aws:s3:::{deployment.environment.backend(owner).bucket}"
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Action"] == "s3:*"
    assert statement["Resource"] == [arn, f"{arn}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_old_versions_expire(deployment: Synthesised, owner: RemoteStack) -> None:
    lifecycle = of(deployment, S3BucketLifecycleConfiguration, f"{owner}_state_lifecycle")
    old_versions, released_locks = lifecycle["rule"]
    assert old_versions["status"] == released_locks["status"] == "Enabled"
    assert old_versions["filter"] == [{"prefix": ""}]
    assert old_versions["noncurrent_version_expiration"] == [
        {"noncurrent_days": 90, "newer_noncurrent_versions": 10}
    ]
    assert old_versions["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]
    # S3 removes a delete marker only when no old version is left, so locks keep none.
    key = deployment.environment.backend(owner).key
    assert released_locks["filter"] == [{"prefix": f"{key}.tflock"}]
    assert released_locks["noncurrent_version_expiration"] == [{"noncurrent_days": 1}]
    assert released_locks["expiration"] == [{"expired_object_delete_marker": True}]


def test_everything_of_a_bucket_is_in_its_region(deployment: Synthesised) -> None:
    for kind, found in deployment.stacks["bootstrap"].json["resource"].items():
        for logical_id, body in found.items():
            owner, found_state, _ = logical_id.partition("_state")
            if not found_state:
                continue
            region = deployment.environment.backend(owner).region
            assert body["provider"] == f"aws.{region}", f"{kind}.{logical_id}"
