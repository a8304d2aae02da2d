"""The switch's bucket and alarm."""

import json
from ipaddress import ip_network
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA

from modules.checkers import CHECKER_RANGES
from tests.conftest import Synthesised


def of(deployment: Synthesised, kind: type[Any], logical_id: str) -> dict[str, Any]:
    return deployment.stacks["bootstrap"].resources(kind)[logical_id]


def test_the_bucket_is_in_the_standbys_region_and_outlives_its_stack(
    deployment: Synthesised,
) -> None:
    bucket = of(deployment, S3Bucket, "switch")
    assert bucket["bucket"] == f"{deployment.environment.state.dr.bucket}-switch"
    assert bucket["provider"] == f"aws.{deployment.environment.dr.region}"
    assert bucket["lifecycle"] == {"prevent_destroy": True}
    assert bucket["force_destroy"] is False
    for stack in ("primary", "dr", "global"):
        others = deployment.stacks[stack].resources(S3Bucket).values()
        assert deployment.environment.switch_bucket not in {other["bucket"] for other in others}


def test_all_of_the_bucket_is_in_the_standbys_region(deployment: Synthesised) -> None:
    for found in deployment.stacks["bootstrap"].json["resource"].values():
        for logical_id, body in found.items():
            if logical_id.startswith("switch"):
                assert body["provider"] == f"aws.{deployment.environment.dr.region}"


def test_health_checkers_alone_may_read_its_object_unsigned(deployment: Synthesised) -> None:
    bucket = f"arn:aws:s3:::{deployment.environment.switch_bucket}"
    policy = json.loads(of(deployment, S3BucketPolicy, "switch_policy")["policy"])
    tls_only, checkers = policy["Statement"]
    assert tls_only["Effect"] == "Deny"
    assert tls_only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert checkers == {
        "Sid": "HealthCheckers",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{bucket}/failed-over",
        "Condition": {"IpAddress": {"aws:SourceIp": list(CHECKER_RANGES)}},
    }


def test_the_public_stays_out(deployment: Synthesised) -> None:
    access = of(deployment, S3BucketPublicAccessBlock, "switch_public_access")
    blocks = ("block_public_acls", "block_public_policy")
    more = ("ignore_public_acls", "restrict_public_buckets")
    assert all(access[setting] is True for setting in (*blocks, *more))


def test_the_checkers_ranges_are_narrow_and_distinct() -> None:
    """S3 takes a policy for wide ranges for a public one."""
    networks = [ip_network(cidr) for cidr in CHECKER_RANGES]
    assert all(network.prefixlen >= 18 and network.is_global for network in networks)
    assert len({*networks}) == len(networks)


def test_it_remembers_who_moved_the_switch(deployment: Synthesised) -> None:
    versioning = of(deployment, S3BucketVersioningA, "switch_versioning")
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    rules = of(deployment, S3BucketLifecycleConfiguration, "switch_lifecycle")["rule"]
    kept = {
        rule["filter"][0]["prefix"]: rule["noncurrent_version_expiration"][0]["noncurrent_days"]
        for rule in rules
    }
    assert kept == {"": 365, "standby-needed": 1}


def test_the_alarm_follows_the_switchs_metric(deployment: Synthesised) -> None:
    """Without data it stays as it is, and of a minute the "set" counts."""
    assert deployment.stacks["dr"].has(
        CloudwatchMetricAlarm,
        alarm_name=f"{deployment.environment.name}-failover-switch",
        namespace="Failover",
        metric_name="SwitchSet",
        dimensions={"Deployment": deployment.environment.name},
        statistic="Maximum",
        period=60,
        evaluation_periods=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=1,
        treat_missing_data="ignore",
    )
