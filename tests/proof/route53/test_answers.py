"""Which record is answered. "Chooses" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html,
"complex" is .../dns-failover-complex-configs.html, "failover alias" is
.../resource-record-sets-values-failover-alias.html and "alias" is
.../resource-record-sets-choosing-alias-non-alias.html."""

from typing import Any

import pytest

from proof.route53 import Answer, RegionState, UnknownToTheModelError, Zone
from proof.route53.configuration import Check, Record
from tests.proof.route53.made_by_hand import (
    BALANCER,
    OTHER,
    OTHER_BALANCER,
    REGION,
    balancer,
    endpoint,
    record,
    setup,
    world,
)

CHECKS: dict[str, Check] = {"one": endpoint(), "other": endpoint(fqdn="other.example.com")}
EMPTY, SICK = RegionState(registered=0, healthy=0), RegionState(healthy=0)


def zone(*records: Record, well: bool = True, other_well: bool = True, **regions: Any) -> Zone:
    configured = setup(*records, checks=CHECKS)
    return Zone(configured, world(**regions), {"one": well, "other": other_well})


def pair(primary: dict[str, Any] | None = None, secondary: dict[str, Any] | None = None) -> Any:
    """Failover records of example.com, with one check each and without target health."""
    first: dict[str, Any] = {"asks": False, "role": "PRIMARY", "health_check": "one"}
    second: dict[str, Any] = {"asks": False, "role": "SECONDARY", "health_check": "other"}
    return (
        record("example.com", "one.example.com", **(first | (primary or {}))),
        record("example.com", "other.example.com", **(second | (secondary or {}))),
    )


def region_of(answer: Answer | None) -> str | None:
    assert answer is not None
    return answer.region


@pytest.mark.parametrize(
    ("well", "other_well", "region"),
    [
        pytest.param(True, True, REGION, id="primary healthy: only the primary"),
        pytest.param(True, False, REGION, id="secondary unhealthy: the primary"),
        pytest.param(False, True, OTHER, id="primary unhealthy: the secondary"),
        pytest.param(False, False, REGION, id="both unhealthy: the primary"),
    ],
)
def test_failover_records_are_chosen_by_their_checks(
    well: bool, other_well: bool, region: str
) -> None:
    """Chooses, "Failover records"."""
    found = zone(*pair(), well=well, other_well=other_well).answer("example.com")
    assert region_of(found) == region


def test_a_secondary_without_a_check_is_always_healthy() -> None:
    """Chooses: "always responds … by using the secondary record. This is true even if the secondary
    record is unhealthy"."""
    records = pair(secondary={"health_check": None})
    found = zone(*records, well=False, other_well=False, other=EMPTY).answer("example.com")
    assert region_of(found) == OTHER


def test_a_primary_without_a_check_is_always_healthy() -> None:
    """Chooses: "Records without a health check are always healthy"."""
    found = zone(*pair(primary={"health_check": None}), well=False).answer("example.com")
    assert region_of(found) == REGION


@pytest.mark.parametrize(
    ("well", "state", "region"),
    [
        pytest.param(True, RegionState(), REGION, id="both: healthy"),
        pytest.param(False, RegionState(), OTHER, id="the check fails"),
        pytest.param(True, SICK, OTHER, id="the target fails"),
        pytest.param(False, SICK, OTHER, id="neither"),
    ],
)
def test_a_check_and_the_targets_health_must_both_be_well(
    well: bool, state: RegionState, region: str
) -> None:
    """Complex, "associate a health check with an alias record": "both of the following must be
    true"."""
    found = zone(*pair(primary={"asks": True}), well=well, one=state).answer("example.com")
    assert region_of(found) == region


