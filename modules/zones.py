"""Availability zones by name."""


def zone_letter(zone: str) -> str:
    """`a` for ap-south-1a."""
    return zone[-1]
