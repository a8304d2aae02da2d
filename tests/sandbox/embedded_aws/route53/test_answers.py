"""What the embedded AWS's name server answers for its hosted zones."""

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.route53.conftest import Deployment
from tests.sandbox.embedded_aws.route53.deployment import PRIMARY, Zone

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def zone(deployment: Deployment) -> Zone:
    return deployment.zone


def test_the_zones_own_records(zone: Zone) -> None:
    found = zone.route53.get_hosted_zone(Id=zone.id)["DelegationSet"]["NameServers"]
    assert zone.values("", "NS") == {f"{one}." for one in found}
    (soa,) = zone.values("", "SOA")
    assert soa.startswith(f"{found[0]}. ")
    assert zone.ask("").flags & dns.flags.AA


def test_values_of_any_type(zone: Zone) -> None:
    text, letter = unique(), unique()
    zone.record(text, "TXT", '"one" "two"', '"three"')
    zone.record(letter, "MX", "10 mail.elsewhere.example")
    assert zone.values(text, "TXT") == {'"one" "two"', '"three"'}
    assert zone.values(letter, "MX") == {"10 mail.elsewhere.example."}


def test_a_cname_comes_with_what_it_leads_to(zone: Zone) -> None:
    first, second = unique(), unique()
    zone.record(first, "CNAME", zone.full(second))
    zone.record(second, "A", "192.0.2.7")
    answer = zone.ask(first).answer
    assert [one.to_text().split()[3:] for one in answer] == [
        ["CNAME", f"{zone.full(second)}."],
        ["A", "192.0.2.7"],
    ]
    assert zone.values(first, "CNAME") == {f"{zone.full(second)}."}


def test_a_cname_to_elsewhere_stands_alone(zone: Zone) -> None:
    name = unique()
    zone.record(name, "CNAME", "elsewhere.test")
    assert zone.values(name) == {"elsewhere.test."}


def test_names_that_are_not_there(zone: Zone) -> None:
    name = unique()
    zone.record(f"below.{name}", "A", "192.0.2.7")
    missing = zone.ask(unique())
    assert missing.rcode() == dns.rcode.NXDOMAIN
    assert [one.to_text().split()[3] for one in missing.authority] == ["SOA"]
    for there, kind in ((name, "A"), (f"below.{name}", "AAAA")):
        empty = zone.ask(there, kind)
        assert (empty.rcode(), empty.answer) == (dns.rcode.NOERROR, [])
        assert [one.to_text().split()[3] for one in empty.authority] == ["SOA"]


def test_a_wildcard_covers_what_is_not_there(zone: Zone) -> None:
    name = unique()
    zone.record(f"*.{name}", "A", "192.0.2.8")
    zone.record(f"own.{name}", "TXT", '"own"')
    assert zone.values(f"any.{name}") == zone.values(f"of.any.{name}") == {"192.0.2.8"}
    assert zone.values(f"own.{name}") == set()


def test_a_delegation_is_handed_over(zone: Zone) -> None:
    name = unique()
    zone.record(name, "NS", "ns1.elsewhere.example", "ns2.elsewhere.example")
    for asked in (name, f"www.{name}"):
        referral = zone.ask(asked)
        assert (referral.rcode(), referral.answer) == (dns.rcode.NOERROR, [])
        assert not referral.flags & dns.flags.AA
        assert {str(one) for one in referral.authority[0]} == {
            "ns1.elsewhere.example.",
            "ns2.elsewhere.example.",
        }


def test_the_most_specific_zone_answers(aws: EmbeddedAws, zone: Zone) -> None:
    below = Zone(aws)
    name = f"{unique()}.{zone.domain}"
    zone.record(name.partition(".")[0], "A", "192.0.2.1")
    made = below.route53.create_hosted_zone(Name=name, CallerReference=name)
    below.domain, below.id = name, made["HostedZone"]["Id"]
    below.record("", "A", "192.0.2.2")
    assert below.values("") == {"192.0.2.2"}


def test_other_names_are_refused(zone: Zone) -> None:
    host, _, port = zone.aws.name_server.partition(":")
    query = dns.message.make_query("elsewhere.test", "A")
    assert dns.query.udp(query, host, port=int(port), timeout=5).rcode() == dns.rcode.REFUSED


def test_a_policy_that_is_not_played_is_no_wrong_answer(zone: Zone) -> None:
    name = unique()
    zone.record(name, "A", "192.0.2.1", Weight=1, SetIdentifier="one")
    assert zone.ask(name).rcode() == dns.rcode.SERVFAIL


def test_an_alias_has_a_load_balancers_addresses(deployment: Deployment) -> None:
    zone = deployment.zone
    primary, standby = zone.values("p"), zone.values("s")
    assert len(primary) == len(standby) == 2, "one in each zone"
    assert not primary & standby
    assert zone.values("") == primary
    assert zone.ask("").answer[0].ttl == 60
    assert zone.values("p", "AAAA") == set(), "it has no IPv6"


def test_a_zone_without_healthy_targets_is_left_out(deployment: Deployment) -> None:
    zone = deployment.zone
    both = zone.values("p")
    deployment.primary.deregister(0)
    (left,) = zone.values("p")
    deployment.primary.deregister(1)
    assert zone.values("p") == both, "with none anywhere, all of them"
    deployment.primary.register()
    assert left in both == zone.values("p")


def test_a_zonal_shift_takes_a_zones_address_away(deployment: Deployment) -> None:
    zone, region = deployment.zone, deployment.primary
    both = zone.values("p")
    end = region.shift_a_zone()
    assert len(zone.values("p")) == 1
    assert zone.values("p") < both
    end()
    assert zone.values("p") == both


def test_a_lost_region_loses_its_users(deployment: Deployment) -> None:
    zone = deployment.zone
    primary, standby = zone.values("p"), zone.values("s")
    zone.aws.lose(PRIMARY)
    try:
        assert zone.values("") == standby
    finally:
        zone.aws.restore(PRIMARY)
    assert zone.values("") == primary


def test_the_secondary_is_no_answer_either_if_its_target_is_unhealthy(
    deployment: Deployment,
) -> None:
    """With both unhealthy, the primary is."""
    zone, name = deployment.zone, unique()
    zone.record(name, "A", **zone.alias("p"), Failover="PRIMARY", HealthCheckId=deployment.check)
    zone.record(name, "A", **zone.alias("s", evaluated=True), Failover="SECONDARY")
    zone.aws.lose(PRIMARY)
    try:
        assert zone.values(name) == zone.values("s")
        deployment.standby.deregister(0, 1)
        assert zone.values(name) == zone.values("p")
    finally:
        zone.aws.restore(PRIMARY)
        deployment.standby.register()