@pytest.mark.parametrize(
    ("state", "healthy"),
    [
        pytest.param(RegionState(registered=2, healthy=1), True, id="one healthy target suffices"),
        pytest.param(SICK, False, id="only unhealthy targets"),
        pytest.param(EMPTY, False, id="no registered targets: unhealthy"),
        pytest.param(RegionState(network=False), True, id="seen from inside: unreachable is well"),
    ],
)
@pytest.mark.parametrize("hops", [0, 1, 2])
def test_evaluate_target_health_follows_aliases_to_the_load_balancer(
    state: RegionState, healthy: bool, hops: int
) -> None:
    """Failover alias, "Evaluate target health": every target group must have a healthy target, and
    one "that has no registered targets is considered unhealthy"; complex: a tree of aliases."""
    chain = [record(f"hop{hop}.example.com", f"hop{hop + 1}.example.com") for hop in range(hops)]
    chain.append(record(f"hop{hops}.example.com", BALANCER.address))
    primary = record("example.com", "hop0.example.com", role="PRIMARY")
    found = zone(*chain, primary, pair()[1], one=state).answer("example.com")
    assert region_of(found) == (REGION if healthy else OTHER)


def test_an_alias_that_does_not_ask_hides_the_health_behind_it() -> None:
    """Complex, "Evaluate Target Health to No": the records behind it are ignored."""
    middle = record("middle.example.com", BALANCER.address, asks=False)
    primary = record("example.com", "middle.example.com", role="PRIMARY")
    found = zone(middle, primary, pair()[1], one=EMPTY).answer("example.com")
    assert region_of(found) == REGION


def test_an_alias_to_failover_records_is_healthy_while_one_of_them_is() -> None:
    """Chooses, "Alias records": "As long as at least one of the … records is healthy"."""
    inner = (
        record("in.example.com", "one.example.com", role="PRIMARY", health_check="one"),
        record("in.example.com", "one.example.com", role="SECONDARY", health_check="other"),
    )
    records = (*inner, record("example.com", "in.example.com", role="PRIMARY"), pair()[1])
    assert region_of(zone(*records, well=False).answer("example.com")) == REGION
    both_down = zone(*records, well=False, other_well=False)
    assert region_of(both_down.answer("example.com")) == REGION, "both outer ones are unhealthy"


def test_an_alias_to_a_load_balancer_answers_with_60_seconds() -> None:
    """Alias: an alias has its target's TTL, which is 60 seconds for a load balancer."""
    found = zone(*pair()).answer("example.com")
    assert found == Answer((BALANCER.address,), 60, REGION)


def test_an_alias_to_a_record_answers_with_that_records_ttl() -> None:
    """Alias: "Route 53 uses the TTL of the record that the alias record points to"."""
    records = (
        record("fixed.example.com", values=("192.0.2.1",), ttl=17),
        record("example.com", "fixed.example.com"),
    )
    assert zone(*records).answer("example.com") == Answer(("192.0.2.1",), 17, None)


def test_of_a_cname_that_fails_over_its_own_ttl_counts() -> None:
    """https://datatracker.ietf.org/doc/html/rfc2181#section-5.2: each record set has its own TTL. A
    resolver looks up the load balancer every 60 seconds, but which one only once the CNAME has
    expired."""
    for ttl in (10, 3600):
        shared: dict[str, Any] = {"type": "CNAME", "ttl": ttl}
        www = (
            record("www.example.com", role="PRIMARY", values=("one.example.com",), **shared),
            record("www.example.com", role="SECONDARY", values=("other.example.com",), **shared),
        )
        assert zone(*www).answer("www.example.com") == Answer((BALANCER.address,), ttl, REGION)


def test_of_a_cname_that_never_changes_the_targets_ttl_counts() -> None:
    www = record("www.example.com", type="CNAME", values=("example.com",), ttl=3600)
    found = zone(www, *pair()).answer("www.example.com")
    assert found == Answer((BALANCER.address,), 60, REGION)


