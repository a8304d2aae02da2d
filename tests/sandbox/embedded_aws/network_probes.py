"""Probes an AWS for subnets with IPv6, and load balancers."""

from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique

# Separate, as the other probes count what is in their region.
REGION = "eu-west-1"


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


def protected_balancers_stay(aws: EmbeddedAws) -> bool:
    balancing = aws.client("elbv2", REGION)
    subnets = [subnet["SubnetId"] for subnet in default_subnets(aws, REGION)[:2]]
    name = unique()
    (balancer,) = balancing.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    balancing.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[protection])
    try:
        balancing.delete_load_balancer(LoadBalancerArn=arn)
    except ClientError as error:
        return error.response["Error"]["Code"] == "OperationNotPermitted"
    return False


def describe_rules_of_any_kind(aws: EmbeddedAws) -> bool:
    ec2 = aws.client("ec2", REGION)
    prefixes = ec2.describe_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    one = ec2.create_security_group(GroupName=unique(), Description="-", VpcId=vpc)["GroupId"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    sides = [
        {"UserIdGroupPairs": [{"GroupId": one, "Description": "described"}]},
        {"PrefixListIds": [{"PrefixListId": prefixes, "Description": "described"}]},
        {"IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "described"}]},
    ]
    for side in sides:
        ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=[{**https, **side}])
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [one]}])
    incoming = [rule for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]]
    assert len(incoming) == len(sides)
    return all(rule.get("Description") == "described" for rule in incoming)
