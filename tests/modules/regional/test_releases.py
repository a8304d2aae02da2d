"""A region's releases: their bucket, and who may read and write it."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
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
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint

from environments import ROLES
from tests.applications import KINDS, running
from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks


@pytest.fixture(scope="module")
def deployment() -> Synthesised:
    environment = running("release")
    return Synthesised(environment, Stacks(environment))


@pytest.fixture(params=ROLES)
def stack(request: pytest.FixtureRequest, deployment: Synthesised) -> Stack:
    return deployment.stacks[request.param]


@pytest.fixture
def bucket(stack: Stack) -> str:
    return stack.resources(S3Bucket)["releases"]["bucket"]


def statements(stack: Stack, kind: type[Any], name: str) -> list[dict[str, Any]]:
    return json.loads(stack.resources(kind)[name]["policy"])["Statement"]


def test_the_bucket_is_private_encrypted_and_keeps_versions(stack: Stack) -> None:
    reference = "${aws_s3_bucket.releases.id}"
    assert stack.has(
        S3BucketPublicAccessBlock,
        bucket=reference,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
    assert stack.has(
        S3BucketOwnershipControls,
        bucket=reference,
        rule={"object_ownership": "BucketOwnerEnforced"},
    )
    assert stack.has(
        S3BucketVersioningA, bucket=reference, versioning_configuration={"status": "Enabled"}
    )
    assert stack.has(
        S3BucketServerSideEncryptionConfigurationA,
        bucket=reference,
        rule=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
    )


def test_it_forgets_unfinished_uploads_and_nothing_else(stack: Stack) -> None:
    """A rollback may want any release, and the versions of `current` are the region's history."""
    lifecycle = stack.resources(S3BucketLifecycleConfiguration)["releases_lifecycle"]
    assert lifecycle["rule"] == [
        {
            "id": "unfinished-uploads",
            "status": "Enabled",
            "filter": [{"prefix": ""}],
            "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
        }
    ]


def test_it_denies_requests_without_tls_and_writes_without_a_condition(
    stack: Stack, bucket: str
) -> None:
    arn = f"arn:aws:s3:::{bucket}"
    tls, releases, current = statements(stack, S3BucketPolicy, "releases_policy")
    assert (tls["Effect"], tls["Action"], tls["Resource"]) == ("Deny", "s3:*", [arn, f"{arn}/*"])
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    created = {"Bool": {"s3:ObjectCreationOperation": "true"}}
    put = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
    assert releases == {
        **put,
        "Resource": f"{arn}/releases/*",
        "Condition": {"Null": {"s3:if-none-match": "true"}, **created},
    }
    assert current == {
        **put,
        "Resource": f"{arn}/current",
        "Condition": {"Null": {"s3:if-none-match": "true", "s3:if-match": "true"}, **created},
    }


@pytest.mark.parametrize("protected", [True, False])
def test_it_is_destroyed_only_without_deletion_protection(protected: bool) -> None:
    stacks = Stacks(running("release", deletion_protection=protected))
    for role in ROLES:
        body = stacks[role].resources(S3Bucket)["releases"]
        assert body["force_destroy"] is not protected
        assert body.get("lifecycle") == ({"prevent_destroy": True} if protected else None)


def test_instances_read_the_current_release_and_nothing_else(stack: Stack, bucket: str) -> None:
    arn = f"arn:aws:s3:::{bucket}"
    allowed = {"Effect": "Allow", "Action": ["s3:GetObject"]}
    policy = stack.resources(IamRolePolicy)["instance_policy"]
    assert policy["role"] == "${aws_iam_role.instance_role.name}"
    assert json.loads(policy["policy"])["Statement"] == [
        {**allowed, "Resource": f"{arn}/current"},
        {**allowed, "Resource": f"{arn}/releases/*"},
    ]
    described = stack.resources(IamRole)["instance_role"]["description"]
    assert described == "Web instances: Session Manager, and the current release"


def test_the_endpoint_lets_the_same_through_for_whoever_may(stack: Stack, bucket: str) -> None:
    mine = [
        one
        for one in statements(stack, VpcEndpoint, "s3_endpoint")
        if f":::{bucket}/" in one["Resource"]
    ]
    arn = f"arn:aws:s3:::{bucket}"
    allowed = {"Effect": "Allow", "Action": ["s3:GetObject"], "Principal": "*"}
    assert mine == [
        {**allowed, "Resource": f"{arn}/current"},
        {**allowed, "Resource": f"{arn}/releases/*"},
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "release"])
def test_what_runs_no_releases_may_read_none(kind: str, mission: Synthesised) -> None:
    stacks = Stacks(running(kind))
    for role in ROLES:
        found = stacks[role]
        assert "instance_policy" not in found.resources(IamRolePolicy)
        description = found.resources(IamRole)["instance_role"]["description"]
        assert description == "Web instances: Session Manager only"
        assert found.resources(VpcEndpoint) == mission.stacks[role].resources(VpcEndpoint)


def test_in_a_network_of_the_users_its_owner_decides_what_the_endpoint_lets_through() -> None:
    subnets = {
        f"{kind}_subnets": [f"subnet-{number:08x}" for number in range(first, first + 3)]
        for first, kind in ((0, "public"), (3, "private"))
    }
    network = {"cidr": None, "existing_network": {"vpc_id": "vpc-00000001", **subnets}}
    stack = Stacks(running("release", tables={"dr": network}))["dr"]
    assert stack.resources(VpcEndpoint) == {}
    assert "instance_policy" in stack.resources(IamRolePolicy)
