"""What the name server answers on the wire."""

from collections.abc import Callable, Mapping

import dns.flags
import dns.message
import dns.rcode
import pytest

from operations.drill.emitted import Emitted
from operations.drill.name_server import Names
from operations.route53 import RegionState, World, Zone, statuses

Make = Callable[[str, Mapping[str, bool]], Names]
ADDRESSES = {"primary": "127.0.1.1", "dr": "127.0.2.1"}
MISSION, STAGING = "awspractice.space", "www.staging.example.com"


@pytest.fixture
def names(emitted: Callable[[str], Emitted]) -> Make:
    """Of an example, with the primary's region up or not."""

    def made(example: str, up: Mapping[str, bool]) -> Names:
        found = emitted(example)
        regions = {
            one.region: RegionState(network=up.get(role, True))
            for role, one in found.regions.items()
        }
        world = World(regions)
        zone = Zone(found.configuration, world, statuses(found.configuration, world))
        addresses = {one.region: ADDRESSES[role] for role, one in found.regions.items()}
        return Names(found.configuration, addresses, lambda: zone, "example.com")

    return made


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
    nothing = asked(mission, MISSION, "AAAA")
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
