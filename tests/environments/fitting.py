"""Files from the pairwise set, whose existing networks have as many subnets as they need."""

from tests.environments import pairs
from tests.environments.pairs import File


def network(table: File) -> File:
    """Well-formed IDs of resources that do not exist."""
    public, private = "subnet-0000000", "subnet-1000000"
    return {
        "vpc_id": "vpc-00000000",
        "public_subnets": [f"{public}{number}" for number in range(6)],
        "private_subnets": [f"{private}{number}" for number in range(6)],
        "load_balancer_security_groups": ["sg-00000000"],
        "ipv6": table["existing_network"]["ipv6"],
    }


def fitting(made: File) -> File:
    """The file, with networks that have as many subnets as its regions have zones."""

    def create(table: File) -> File:
        found, zones = network(table), len(table["zones"])
        for subnets in ("public_subnets", "private_subnets"):
            found[subnets] = found[subnets][:zones]
        return found

    return pairs.with_networks(made, create)
