"""What Route 53 asks, and what the primary's record obeys."""

import json

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record

from environments import ROLES
from modules.failover_control import switch_alarm_settings
from tests.conftest import Synthesised


def test_each_region_is_probed_by_its_own_name(deployment: Synthesised) -> None:
    environment, stack = deployment.environment, deployment.stacks["global"]
    names = {record["name"] for record in stack.resources(Route53Record).values()}
    for role in ROLES:
        fqdn = f"{environment.regional(role).region}.{environment.dns.domain}"
        assert stack.has(
            Route53HealthCheck,
            type="HTTPS",
            fqdn=fqdn,
            port=443,
            enable_sni=True,
            resource_path="/",
            request_interval=environment.health_check.interval,
            failure_threshold=environment.health_check.failure_threshold,
        )
        assert fqdn not in names


def test_without_tls_the_regions_are_probed_by_http(plain: Synthesised) -> None:
    for role in ROLES:
        assert plain.stacks["global"].has(
            Route53HealthCheck, type="HTTP", port=80, fqdn=plain.environment.regional_name(role)
        )


def test_a_checks_successor_is_there_before_it_goes(deployment: Synthesised) -> None:
    for check in deployment.stacks["global"].resources(Route53HealthCheck).values():
        assert check["lifecycle"] == {"create_before_destroy": True}


def test_the_primary_is_in_service_while_it_is_healthy_and_the_switch_is_clear(
    deployment: Synthesised,
) -> None:
    parts = ("primary_health_check", "switch_object_check", "switch_metric_check")
    assert deployment.stacks["global"].has(
        Route53HealthCheck,
        type="CALCULATED",
        child_healthchecks=[f"${{aws_route53_health_check.{part}.id}}" for part in parts],
        child_health_threshold=3,
    )


def test_the_switchs_object_is_read_in_the_standbys_region(deployment: Synthesised) -> None:
    """Inverted: where S3 is gone, the primary stays in service."""
    environment = deployment.environment
    bucket = f"{environment.state.dr.bucket}-switch"
    assert deployment.stacks["global"].has(
        Route53HealthCheck,
        type="HTTPS",
        fqdn=f"{bucket}.s3.{environment.dr.region}.amazonaws.com",
        port=443,
        resource_path="/failed-over",
        enable_sni=True,
        invert_healthcheck=True,
        request_interval=10,
        failure_threshold=1,
    )


def test_the_switchs_metric_is_followed_in_the_standbys_region(deployment: Synthesised) -> None:
    """And keeps its last position where there is no data."""
    environment = deployment.environment
    assert deployment.stacks["global"].has(
        Route53HealthCheck,
        type="CLOUDWATCH_METRIC",
        cloudwatch_alarm_name=f"{environment.name}-failover-switch",
        cloudwatch_alarm_region=environment.dr.region,
        insufficient_data_health_status="LastKnownStatus",
    )


def test_the_check_is_updated_when_its_alarm_changes(deployment: Synthesised) -> None:
    """Route 53 copies an alarm's settings when the check is made or updated, and only then."""
    check = deployment.stacks["global"].resources(Route53HealthCheck)["switch_metric_check"]
    alarm = deployment.stacks["dr"].resources(CloudwatchMetricAlarm)["switch_alarm"]
    copied = json.loads(check["triggers"]["alarm"])
    assert copied == switch_alarm_settings(deployment.environment.name)
    assert copied == {name: alarm[name] for name in copied}
    told = {"alarm_name", "alarm_description", "alarm_actions", "ok_actions", "//"}
    assert set(alarm) - set(copied) == told, "a further setting belongs to the triggers"
