"""Fixes of moto's EC2 subnets with IPv6."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from typing import Any

from moto.ec2.models.subnets import Subnet

ASSOCIATED = "associated"
ASSOCIATION_ID = "ipv6-cidr-block-association.association-id"


def subnets_tell_of_ipv6() -> None:
    """moto nests the state of a subnet's IPv6 CIDR block one level too deep, so clients never see
    it become associated."""

    def associations(self: Subnet) -> list[dict[str, Any]]:
        return [
            {
                "ipv6CidrBlock": association["ipv6CidrBlock"],
                "associationId": association["associationId"],
                "ipv6CidrBlockState": {"state": ASSOCIATED},
            }
            for association in self.ipv6_cidr_block_associations.values()
            if association["ipv6CidrBlockState"]["State"] == ASSOCIATED
        ]

    Subnet.ipv6_cidr_block_association_set = property(associations)


def subnets_are_found_by_ipv6() -> None:
    """moto cannot look a subnet up by its IPv6 CIDR block association, as Terraform does."""
    value_of = Subnet.get_filter_value

    def value(self: Subnet, filter_name: str, method_name: str | None = None) -> Any:
        if filter_name == ASSOCIATION_ID:
            return list(self.ipv6_cidr_block_associations)
        return value_of(self, filter_name, method_name)

    Subnet.get_filter_value = value
