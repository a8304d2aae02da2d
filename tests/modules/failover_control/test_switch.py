"""The switch's buckets and alarm."""

import json
from ipaddress import ip_network
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA

from environments import Environment
from environments.advice import advice
from environments.loading import check
from modules.checkers import CHECKER_RANGES
from tests.arc import ROUTING_CONTROL
from tests.conftest import Synthesised
from tests.synthesis import EXAMPLES, Stacks, example


def of(deployment: Synthesised, kind: type[Any], logical_id: str) -> dict[str, Any]:
    return deployment.stacks["bootstrap"].resources(kind)[logical_id]


IDS = ("switch", "switch_global")


def test_the_buckets_are_in_the_standbys_region_and_a_third_and_outlive_their_stacks(
    deployment: Synthesised,
) -> None:
    environment = deployment.environment
    states = (environment.state.dr, environment.state.global_)
    assert len({environment.primary.region, *(one.region for one in states)}) == 3
    for logical_id, state in zip(IDS, states, strict=True):
        bucket = of(deployment, S3Bucket, logical_id)
        assert bucket["bucket"] == f"{state.bucket}-switch"
        assert bucket["provider"] == f"aws.{state.region}"
        assert bucket["lifecycle"] == {"prevent_destroy": True}
        assert bucket["force_destroy"] is False
    ours = {place.bucket for place in environment.switch_places}
    for stack in ("primary", "dr", "global"):
        others = deployment.stacks[stack].resources(S3Bucket).values()
        assert not ours & {other["bucket"] for other in others}


def test_all_of_a_bucket_is_in_its_region(deployment: Synthesised) -> None:
    standby, third = (place.region for place in deployment.environment.switch_places)
    for found in deployment.stacks["bootstrap"].json["resource"].values():
        for logical_id, body in found.items():
            if logical_id.startswith("switch"):
                region = third if logical_id.startswith("switch_global") else standby
                assert body["provider"] == f"aws.{region}"


def test_health_checkers_alone_may_read_their_object_unsigned(deployment: Synthesised) -> None:
    for logical_id, place in zip(IDS, deployment.environment.switch_places, strict=True):
        policy = json.loads(of(deployment, S3BucketPolicy, f"{logical_id}_policy")["policy"])
        tls_only, checkers = policy["Statement"]
        assert tls_only["Effect"] == "Deny"
        assert tls_only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert checkers == {
            "Sid": "HealthCheckers",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{place.bucket}/failed-over",
            "Condition": {"IpAddress": {"aws:SourceIp": list(CHECKER_RANGES)}},
        }


def together(**changes: Any) -> Environment:
    """The mission with its global state in the standby's region."""
    content = example("mission").model_dump(by_alias=True, exclude_none=True)
    content["state"]["global"]["region"] = "us-east-1"
    return check({**content, **changes}, EXAMPLES / "together.toml")


@pytest.mark.parametrize("failback", ["manual", "automatic"])
def test_with_the_global_state_in_the_standbys_region_there_is_one(failback: str) -> None:
    environment = together(failover={"failback": failback})
    stacks = Stacks(environment)
    buckets = stacks["bootstrap"].resources(S3Bucket)
    assert ("switch" in buckets, "switch_global" in buckets) == (True, False)
    (said,) = json.loads(
        stacks["dr"].resources(LambdaFunction)["control"]["environment"]["variables"]["SWITCH"]
    )
    assert said == {"bucket": environment.switch_bucket, "region": "us-east-1"}
    advised = [one for one in advice(environment) if "the failover switch is kept" in one]
    assert len(advised) == (failback == "manual")
    checks = stacks["global"].resources(Route53HealthCheck)
    if failback == "manual":
        children = checks["primary_in_service"]["child_healthchecks"]
        parts = ("primary_health_check", "switch_check_standby")
        assert children == [f"${{aws_route53_health_check.{part}.id}}" for part in parts]
        assert checks["primary_in_service"]["child_health_threshold"] == 2
    assert "switch_check_global" not in checks


FAILOVERS: list[dict[str, Any]] = [
    {"failback": "manual"},
    {"failback": "automatic"},
    {"failback": "manual", "routing_control": ROUTING_CONTROL},
]


def test_whatever_the_failover_no_bucket_goes() -> None:
    """Terraform would try to destroy it and AWS would refuse: it holds the switch's history."""
    made: list[set[tuple[str, str]]] = []
    read_by_checkers: list[bool] = []
    for failover in FAILOVERS:
        content = example("mission").model_dump(by_alias=True, exclude_none=True)
        environment = check({**content, "failover": failover}, EXAMPLES / "changed.toml")
        stack = Stacks(environment)["bootstrap"]
        buckets = stack.resources(S3Bucket)
        made.append({(logical_id, one["bucket"]) for logical_id, one in buckets.items()})
        assert all(one["lifecycle"] == {"prevent_destroy": True} for one in buckets.values())
        policies = (stack.resources(S3BucketPolicy)[f"{one}_policy"]["policy"] for one in IDS)
        read_by_checkers += ["HealthCheckers" in policy for policy in policies]
    assert made == [made[0]] * 3
    assert set(IDS) < {logical_id for logical_id, _ in made[0]}
    assert read_by_checkers == [True, True, False, False, False, False]


def test_the_public_stays_out(deployment: Synthesised) -> None:
    blocks = ("block_public_acls", "block_public_policy")
    more = ("ignore_public_acls", "restrict_public_buckets")
    for logical_id in IDS:
        access = of(deployment, S3BucketPublicAccessBlock, f"{logical_id}_public_access")
        assert all(access[setting] is True for setting in (*blocks, *more))


def test_the_checkers_ranges_are_narrow_and_distinct() -> None:
    """S3 considers a policy for wide ranges public."""
    networks = [ip_network(cidr) for cidr in CHECKER_RANGES]
    assert all(network.prefixlen >= 18 and network.is_global for network in networks)
    assert len({*networks}) == len(networks)


@pytest.mark.parametrize("logical_id", IDS)
def test_it_remembers_who_moved_the_switch(deployment: Synthesised, logical_id: str) -> None:
    versioning = of(deployment, S3BucketVersioningA, f"{logical_id}_versioning")
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    rules = of(deployment, S3BucketLifecycleConfiguration, f"{logical_id}_lifecycle")["rule"]
    kept = {
        rule["filter"][0]["prefix"]: rule["noncurrent_version_expiration"][0]["noncurrent_days"]
        for rule in rules
    }
    assert kept == {"": 365, "standby-needed": 1}


def test_the_alarm_follows_what_the_function_says(deployment: Synthesised) -> None:
    """Without data it keeps its state; within a minute, "set" wins. Nothing acts on it."""
    assert deployment.stacks["dr"].has(
        CloudwatchMetricAlarm,
        alarm_name=f"{deployment.environment.name}-failover-switch",
        namespace="Failover",
        metric_name="FailedOver",
        dimensions={"Deployment": deployment.environment.name},
        statistic="Maximum",
        period=60,
        evaluation_periods=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=1,
        treat_missing_data="ignore",
        alarm_actions=["${aws_sns_topic.alerts.arn}"],
        ok_actions=["${aws_sns_topic.alerts.arn}"],
    )
