"""Subnets are disjoint, lie inside the VPC, and stay in place as zones come and go."""

from ipaddress import IPv4Network
from itertools import combinations, product

import pytest

from environments.rules import ZONE_LETTERS
from modules.regional.subnets import Tier, subnet_cidr

ZONES = [f"eu-west-1{letter}" for letter in ZONE_LETTERS]


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.9.32.0/20", "192.168.4.0/22"])
def test_all_places_are_disjoint_and_inside_the_vpc(cidr: str) -> None:
    subnets = [IPv4Network(subnet_cidr(cidr, tier, zone)) for tier, zone in product(Tier, ZONES)]
    assert all(subnet.subnet_of(IPv4Network(cidr)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


def test_the_smallest_vpc_holds_subnets_that_a_load_balancer_accepts() -> None:
    assert IPv4Network(subnet_cidr("10.0.0.0/22", Tier.PUBLIC, "eu-west-1a")).prefixlen == 27


@pytest.mark.parametrize(
    ("tier", "zone", "subnet"),
    [
        (Tier.PUBLIC, "ap-south-1a", "10.0.0.0/21"),
        (Tier.PUBLIC, "ap-south-1c", "10.0.16.0/21"),
        (Tier.PRIVATE, "ap-south-1a", "10.0.64.0/21"),
        (Tier.PRIVATE, "ap-south-1c", "10.0.80.0/21"),
    ],
)
def test_places_never_move(tier: Tier, zone: str, subnet: str) -> None:
    """A new address would replace an existing subnet and everything in it."""
    assert subnet_cidr("10.0.0.0/16", tier, zone) == subnet