def test_a_routing_policy_behind_a_routing_policy_is_unknown() -> None:
    www = record("www.example.com", type="CNAME", role="PRIMARY", values=("example.com",), ttl=10)
    with pytest.raises(UnknownToTheModelError, match="behind"):
        zone(www, *pair()).answer("www.example.com")


def test_a_name_without_a_record_has_no_answer() -> None:
    assert zone().answer("nobody.example.com") is None
    assert zone().answer("one.example.com", "AAAA") is None, "nor one of another type"


def test_aaaa_is_chosen_like_a_beside_it() -> None:
    """Chooses: records "that have the same name, the same type"; failover alias: A or AAAA. Both
    types share one check, so they move together."""
    six = (
        record("one.example.com", BALANCER.address, type="AAAA"),
        record("other.example.com", OTHER_BALANCER.address, type="AAAA"),
        *pair(primary={"type": "AAAA"}, secondary={"type": "AAAA"}),
    )
    for well, region in ((True, REGION), (False, OTHER)):
        both = zone(*pair(), *six, well=well)
        assert region_of(both.answer("example.com")) == region
        assert region_of(both.answer("example.com", "AAAA")) == region


def test_an_alias_to_a_load_balancer_without_ipv6_has_no_aaaa() -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html:
    "ipv4" has only IPv4 addresses, and an answer contains only addresses of its own type."""
    records = (record("one.example.com", BALANCER.address, type="AAAA"), *pair())
    for ipv6, there in ((True, True), (False, False)):
        configured = setup(*records, checks=CHECKS, balancer=balancer(ipv6=ipv6))
        found = Zone(configured, world(), {"one": True, "other": True})
        assert (found.answer("one.example.com", "AAAA") is not None) is there
        assert region_of(found.answer("example.com")) == REGION


def test_a_cname_leads_to_both_types() -> None:
    www = record("www.example.com", type="CNAME", values=("one.example.com",), ttl=10)
    six = record("one.example.com", BALANCER.address, type="AAAA")
    for kind in ("A", "AAAA"):
        assert region_of(zone(www, six).answer("www.example.com", kind)) == REGION
    assert zone(www).answer("www.example.com", "AAAA") is None


def test_aaaa_left_out_of_a_failover_stays_where_it_is() -> None:
    """Chooses: each type is a separate group. A simple AAAA record next to failover A records never
    moves, so IPv6 users stay on a primary that is down."""
    six = (
        record("one.example.com", BALANCER.address, type="AAAA"),
        record("example.com", "one.example.com", type="AAAA"),
    )
    both = zone(*pair(), *six, well=False)
    assert region_of(both.answer("example.com")) == OTHER
    assert region_of(both.answer("example.com", "AAAA")) == REGION


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([record("example.com", "nobody.example.com")], id="alias to nothing"),
        pytest.param(
            [
                record("example.com", "www.example.com"),
                record("www.example.com", type="CNAME", values=("one.example.com",), ttl=60),
            ],
            id="alias to a record of another type",
        ),
        pytest.param(
            [record("example.com", type="CNAME", values=("example.org",), ttl=60)],
            id="CNAME out of the zone",
        ),
        pytest.param([record("example.com", values=("192.0.2.1",))], id="no TTL, no alias"),
        pytest.param([*pair()[:1], *pair()[:1]], id="two primaries"),
        pytest.param([*pair()[:1], record("example.com", "one.example.com")], id="mixed policies"),
    ],
)
def test_records_that_route_53_would_refuse_are_unknown(records: list[Record]) -> None:
    """Alias: it "must have the same type as the record you're routing traffic to", and its target
    is in Route 53."""
    with pytest.raises(UnknownToTheModelError):
        zone(*records).answer("example.com")


def test_a_target_that_is_not_there_has_no_health() -> None:
    records = (record("example.com", "nobody.example.com", role="PRIMARY"), pair()[1])
    with pytest.raises(UnknownToTheModelError, match="not there"):
        zone(*records).answer("example.com")
