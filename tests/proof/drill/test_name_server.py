"""The name server's answers on the wire."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import dns.flags
import dns.message
import dns.rcode
import pytest

from proof.drill.name_server import Names
from proof.drill.reading import Emitted
from proof.route53 import RegionState, World, Zone, statuses

Make = Callable[[str, Mapping[str, bool]], Names]
ADDRESSES = {"primary": "127.0.1.1", "dr": "127.0.2.1"}
IPV6_ADDRESSES = {"primary": "2001:db8:1::1", "dr": "2001:db8:2::1"}
MISSION, STAGING = "awspractice.space", "www.staging.example.com"


@pytest.fixture
def names(emitted: Callable[[str], Emitted]) -> Make:
    """The names of an example, with each region up or down."""

    def made(example: str, up: Mapping[str, bool]) -> Names:
        found = emitted(example)
        world = world_of(found, up)
        zone = Zone(found.configuration, world, statuses(found.configuration, world))
        return named(found, zone)

    return made


def world_of(found: Emitted, up: Mapping[str, bool]) -> World:
    """Every region that is asked, with those of the roles up or down."""
    regions = dict.fromkeys(found.configuration.buckets.values(), RegionState())
    regions |= {
        one.region: RegionState(network=up.get(role, True)) for role, one in found.regions.items()
    }
    return World(regions)


def named(found: Emitted, zone: Zone, compared: Callable[[bool], object] = bool) -> Names:
    addresses = {
        "A": {one.region: ADDRESSES[role] for role, one in found.regions.items()},
        "AAAA": {one.region: IPV6_ADDRESSES[role] for role, one in found.regions.items()},
    }
    return Names(found.configuration, addresses, lambda: zone, "example.com", compared=compared)


def asked(names: Names, name: str, type: str = "A") -> dns.message.Message:
    wire = names.respond(dns.message.make_query(name, type).to_wire())
    assert wire is not None
    return dns.message.from_wire(wire)


def records(message: dns.message.Message) -> list[str]:
    return sorted(rrset.to_text() for rrset in message.answer)


@pytest.mark.parametrize(("up", "address"), [(True, "127.0.1.1"), (False, "127.0.2.1")])
def test_an_alias_is_an_address_for_60_seconds(names: Make, up: bool, address: str) -> None:
    answer = asked(names("mission", {"primary": up}), MISSION)
    assert records(answer) == [f"{MISSION}. 60 IN A {address}"]
    assert answer.flags & dns.flags.AA


@pytest.mark.parametrize(("up", "address"), [(True, "2001:db8:1::1"), (False, "2001:db8:2::1")])
def test_ipv6_is_answered_alike(names: Make, up: bool, address: str) -> None:
    mission, staging = names("mission", {"primary": up}), names("staging", {"primary": up})
    assert records(asked(mission, MISSION, "AAAA")) == [f"{MISSION}. 60 IN AAAA {address}"]
    assert f"60 IN AAAA {address}" in records(asked(staging, STAGING, "AAAA"))[0]


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("example", ["mission", "staging"])
def test_whoever_asks_finds_one_region(
    emitted: Callable[[str], Emitted], example: str, up: bool
) -> None:
    assert compared(emitted(example), example, up=up) == [True, True]


def test_aaaa_records_that_lead_elsewhere_are_noticed(emitted: Callable[[str], Emitted]) -> None:
    """The drill's own sabotage: AAAA records without a health check."""
    found = emitted("mission")
    forgotten = tuple(
        replace(one, health_check=None) if one.type == "AAAA" else one
        for one in found.configuration.records
    )
    broken = replace(found, configuration=replace(found.configuration, records=forgotten))
    assert compared(broken, "mission", up=True) == [True, True]
    assert compared(broken, "mission", up=False) == [False, False]


def compared(found: Emitted, example: str, *, up: bool) -> list[bool]:
    """What is recorded for one query of each type."""
    world = world_of(found, {"primary": up})
    noted: list[bool] = []
    zone = Zone(found.configuration, world, statuses(found.configuration, world))
    names = named(found, zone, noted.append)
    name = MISSION if example == "mission" else STAGING
    for asked_for in ("A", "AAAA", "TXT"):
        asked(names, name, asked_for)
    return noted


@pytest.mark.parametrize(
    ("up", "region", "address"),
    [(True, "eu-central-1", "127.0.1.1"), (False, "eu-west-1", "127.0.2.1")],
)
def test_a_cname_keeps_its_own_ttl(names: Make, up: bool, region: str, address: str) -> None:
    assert records(asked(names("staging", {"primary": up}), STAGING)) == [
        f"{region}.{STAGING}. 60 IN A {address}",
        f"{STAGING}. 10 IN CNAME {region}.{STAGING}.",
    ]


def test_the_health_names_tell(names: Make) -> None:
    up, down = names("mission", {}), names("mission", {"primary": False})
    name = f"primary-health.{MISSION}"
    assert records(asked(up, name)) == [f"{name}. 5 IN A 192.0.2.1"]
    assert records(asked(down, name)) == [f"{name}. 5 IN A 192.0.2.2"]


def test_case_does_not_matter(names: Make) -> None:
    assert len(records(asked(names("mission", {}), MISSION.upper()))) == 1


def test_what_is_not_there(names: Make) -> None:
    mission = names("mission", {})
    nothing = asked(mission, MISSION, "TXT")
    assert (nothing.rcode(), nothing.answer) == (dns.rcode.NOERROR, [])
    assert len(nothing.authority) == 1
    nowhere = asked(mission, f"nowhere.{MISSION}")
    assert (nowhere.rcode(), nowhere.answer) == (dns.rcode.NXDOMAIN, [])


def test_garbage_is_not_answered(names: Make) -> None:
    assert names("mission", {}).respond(b"garbage") is None


def test_which_region_is_answered(names: Make) -> None:
    assert names("mission", {}).region_of(MISSION) == "ap-south-1"
    assert names("staging", {"primary": False}).region_of(STAGING) == "eu-west-1"
    assert names("mission", {}).region_of("nowhere") is None
