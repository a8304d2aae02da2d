"""The switch's bucket and alarm."""

import json
from ipaddress import ip_network

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA

from modules.failover_control.checkers import CHECKER_RANGES
from tests.conftest import Synthesised


def test_the_bucket_is_the_standbys_alone(deployment: Synthesised) -> None:
    bucket = deployment.stacks["dr"].only(S3Bucket)
    assert bucket["bucket"] == f"{deployment.environment.state.dr.bucket}-switch"
    assert bucket["force_destroy"] is True
    assert not deployment.stacks["primary"].resources(S3Bucket)


def test_health_checkers_alone_may_read_its_object_unsigned(deployment: Synthesised) -> None:
    stack = deployment.stacks["dr"]
    bucket = f"arn:aws:s3:::{deployment.environment.switch_bucket}"
    tls_only, checkers = json.loads(stack.only(S3BucketPolicy)["policy"])["Statement"]
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
    access = deployment.stacks["dr"].only(S3BucketPublicAccessBlock)
    settings = [value for name, value in access.items() if name.split("_")[0] != "bucket"]
    assert [value for value in settings if isinstance(value, bool)] == [True] * 4


def test_the_checkers_ranges_are_narrow_and_distinct() -> None:
    """S3 takes a policy for wide ranges for a public one."""
    networks = [ip_network(cidr) for cidr in CHECKER_RANGES]
    assert all(network.prefixlen >= 18 and network.is_global for network in networks)
    assert len({*networks}) == len(networks)


def test_it_remembers_who_moved_the_switch(deployment: Synthesised) -> None:
    stack = deployment.stacks["dr"]
    assert stack.only(S3BucketVersioningA)["versioning_configuration"] == {"status": "Enabled"}
    rules = stack.only(S3BucketLifecycleConfiguration)["rule"]
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
