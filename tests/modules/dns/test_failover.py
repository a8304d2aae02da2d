"""The health check and the failover records."""

from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record

from tests.conftest import Synthesised


def test_the_check_probes_the_primarys_own_name(deployment: Synthesised) -> None:
    environment, stack = deployment.environment, deployment.stacks["global"]
    primary_name = f"{environment.primary.region}.{environment.dns.domain}"
    assert stack.has(
        Route53HealthCheck,
        type="HTTP",
        fqdn=primary_name,
        port=80,
        resource_path="/",
        request_interval=environment.health_check.interval,
        failure_threshold=environment.health_check.failure_threshold,
    )
    records = stack.resources(Route53Record).values()
    assert primary_name not in {record["name"] for record in records}


def test_the_checks_successor_is_there_before_it_goes(deployment: Synthesised) -> None:
    assert deployment.stacks["global"].has(
        Route53HealthCheck, lifecycle={"create_before_destroy": True}
    )


def test_production_fails_over_by_alias(mission: Synthesised) -> None:
    zone = "${data.aws_route53_zone.zone.zone_id}"
    for role, region in (("primary", "ap-south-1"), ("secondary", "us-east-1")):
        assert mission.stacks["global"].has(
            Route53Record,
            name="awspractice.space",
            type="A",
            zone_id=zone,
            set_identifier=role,
            failover_routing_policy={"type": role.upper()},
            alias={
                "name": f"{region}.awspractice.space",
                "zone_id": zone,
                "evaluate_target_health": True,
            },
        )
    for record in mission.stacks["global"].resources(Route53Record).values():
        assert not {"ttl", "records"} & set(record)


def test_staging_fails_over_by_cname_with_a_short_ttl(staging: Synthesised) -> None:
    for role, region in (("primary", "eu-central-1"), ("secondary", "eu-west-1")):
        assert staging.stacks["global"].has(
            Route53Record,
            name="www.staging.example.com",
            type="CNAME",
            ttl=10,
            set_identifier=role,
            failover_routing_policy={"type": role.upper()},
            records=[f"{region}.www.staging.example.com"],
        )
    for record in staging.stacks["global"].resources(Route53Record).values():
        assert "alias" not in record


def test_the_check_guards_the_primary_alone(deployment: Synthesised) -> None:
    records = deployment.stacks["global"].resources(Route53Record)
    assert set(records) == {"primary_record", "secondary_record"}
    check = "${aws_route53_health_check.primary_health_check.id}"
    assert records["primary_record"]["health_check_id"] == check
    assert "health_check_id" not in records["secondary_record"]
