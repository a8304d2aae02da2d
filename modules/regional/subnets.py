"""Where each subnet is in its VPC.

The VPC is divided into 32 equal blocks: 8 for each of 4 tiers, one of which is spare. A zone's
letter determines its block, so adding, removing or reordering zones moves no other zone's subnet.
"""

from enum import IntEnum
from ipaddress import IPv4Network
from string import ascii_lowercase

from cdktf import Fn

from modules.zones import zone_letter

TIER_BITS = 2
PLACE_BITS = 3
IPV6_SUBNET_BITS = 8


class Tier(IntEnum):
    """A quarter of the VPC. The number is part of every subnet's address, so it must not change."""

    PUBLIC = 0
    PRIVATE = 1
    DATABASE = 2


def _place(tier: Tier, zone: str) -> int:
    """Which of the 32 blocks."""
    return (tier << PLACE_BITS) + ascii_lowercase.index(zone_letter(zone))


def subnet_cidr(vpc_cidr: str, tier: Tier, zone: str) -> str:
    """The zone's subnet in this tier: a /21 of a /16, a /27 of a /22."""
    blocks = list(IPv4Network(vpc_cidr).subnets(prefixlen_diff=TIER_BITS + PLACE_BITS))
    return str(blocks[_place(tier, zone)])


def subnet_ipv6_cidr(vpc_cidr: str, tier: Tier, zone: str) -> str:
    """The IPv6 subnet of the same block, a /64 of the VPC's /56. Terraform computes it, because AWS
    only assigns the VPC's range when it creates the VPC.
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    return Fn.cidrsubnet(vpc_cidr, IPV6_SUBNET_BITS, _place(tier, zone))
