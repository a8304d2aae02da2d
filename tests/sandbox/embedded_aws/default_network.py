"""The network that every account has in each region from its start."""

from typing import Any

from sandbox.embedded_aws import EmbeddedAws


def default_subnets(aws: EmbeddedAws, region: str) -> list[dict[str, Any]]:
    """Those of the default VPC, one for each zone: others may have made more."""
    only = [{"Name": "default-for-az", "Values": ["true"]}]
    return aws.client("ec2", region).describe_subnets(Filters=only)["Subnets"]
