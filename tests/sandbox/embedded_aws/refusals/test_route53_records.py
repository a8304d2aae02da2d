"""What Route 53 refuses: record changes."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import network
from tests.sandbox.embedded_aws.refusals.service import Service, unique

BATCH, INPUT = "InvalidChangeBatch", "InvalidInput"
Record = dict[str, Any]


@pytest.fixture(scope="module")
def route53(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "route53")


class Zone:
    """A test's own hosted zone."""

    def __init__(self, route53: Service) -> None:
        self.route53 = route53
        self.name = f"{unique()}.example"
        made = route53.ok("create_hosted_zone", Name=self.name, CallerReference=self.name)
        self.id: str = made["HostedZone"]["Id"].removeprefix("/hostedzone/")

    def batch(self, *changes: tuple[str, Record]) -> dict[str, Any]:
        listed = [{"Action": what, "ResourceRecordSet": record} for what, record in changes]
        return {"HostedZoneId": self.id, "ChangeBatch": {"Changes": listed}}

    def ok(self, *records: Record, action: str = "CREATE") -> None:
        batch = self.batch(*((action, record) for record in records))
        self.route53.ok("change_resource_record_sets", **batch)

    def refused(self, code: str, *said: str, of: list[Record], action: str = "CREATE") -> None:
        batch = self.batch(*((action, record) for record in of))
        self.route53.refused("change_resource_record_sets", code, *said, **batch)

    def named(self, label: str) -> str:
        return f"{label}.{self.name}" if label else self.name

    def a(self, label: str, *values: str, kind: str = "A", **more: Any) -> Record:
        """An address record, with 192.0.2.1 by default."""
        listed = [{"Value": value} for value in values or ("192.0.2.1",)]
        record = {"Name": self.named(label), "Type": kind, "TTL": 60, "ResourceRecords": listed}
        return {**record, **more}

    def alias(self, label: str, target: str, zone: str = "", **more: Any) -> Record:
        where = {"HostedZoneId": zone or self.id, "DNSName": target, "EvaluateTargetHealth": True}
        return {"Name": self.named(label), "Type": "A", "AliasTarget": where, **more}


@pytest.fixture
def zone(route53: Service) -> Zone:
    return Zone(route53)


@pytest.fixture(scope="module")
def health(route53: Service) -> str:
    config = {"Type": "TCP", "FullyQualifiedDomainName": "www.example.com", "Port": 443}
    made = route53.ok("create_health_check", CallerReference=unique(), HealthCheckConfig=config)
    return made["HealthCheck"]["Id"]


Make = Callable[[Zone], Record]


@pytest.mark.parametrize(
    ("said", "make"),
    [
        ("AliasTarget", lambda zone: {"Name": zone.named("a"), "Type": "A", "TTL": 60}),
        ("AliasTarget", lambda zone: {**zone.alias("a", "b"), "TTL": 60}),
        ("'SetIdentifier'", lambda zone: zone.a("a", Failover="PRIMARY")),
        ("Failover", lambda zone: zone.a("a", SetIdentifier="primary")),
        (
            "Weight and Failover",
            lambda zone: zone.a("a", SetIdentifier="x", Failover="PRIMARY", Weight=1),
        ),
    ],
)
def test_a_record_is_of_one_kind(zone: Zone, said: str, make: Make) -> None:
    zone.refused(INPUT, said, f"a.{zone.name}", of=[make(zone)])


def test_an_alias_leads_to_a_record_of_its_type(zone: Zone) -> None:
    target = zone.named("target")
    zone.refused(BATCH, target, "that target was not found", of=[zone.alias("a", target)])
    zone.ok(zone.a("target"))
    zone.ok(zone.alias("a", target))
    six = zone.alias("six", target, Type="AAAA")
    zone.refused(BATCH, "type AAAA", "that target was not found", of=[six])
    outside = zone.alias("b", "www.example.com")
    zone.refused(BATCH, "does not lie within the target zone", of=[outside])
    elsewhere = zone.alias("b", target, "Z00000000000000")
    zone.refused(BATCH, "does not lie within the target zone", of=[elsewhere])


def test_an_alias_and_its_target_may_come_together(zone: Zone) -> None:
    zone.ok(zone.alias("a", zone.named("target")), zone.a("target"))


