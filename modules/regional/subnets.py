"""Where each subnet lies in its VPC.

The VPC is cut into 32 equal blocks: 8 places for each of 4 tiers, of which two are spare. A zone's
place is its letter. So a zone that is added, removed or listed elsewhere moves no other's subnet.
"""

from enum import IntEnum
from ipaddress import IPv4Network
from string import ascii_lowercase

TIER_BITS = 2
PLACE_BITS = 3


class Tier(IntEnum):
    """Which quarter of the VPC; the number is part of every subnet's address, so it stays."""

    PUBLIC = 0
    PRIVATE = 1


def zone_letter(zone: str) -> str:
    """`a` for ap-south-1a."""
    return zone[-1]


def subnet_cidr(vpc_cidr: str, tier: Tier, zone: str) -> str:
    """The zone's subnet in this tier: a /21 of a /16, a /27 of a /22."""
    place = ascii_lowercase.index(zone_letter(zone))
    blocks = list(IPv4Network(vpc_cidr).subnets(prefixlen_diff=TIER_BITS + PLACE_BITS))
    return str(blocks[(tier << PLACE_BITS) + place])
