"""Questions to an AWS about subnets with IPv6."""

from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from operations.embedded_aws import EmbeddedAws

REGION = "us-east-1"


def _subnet(aws: EmbeddedAws) -> dict[str, Any]:
    ec2 = aws.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    network = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
    subnet = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.9.0.0/24", Ipv6CidrBlock=network)
    (read,) = ec2.describe_subnets(SubnetIds=[subnet["Subnet"]["SubnetId"]])["Subnets"]
    return read


def subnets_tell_of_ipv6(aws: EmbeddedAws) -> bool:
    (association,) = _subnet(aws)["Ipv6CidrBlockAssociationSet"]
    return association["Ipv6CidrBlockState"] == {"State": "associated"}


def subnets_are_found_by_ipv6(aws: EmbeddedAws) -> bool:
    subnet = _subnet(aws)
    (association,) = subnet["Ipv6CidrBlockAssociationSet"]
    wanted = {
        "Name": "ipv6-cidr-block-association.association-id",
        "Values": [association["AssociationId"]],
    }
    try:
        found = aws.client("ec2", REGION).describe_subnets(Filters=[wanted])["Subnets"]
    except (ClientError, ResponseParserError):
        return False
    return [one["SubnetId"] for one in found] == [subnet["SubnetId"]]
