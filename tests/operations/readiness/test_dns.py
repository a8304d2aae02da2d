"""Records and health checks, of deployments that differ from the mission."""

from typing import Any

import pytest

from environments import Environment
from functions.standby_readiness.outcome import Status
from operations.readiness import dns
from operations.readiness.deployment import Deployment
from tests.functions.standby_readiness.fakes import Fake, found, only, refusal
from tests.operations.preflight.checking import with_dns
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


def zone_of(
    environment: Environment,
    records: list[dict[str, Any]] = RECORDS,
    zone: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What Route 53 answers in the account of the hosted zone."""
    listed = {"Id": "/hostedzone/Z1", "Name": f"{environment.dns.zone}.", "Config": {}}
    return {
        "list_hosted_zones_by_name": {"HostedZones": [listed]},
        "list_resource_record_sets": {"ResourceRecordSets": records},
        "get_hosted_zone": {"HostedZone": {**listed, **(zone or {})}},
    }


def checks_of(checks: dict[str, dict[str, Any]] | None) -> dict[str, Any]:
    """What Route 53 answers in the account of the health checks."""

    def get_health_check(HealthCheckId: str) -> dict[str, Any]:  # noqa: N803
        return {"HealthCheck": {"HealthCheckConfig": (checks or {})[HealthCheckId]}}

    return {"get_health_check": get_health_check}


def with_zone(
    environment: Environment,
    records: list[dict[str, Any]] = RECORDS,
    checks: dict[str, dict[str, Any]] | None = None,
    zone: dict[str, Any] | None = None,
) -> Deployment:
    route53 = Fake(**zone_of(environment, records, zone), **checks_of(checks))
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


ALIAS = "shop.staging.example.com"
OF_ALIAS = [{**one, "Name": f"{ALIAS}."} for one in RECORDS]


@pytest.mark.parametrize(
    ("records", "faults"),
    [
        (OF_ALIAS, []),
        (OF_ALIAS[:1], [f"the SECONDARY record CNAME of {ALIAS} is missing: apply `global`"]),
        (
            [{**OF_ALIAS[0], "HealthCheckId": "other"}, OF_ALIAS[1]],
            [f"the PRIMARY record CNAME of {ALIAS} has another health check than {DOMAIN}"],
        ),
    ],
)
def test_every_name_fails_over(records: list[dict[str, Any]], faults: list[str]) -> None:
    staging = with_dns(example("staging"), aliases=[ALIAS])
    said = found(dns.failover_records_point_right, with_zone(staging, [*RECORDS, *records]))
    assert [one for status, one in said if status is Status.FAULT] == faults
    if not faults:
        assert said == [
            (Status.READY, f"{DOMAIN}: CNAME"),
            (Status.READY, f"{ALIAS}: CNAME"),
        ]


def test_what_the_domain_lacks_is_told_beside_what_it_has() -> None:
    said = found(
        dns.failover_records_point_right,
        with_zone(with_dns(example("staging"), aliases=[ALIAS]), [RECORDS[0], *OF_ALIAS]),
    )
    assert said == [
        (Status.FAULT, f"the SECONDARY record CNAME of {DOMAIN} is missing: apply `global`"),
        (Status.READY, f"{ALIAS}: CNAME"),
    ]


ROLE = "arn:aws:iam::222233334444:role/failover-dns"
IN_THE_ZONE = (dns.failover_records_point_right, dns.accelerated_recovery_is_on)


def test_a_zone_in_another_account_is_asked_there_and_the_health_checks_here() -> None:
    """By the STS of the standby's region: the primary's may be lost."""
    environment = with_dns(without_switch(), role_arn=ROLE, query_logs=False)
    checks = {"primary": endpoint(PRIMARY), "secondary": endpoint(STANDBY)}
    here = Fake(**checks_of(checks))
    features = {"Features": {"AcceleratedRecoveryStatus": "ENABLED"}}
    zone = Fake(**zone_of(environment, zone=features))

    def assume(role: str, region: str) -> Any:
        assert (role, region) == (ROLE, environment.dr.region)
        return lambda service, region: {("route53", "us-east-1"): zone}[service, region]

    there = deployment(environment, {("route53", "us-east-1"): here}, assume)
    for check in (*IN_THE_ZONE, dns.health_checks_are_right):
        assert {status for status, _ in found(check, there)} == {Status.READY}


def test_a_role_that_may_not_be_assumed_leaves_the_zone_unchecked() -> None:
    environment = with_dns(without_switch(), role_arn=ROLE, query_logs=False)

    def assume(_role: str, _region: str) -> Any:
        raise refusal("AccessDenied")

    there = deployment(environment, {("route53", "us-east-1"): Fake()}, assume)
    for check in IN_THE_ZONE:
        status, said = only(check, there)
        assert status is Status.UNKNOWN
        assert "AccessDenied" in said
