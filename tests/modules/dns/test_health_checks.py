"""What Route 53 checks, and which check the primary's record uses."""

from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record

from environments import ROLES
from tests.conftest import Synthesised
from tests.synthesis import example, synthesise


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


def test_checkers_are_where_the_settings_say(deployment: Synthesised, tmp_path: Path) -> None:
    """Those of the regions alone: the switch's objects are asked for from everywhere."""
    usual = deployment.stacks["global"].resources(Route53HealthCheck).values()
    assert not any("regions" in check for check in usual)
    few = ["eu-west-1", "us-east-1", "sa-east-1"]
    mission = example("mission")
    settings = mission.health_check.model_copy(update={"regions": few})
    stacks = synthesise(mission.model_copy(update={"health_check": settings}), tmp_path)
    checks = stacks["global"].resources(Route53HealthCheck)
    asked = {name for name, check in checks.items() if check.get("regions") == few}
    assert asked == {"primary_health_check", "standby_health_check"}
    assert not any("regions" in check for name, check in checks.items() if name not in asked)


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
    parts = ("primary_health_check", "switch_check_standby", "switch_check_global")
    assert deployment.stacks["global"].has(
        Route53HealthCheck,
        type="CALCULATED",
        child_healthchecks=[f"${{aws_route53_health_check.{part}.id}}" for part in parts],
        child_health_threshold=3,
    )


@pytest.mark.parametrize(("check", "place"), [("standby", 0), ("global", 1)])
def test_the_switchs_object_is_asked_for_in_either_place(
    deployment: Synthesised, check: str, place: int
) -> None:
    """The check is inverted: if S3 is gone, the primary stays in service."""
    where = deployment.environment.switch_places[place]
    found = deployment.stacks["global"].resources(Route53HealthCheck)[f"switch_check_{check}"]
    wanted = {
        "type": "HTTPS",
        "fqdn": f"{where.bucket}.s3.{where.region}.amazonaws.com",
        "port": 443,
        "resource_path": "/failed-over",
        "enable_sni": True,
        "invert_healthcheck": True,
        "request_interval": 10,
        "failure_threshold": 1,
    }
    assert {name: found[name] for name in wanted} == wanted


def test_no_metric_decides_who_serves(deployment: Synthesised) -> None:
    """Anyone allowed to publish it could keep the primary out of service."""
    checks = deployment.stacks["global"].resources(Route53HealthCheck).values()
    assert {check["type"] for check in checks} == {"HTTPS", "CALCULATED"}
