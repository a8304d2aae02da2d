"""The logs in S3: who may write them, how long they are kept, and what happens to them in the
end."""

import json
from fnmatch import fnmatchcase
from typing import Any

from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.lb import Lb
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

from environments import ExistingNetwork
from tests.conftest import Region
from tests.synthesis import Stacks, example

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
BUCKET = "${aws_s3_bucket.logs.id}"
BALANCERS = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
FLOWS = {"Service": "delivery.logs.amazonaws.com"}


def arn_of(region: Region) -> str:
    return f"arn:aws:s3:::{region.environment.logs_bucket(region.role)}"


def statements(region: Region) -> list[dict[str, Any]]:
    return json.loads(region.stack.only(S3BucketPolicy)["policy"])["Statement"]


def test_the_bucket_is_the_regions_own(region: Region) -> None:
    bucket = region.stack.only(S3Bucket)
    assert bucket["bucket"] == f"{region.environment.backend(region.role).bucket}-logs"
    assert "provider" not in bucket


def test_it_is_private_encrypted_and_versioned(region: Region) -> None:
    access = region.stack.only(S3BucketPublicAccessBlock)
    blocks = ("block_public_acls", "block_public_policy")
    more = ("ignore_public_acls", "restrict_public_buckets")
    assert all(access[setting] is True for setting in (*blocks, *more))
    ownership = region.stack.only(S3BucketOwnershipControls)
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    # Load balancers cannot deliver logs to a bucket with a customer managed key.
    encryption = region.stack.only(S3BucketServerSideEncryptionConfigurationA)
    assert encryption["rule"] == [
        {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    ]
    versioning = region.stack.only(S3BucketVersioningA)
    assert versioning["versioning_configuration"] == {"status": "Enabled"}


def test_logs_expire(region: Region) -> None:
    (rule,) = region.stack.only(S3BucketLifecycleConfiguration)["rule"]
    assert (rule["status"], rule["filter"]) == ("Enabled", [{"prefix": ""}])
    assert rule["expiration"] == [{"days": region.environment.logs.days}]
    assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 30}]
    assert rule["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]


def test_with_deletion_protection_off_the_logs_go_with_the_region() -> None:
    """With it on, Terraform refuses before it destroys anything."""
    mission = example("mission")
    assert mission.deletion_protection
    for protected in (True, False):
        changed = mission.model_copy(update={"deletion_protection": protected})
        stack = Stacks(changed)["primary"]
        bucket = stack.only(S3Bucket)
        assert bucket["force_destroy"] is not protected
        assert bucket.get("lifecycle", {}) == ({"prevent_destroy": True} if protected else {})


def test_it_takes_tls_only(region: Region) -> None:
    deny = statements(region)[0]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:*")
    assert deny["Resource"] == [arn_of(region), f"{arn_of(region)}/*"]
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_load_balancers_write_below_this_accounts_name(region: Region) -> None:
    found = [one for one in statements(region) if one["Principal"] == BALANCERS]
    assert [(one["Effect"], one["Action"]) for one in found] == [("Allow", ["s3:PutObject"])] * 2
    assert [one["Resource"] for one in found] == [
        f"{arn_of(region)}/{prefix}/AWSLogs/{ACCOUNT}/*" for prefix in ("access", "connections")
    ]


def test_flow_logs_find_the_statements_that_aws_would_add(region: Region) -> None:
    source = {"aws:SourceArn": f"arn:aws:logs:{region.settings.region}:{ACCOUNT}:*"}
    write, check = (one for one in statements(region) if one["Principal"] == FLOWS)
    assert write == {
        "Sid": "AWSLogDeliveryWrite",
        "Effect": "Allow",
        "Principal": FLOWS,
        "Action": ["s3:PutObject"],
        "Resource": f"{arn_of(region)}/AWSLogs/{ACCOUNT}/*",
        "Condition": {
            "StringEquals": {
                "aws:SourceAccount": ACCOUNT,
                "s3:x-amz-acl": "bucket-owner-full-control",
            },
            "ArnLike": source,
        },
    }
    assert check == {
        "Sid": "AWSLogDeliveryAclCheck",
        "Effect": "Allow",
        "Principal": FLOWS,
        "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
        "Resource": arn_of(region),
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": source},
    }


def test_nobody_of_the_account_writes_a_log(region: Region) -> None:
    """The Deny covers everyone whom the account's own roles would let write; services are
    exempt."""
    (deny,) = (one for one in statements(region) if one.get("Sid") == "ServicesAlone")
    assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
    assert deny["Action"] == "s3:PutObject"
    assert deny["Resource"] == f"{arn_of(region)}/*"
    assert deny["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": ACCOUNT},
        "Bool": {"aws:PrincipalIsAWSService": "false"},
    }
    others = [one for one in statements(region) if one["Effect"] == "Allow"]
    assert all(set(one["Principal"]) == {"Service"} for one in others)


def test_the_load_balancer_logs_requests_and_connections(region: Region) -> None:
    balancer = region.stack.only(Lb)
    assert balancer["access_logs"] == {"bucket": BUCKET, "prefix": "access", "enabled": True}
    assert balancer["connection_logs"] == {
        "bucket": BUCKET,
        "prefix": "connections",
        "enabled": True,
    }
    for logs in ("access_logs", "connection_logs"):
        key = f"{arn_of(region)}/{balancer[logs]['prefix']}/AWSLogs/{ACCOUNT}/elasticloadbalancing"
        allowed = [one["Resource"] for one in statements(region) if one["Principal"] == BALANCERS]
        assert any(fnmatchcase(f"{key}/x.log.gz", pattern) for pattern in allowed)


def test_it_may_log_before_it_is_told_to(region: Region) -> None:
    assert "aws_s3_bucket_policy.logs_policy" in region.stack.only(Lb)["depends_on"]


def test_terraform_writes_the_policy_after_aws_may_have(region: Region) -> None:
    awaited = set(region.stack.only(FlowLog)["depends_on"])
    of_the_bucket = {
        f"{kind}.{logical_id}"
        for kind, found in region.stack.json["resource"].items()
        if kind.startswith("aws_s3_bucket_")
        for logical_id in found
    }
    assert awaited == of_the_bucket - {"aws_s3_bucket_policy.logs_policy"}
    assert len(awaited) == 5
    assert region.stack.only(S3BucketPolicy)["depends_on"] == [
        "aws_s3_bucket_public_access_block.logs_public_access",
        "aws_flow_log.flow_log",
    ]


def test_the_network_logs_all_traffic(region: Region) -> None:
    assert region.stack.has(
        FlowLog,
        vpc_id="${aws_vpc.vpc.id}",
        traffic_type="ALL",
        log_destination_type="s3",
        log_destination=f"arn:aws:s3:::{BUCKET}",
        max_aggregation_interval=600,
    )


def test_a_network_of_others_is_not_logged() -> None:
    mission = example("mission")
    subnets = ["subnet-01234567", "subnet-89abcdef"]
    network = ExistingNetwork(
        vpc_id="vpc-01234567", public_subnets=subnets, private_subnets=subnets
    )
    changed = {"cidr": None, "existing_network": network}
    primary = mission.primary.model_copy(update=changed)
    stack = Stacks(mission.model_copy(update={"primary": primary}))["primary"]
    assert not stack.resources(FlowLog)
    assert stack.only(Lb)["access_logs"]["bucket"] == BUCKET