def test_an_alias_leads_to_a_balancer(zone: Zone, refusing: EmbeddedAws) -> None:
    elb, net = Service(refusing, "elbv2"), network(refusing)
    (made,) = elb.ok("create_load_balancer", Name=unique(), Subnets=net.subnets)["LoadBalancers"]
    name, its_zone = made["DNSName"], made["CanonicalHostedZoneId"]
    zone.ok(zone.alias("a", name, its_zone), zone.alias("b", f"dualstack.{name}", its_zone))
    zone.refused(
        BATCH, "does not lie within the target zone", of=[zone.alias("c", name, "Z000000000000")]
    )
    nowhere = zone.alias("c", f"none-{name}", its_zone)
    zone.refused(BATCH, f"none-{name}", "that target was not found", of=[nowhere])


def test_a_failover_set(zone: Zone, health: str) -> None:
    primary = zone.a("", SetIdentifier="one", Failover="PRIMARY", HealthCheckId=health)
    secondary = zone.a("", "192.0.2.2", SetIdentifier="two", Failover="SECONDARY")
    unchecked = {name: value for name, value in primary.items() if name != "HealthCheckId"}
    zone.refused(BATCH, "health check", zone.name, of=[unchecked])
    zone.refused("NoSuchHealthCheck", "none", of=[{**primary, "HealthCheckId": "none"}])
    zone.ok(primary, secondary)
    third = {**primary, "SetIdentifier": "three"}
    zone.refused(BATCH, "Failover PRIMARY", "SetIdentifier three", of=[third])
    zone.refused(BATCH, "other RRSets exist with the same name and type", of=[zone.a("")])
    weighted = zone.a("", SetIdentifier="three", Weight=1)
    zone.refused(BATCH, "other RRSets exist with the same name and type", of=[weighted])


def test_a_set_may_change_places_at_once(zone: Zone, health: str) -> None:
    """Two updates in one batch are valid together where neither would be alone."""
    one = zone.a("", SetIdentifier="one", Failover="PRIMARY", HealthCheckId=health)
    two = zone.a("", SetIdentifier="two", Failover="SECONDARY", HealthCheckId=health)
    zone.ok(one, two)
    changed = [{**one, "Failover": "SECONDARY"}, {**two, "Failover": "PRIMARY"}]
    zone.refused(BATCH, "Failover SECONDARY", of=changed[:1], action="UPSERT")
    zone.ok(*changed, action="UPSERT")


def test_a_cname_is_alone_and_below_the_apex(zone: Zone) -> None:
    def cname(label: str) -> Record:
        return zone.a(label, "www.example.com", kind="CNAME")

    zone.refused(BATCH, "not permitted at apex", of=[cname("")])
    zone.ok(zone.a("www"))
    zone.refused(BATCH, "conflicts with other records", of=[cname("www")])
    zone.ok(cname("other"))
    zone.refused(BATCH, "conflicts with other records", of=[zone.a("other")])


def test_names_are_in_the_zone(zone: Zone) -> None:
    for name in ("www.example.com", f"x{zone.name}"):
        zone.refused(BATCH, name, "not permitted in zone", of=[{**zone.a(""), "Name": name}])


@pytest.mark.parametrize(
    ("kind", "bad", "good"),
    [
        ("A", "256.0.0.1", "192.0.2.1"),
        ("AAAA", "192.0.2.1", "2001:db8::1"),
        ("CNAME", "", "www.example.com."),
        ("TXT", "text", '"text"'),
    ],
)
def test_values_are_of_the_type(zone: Zone, kind: str, bad: str, good: str) -> None:
    zone.refused(BATCH, f"'{bad}'", of=[zone.a("www", bad, kind=kind)])
    zone.ok(zone.a("www", good, kind=kind))


def test_a_value_is_there_once(zone: Zone) -> None:
    twice = zone.a("www", "192.0.2.1", "192.0.2.1")
    zone.refused(BATCH, "Duplicate Resource Record: '192.0.2.1'", of=[twice])


def test_a_record_is_created_once_and_deleted_as_it_is(zone: Zone) -> None:
    record = zone.a("www")
    zone.refused(BATCH, "was not found", of=[record], action="DELETE")
    zone.ok(record)
    zone.refused(BATCH, "already exists", of=[record])
    other = zone.a("www", "192.0.2.9")
    zone.refused(BATCH, "do not match the current values", of=[other], action="DELETE")
    zone.ok(record, action="DELETE")
    zone.ok(record)


def test_what_is_wrong_is_told_together_and_nothing_is_changed(zone: Zone) -> None:
    good, bad = zone.a("good"), [zone.a("one", "x"), zone.a("two", "y")]
    zone.refused(BATCH, "'x'", "'y'", of=[good, *bad])
    zone.ok(good)
