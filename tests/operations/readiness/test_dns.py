"""Records and health checks, of deployments that differ from the mission."""

from typing import Any

import pytest

from environments import Environment
from functions.standby_readiness.outcome import Status
from operations.readiness import dns
from operations.readiness.deployment import Deployment
from tests.functions.standby_readiness.fakes import Fake, found, only
from tests.operations.readiness.regions import deployment
from tests.synthesis import example

DOMAIN = "www.staging.example.com"
PRIMARY, STANDBY = f"eu-central-1.{DOMAIN}", f"eu-west-1.{DOMAIN}"


def cname(failover: str, target: str, **changes: Any) -> dict[str, Any]:
    return {
        "Name": f"{DOMAIN}.",
        "Type": "CNAME",
        "Failover": failover,
        "ResourceRecords": [{"Value": target}],
        "HealthCheckId": failover.lower(),
        **changes,
    }


RECORDS = [cname("PRIMARY", PRIMARY), cname("SECONDARY", STANDBY)]


def endpoint(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "Type": "HTTPS",
        "FullyQualifiedDomainName": name,
        "Port": 443,
        "EnableSNI": True,
        "ResourcePath": "/",
        "RequestInterval": 30,
        "FailureThreshold": 2,
        **changes,
    }


def without_switch() -> Environment:
    staging = example("staging")
    failover = staging.failover.model_copy(update={"failback": "automatic"})
    return staging.model_copy(update={"failover": failover})


def with_zone(
    environment: Environment,
    records: list[dict[str, Any]] = RECORDS,
    checks: dict[str, dict[str, Any]] | None = None,
    zone: dict[str, Any] | None = None,
) -> Deployment:
    listed = {"Id": "/hostedzone/Z1", "Name": f"{environment.dns.zone}.", "Config": {}}

    def get_health_check(HealthCheckId: str) -> dict[str, Any]:  # noqa: N803
        return {"HealthCheck": {"HealthCheckConfig": (checks or {})[HealthCheckId]}}

    route53 = Fake(
        list_hosted_zones_by_name={"HostedZones": [listed]},
        list_resource_record_sets={"ResourceRecordSets": records},
        get_health_check=get_health_check,
        get_hosted_zone={"HostedZone": {**listed, **(zone or {})}},
    )
    return deployment(environment, {("route53", "us-east-1"): route53})


@pytest.mark.parametrize(
    ("records", "faults"),
    [
        (RECORDS, []),
        (
            [RECORDS[0], cname("SECONDARY", PRIMARY)],
            [f"the SECONDARY record CNAME of {DOMAIN} points at {PRIMARY}, not {STANDBY}"],
        ),
        (RECORDS[:1], [f"the SECONDARY record CNAME of {DOMAIN} is missing: apply `global`"]),
        (
            [
                {key: value for key, value in RECORDS[0].items() if key != "HealthCheckId"},
                RECORDS[1],
            ],
            [f"the PRIMARY record CNAME of {DOMAIN} has no health check"],
        ),
    ],
)
def test_failover_cnames(records: list[dict[str, Any]], faults: list[str]) -> None:
    there = with_zone(example("staging"), records)
    said = found(dns.failover_records_point_right, there)
    assert [one for status, one in said if status is Status.FAULT] == faults


@pytest.mark.parametrize("evaluates", [True, False])
def test_without_a_switch_the_primarys_alias_evaluates_its_target(evaluates: bool) -> None:
    """With one, only the health check decides for the primary."""
    mission = example("mission")
    failover = mission.failover.model_copy(update={"failback": "automatic"})
    environments = {True: mission.model_copy(update={"failover": failover}), False: mission}

    def alias(kind: str, failover: str, region: str) -> dict[str, Any]:
        return {
            "Name": "awspractice.space.",
            "Type": kind,
            "Failover": failover,
            "HealthCheckId": "1",
            "AliasTarget": {
                "DNSName": f"{region}.awspractice.space.",
                "EvaluateTargetHealth": evaluates or failover == "SECONDARY",
            },
        }

    records = [
        alias(kind, *of)
        for kind in ("A", "AAAA")
        for of in (("PRIMARY", "ap-south-1"), ("SECONDARY", "us-east-1"))
    ]
    check = dns.failover_records_point_right
    assert only(check, with_zone(environments[evaluates], records))[0] is Status.READY
    other = found(check, with_zone(environments[not evaluates], records))
    assert [status for status, _ in other] == [Status.FAULT] * 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"Disabled": True}, "it is disabled, and counts as healthy"),
        ({"Inverted": True}, "it is inverted"),
        ({"Port": 80, "ResourcePath": "/up"}, "Port is 80, not 443; ResourcePath is /up, not /"),
    ],
)
def test_health_checks_without_a_switch(changes: dict[str, Any], words: str) -> None:
    checks = {"primary": endpoint(PRIMARY), "secondary": endpoint(STANDBY, **changes)}
    primary, standby = found(
        dns.health_checks_are_right, with_zone(without_switch(), checks=checks)
    )
    assert primary[0] is Status.READY
    assert standby[0] is (Status.FAULT if changes else Status.READY)
    assert words in standby[1]
    assert found(dns.switch_checks_are_right, with_zone(without_switch())) == []


def test_a_check_on_something_else_is_not_the_primarys() -> None:
    checks = {
        "primary": {"Type": "CALCULATED", "ChildHealthChecks": ["a"], "HealthThreshold": 1},
        "a": endpoint("elsewhere.example"),
        "secondary": endpoint(STANDBY),
    }
    there = with_zone(example("staging"), checks=checks)
    assert only(dns.health_checks_are_right, there) == (
        Status.UNKNOWN,
        f"cannot be checked: no check on {PRIMARY} is part of what users follow",
    )


@pytest.mark.parametrize(
    ("features", "status"),
    [
        ({"Features": {"AcceleratedRecoveryStatus": "ENABLED"}}, Status.READY),
        ({"Features": {"AcceleratedRecoveryStatus": "ENABLING"}}, Status.NOTE),
        ({}, Status.NOTE),
    ],
)
def test_accelerated_recovery_is_no_fault_where_it_is_off(
    features: dict[str, Any], status: Status
) -> None:
    there = with_zone(example("staging"), zone=features)
    one, said = only(dns.accelerated_recovery_is_on, there)
    assert one is status
    assert ("update-hosted-zone-features" in said) == (status is Status.NOTE)
