"""Where each subnet lies in its VPC.

The VPC is cut into 32 equal blocks: 8 places for each of 4 tiers, of which two are spare. A zone's
place is its letter. So a zone that is added, removed or listed elsewhere moves no other's subnet.
"""

from enum import IntEnum
from ipaddress import IPv4Network
from string import ascii_lowercase

from cdktf import Fn

TIER_BITS = 2
PLACE_BITS = 3
IPV6_SUBNET_BITS = 8


class Tier(IntEnum):
    """Which quarter of the VPC; the number is part of every subnet's address, so it stays."""

    PUBLIC = 0
    PRIVATE = 1


def zone_letter(zone: str) -> str:
    """`a` for ap-south-1a."""
    return zone[-1]


def _place(tier: Tier, zone: str) -> int:
    """Which of the 32 blocks."""
    return (tier << PLACE_BITS) + ascii_lowercase.index(zone_letter(zone))


def subnet_cidr(vpc_cidr: str, tier: Tier, zone: str) -> str:
    """The zone's subnet in this tier: a /21 of a /16, a /27 of a /22."""
    blocks = list(IPv4Network(vpc_cidr).subnets(prefixlen_diff=TIER_BITS + PLACE_BITS))
    return str(blocks[_place(tier, zone)])


def subnet_ipv6_cidr(vpc_cidr: str, tier: Tier, zone: str) -> str:
    """The same place's IPv6 subnet, a /64 of the VPC's /56, for Terraform to compute: AWS chooses
    the VPC's, which is not known before.
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    return Fn.cidrsubnet(vpc_cidr, IPV6_SUBNET_BITS, _place(tier, zone))
