"""The failover records, and those that show a region's health."""

from itertools import product
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.route53_record import Route53Record

from environments import ExistingNetwork
from tests.conftest import Synthesised
from tests.synthesis import Stacks, example


def domain_records(deployment: Synthesised) -> dict[str, dict[str, Any]]:
    """The records of the name that users open."""
    found = deployment.stacks["global"].resources(Route53Record)
    domain = deployment.environment.dns.domain
    return {name: record for name, record in found.items() if record["name"] == domain}


def test_production_fails_over_by_alias(mission: Synthesised) -> None:
    zone = "${data.aws_route53_zone.zone.zone_id}"
    wanted = product((("primary", "ap-south-1"), ("secondary", "us-east-1")), ("A", "AAAA"))
    for (role, region), kind in wanted:
        assert mission.stacks["global"].has(
            Route53Record,
            name="awspractice.space",
            type=kind,
            zone_id=zone,
            set_identifier=role,
            failover_routing_policy={"type": role.upper()},
            alias={
                "name": f"{region}.awspractice.space",
                "zone_id": zone,
                # With a switch, only the primary's health check decides.
                "evaluate_target_health": role == "secondary",
            },
        )
    for record in domain_records(mission).values():
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
    for record in domain_records(staging).values():
        assert "alias" not in record


def test_a_secondary_comes_after_its_primary_and_goes_before_it(deployment: Synthesised) -> None:
    """A lone SECONDARY would be served: "the primary is unhealthy", on the very first
    deployment."""
    records = deployment.stacks["global"].resources(Route53Record)
    pairs: dict[tuple[str, str], dict[str, str]] = {}
    for logical_id, one in records.items():
        role = one["failover_routing_policy"]["type"]
        pairs.setdefault((one["name"], one["type"]), {})[role] = logical_id
    assert {name.partition(".")[0] for name, _ in pairs} >= {"primary-health", "standby-health"}
    for pair in pairs.values():
        needs = records[pair["SECONDARY"]]["depends_on"]
        assert needs == [f"aws_route53_record.{pair['PRIMARY']}"]
        assert "depends_on" not in records[pair["PRIMARY"]]


def test_every_record_obeys_a_check(deployment: Synthesised) -> None:
    """The same check over IPv6 as over IPv4."""
    kinds = [""] if deployment.environment.dns.record == "cname" else ["", "_ipv6"]
    checks = {
        name: record["health_check_id"] for name, record in domain_records(deployment).items()
    }
    obeyed = {"primary": "primary_in_service", "secondary": "standby_health_check"}
    assert checks == {
        f"{role}_record{kind}": f"${{aws_route53_health_check.{check}.id}}"
        for role, check in obeyed.items()
        for kind in kinds
    }


def test_every_alias_fails_over_as_the_domain_does() -> None:
    mission = example("mission")
    dns = mission.dns.model_copy(update={"aliases": ["www.awspractice.space"]})
    stacks = Stacks(mission.model_copy(update={"dns": dns}))
    records = stacks["global"].resources(Route53Record)
    assert stacks["global"].outputs["alias_urls"] == "https://www.awspractice.space/"
    for role, kind in product(("primary", "secondary"), ("", "_ipv6")):
        domain = records[f"{role}_record{kind}"]
        alias = records[f"{role}_record_www_awspractice_space{kind}"]
        assert alias["name"] == "www.awspractice.space"
        own = {"name", "depends_on", "//"}
        assert {key: alias[key] for key in alias.keys() - own} == {
            key: domain[key] for key in domain.keys() - own
        }
    second = records["secondary_record_www_awspractice_space"]
    assert second["depends_on"] == ["aws_route53_record.primary_record_www_awspractice_space"]


def test_the_domain_has_ipv6_only_where_both_regions_have() -> None:
    """With IPv6 in one region only, its users would be sent there even when it is dead."""
    mission = example("mission")
    subnets = [f"subnet-{number:08x}" for number in range(3)]
    network = ExistingNetwork(
        vpc_id="vpc-01234567", public_subnets=subnets, private_subnets=subnets
    )
    for ipv6 in (False, True):
        there = network.model_copy(update={"ipv6": ipv6})
        dr = mission.dr.model_copy(update={"cidr": None, "existing_network": there})
        stacks = Stacks(mission.model_copy(update={"dr": dr}))
        kinds = {record["type"] for record in stacks["global"].resources(Route53Record).values()}
        assert kinds == ({"A", "AAAA"} if ipv6 else {"A"})
        regional = stacks["dr"].resources(Route53Record)
        assert ("regional_name_ipv6" in regional) is ipv6
        assert stacks["dr"].only(Lb)["ip_address_type"] == ("dualstack" if ipv6 else "ipv4")


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("primary_health", "primary_health_check"),
        ("standby_health", "standby_health_check"),
        ("primary_in_service", "primary_in_service"),
    ],
)
def test_the_health_can_be_asked_of_dns(deployment: Synthesised, said: str, check: str) -> None:
    stack = deployment.stacks["global"]
    name = f"{said.replace('_', '-')}.{deployment.environment.dns.domain}"
    check = f"${{aws_route53_health_check.{check}.id}}"
    assert stack.has(
        Route53Record,
        name=name,
        type="A",
        ttl=5,
        set_identifier="healthy",
        failover_routing_policy={"type": "PRIMARY"},
        health_check_id=check,
        records=["192.0.2.1"],
    )
    assert stack.has(
        Route53Record,
        name=name,
        type="A",
        ttl=5,
        set_identifier="unhealthy",
        failover_routing_policy={"type": "SECONDARY"},
        records=["192.0.2.2"],
    )
    unhealthy = stack.resources(Route53Record)[f"{said}_unhealthy"]
    assert "health_check_id" not in unhealthy, "it must always have an answer"
