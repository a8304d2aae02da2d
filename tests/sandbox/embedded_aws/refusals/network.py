"""A VPC for tests, and its contents."""

from dataclasses import dataclass

from modules.quotas import VPCS
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import Service, unique

ENOUGH_VPCS = 99


@dataclass(frozen=True)
class Network:
    """A VPC with an internet gateway, and a subnet with IPv6 in each of three zones."""

    vpc: str
    subnets: list[str]
    group: str
    """A security group."""


def network(aws: EmbeddedAws, region: str = "us-east-1", *, gateway: bool = True) -> Network:
    aws.allow(VPCS.code, ENOUGH_VPCS)
    ec2 = Service(aws, "ec2", region)
    made = ec2.ok("create_vpc", CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    vpc, prefix = made["VpcId"], made["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"][:-6]
    if gateway:
        one = ec2.ok("create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
        ec2.ok("attach_internet_gateway", InternetGatewayId=one, VpcId=vpc)
    subnets = [
        ec2.ok(
            "create_subnet",
            VpcId=vpc,
            CidrBlock=f"10.0.{place}.0/24",
            Ipv6CidrBlock=f"{prefix[:-2]}0{place}::/64",
            AvailabilityZone=f"{region}{letter}",
        )["Subnet"]["SubnetId"]
        for place, letter in enumerate("abc")
    ]
    group = ec2.ok("create_security_group", GroupName=unique(), Description="-", VpcId=vpc)
    return Network(vpc, subnets, group["GroupId"])
