"""The default network that every account has in each region."""

from typing import Any

from sandbox.embedded_aws import EmbeddedAws


def default_subnets(aws: EmbeddedAws, region: str) -> list[dict[str, Any]]:
    """The subnets of the default VPC, one for each zone; other tests may have added more."""
    only = [{"Name": "default-for-az", "Values": ["true"]}]
    return aws.client("ec2", region).describe_subnets(Filters=only)["Subnets"]
