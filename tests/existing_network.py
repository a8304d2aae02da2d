"""A VPC that exists before an environment file names it."""

from typing import Any

from sandbox.embedded_aws import EmbeddedAws


def existing_network(aws: EmbeddedAws, table: dict[str, Any]) -> dict[str, Any]:
    """Creates a VPC for a region's table, and returns its `existing_network`.

    It has a public and a private subnet in each of the table's zones, with IPv6 if the table's
    `existing_network.ipv6` is true.
    """
    ec2 = aws.client("ec2", table["region"])
    ipv6 = table["existing_network"]["ipv6"]
    vpc = ec2.create_vpc(CidrBlock="172.20.0.0/16", AmazonProvidedIpv6CidrBlock=ipv6)["Vpc"]
    own = {"VpcId": vpc["VpcId"]}
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(**own, **{attribute: {"Value": True}})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, **own)

    def subnet(zone: str, number: int) -> str:
        blocks = {"CidrBlock": f"172.20.{number}.0/24"}
        if ipv6:
            whole: str = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
            blocks["Ipv6CidrBlock"] = f"{whole.removesuffix('00::/56')}{number:02x}::/64"
        return ec2.create_subnet(AvailabilityZone=zone, **own, **blocks)["Subnet"]["SubnetId"]

    group = ec2.create_security_group(GroupName="existing", Description="existing", **own)
    return {
        "vpc_id": vpc["VpcId"],
        "public_subnets": [subnet(zone, at) for at, zone in enumerate(table["zones"])],
        "private_subnets": [subnet(zone, 100 + at) for at, zone in enumerate(table["zones"])],
        "load_balancer_security_groups": [group["GroupId"]],
        "ipv6": ipv6,
    }
