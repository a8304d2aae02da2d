"""What EC2 refuses: networks, addresses, gateways and endpoints."""

from typing import Any

import pytest

from modules.quotas import CONCURRENCY, ELASTIC_IPS, VPCS
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network, network
from tests.sandbox.embedded_aws.refusals.service import Service, unique

# A region in which no other module counts.
REGION = "eu-central-1"
VIOLATION = "DependencyViolation"


@pytest.fixture(scope="module")
def ec2(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "ec2", REGION)


@pytest.fixture
def net(refusing: EmbeddedAws) -> Network:
    return network(refusing, REGION)


def test_networks_are_of_a_size(ec2: Service, net: Network) -> None:
    for cidr in ("10.0.0.0/15", "10.0.0.0/29"):
        ec2.refused("create_vpc", "InvalidVpc.Range", cidr, CidrBlock=cidr)
    ec2.refused(
        "create_subnet",
        "InvalidSubnet.Range",
        "10.0.8.0/29",
        VpcId=net.vpc,
        CidrBlock="10.0.8.0/29",
    )
    ec2.refused(
        "create_subnet",
        "InvalidSubnet.Conflict",
        "10.0.0.128/25",
        VpcId=net.vpc,
        CidrBlock="10.0.0.128/25",
    )


def test_a_new_account_has_five_vpcs(refusing: EmbeddedAws) -> None:
    region = "sa-east-1"
    ec2 = Service(refusing, "ec2", region)
    refusing.allow(VPCS.code, VPCS.new_account, region)
    for _ in range(4):  # the default VPC is the first
        ec2.ok("create_vpc", CidrBlock="10.0.0.0/16")
    ec2.refused("create_vpc", "VpcLimitExceeded", VPCS.code, CidrBlock="10.0.0.0/16")


def test_a_new_account_has_five_addresses(refusing: EmbeddedAws) -> None:
    ec2, quotas = (
        Service(refusing, "ec2", "eu-west-3"),
        Service(refusing, "service-quotas", "eu-west-3"),
    )
    for _ in range(5):
        ec2.ok("allocate_address", Domain="vpc")
    ec2.refused("allocate_address", "AddressLimitExceeded", ELASTIC_IPS.code, Domain="vpc")
    quotas.ok(
        "request_service_quota_increase",
        ServiceCode="ec2",
        QuotaCode=ELASTIC_IPS.code,
        DesiredValue=6,
    )
    ec2.ok("allocate_address", Domain="vpc")


def test_aws_takes_no_request_for_less_than_its_default(refusing: EmbeddedAws) -> None:
    quotas = Service(refusing, "service-quotas", "eu-west-3")
    concurrency = {"ServiceCode": CONCURRENCY.service, "QuotaCode": CONCURRENCY.code}
    code, request = "IllegalArgumentException", "request_service_quota_increase"
    said = "You must provide a quota value greater than the"
    quotas.refused(request, code, f"{said} default", "1000", **concurrency, DesiredValue=100)
    quotas.refused(request, code, f"{said} current", "of 10 ", **concurrency, DesiredValue=10)
    quotas.ok(request, **concurrency, DesiredValue=1000)


def test_a_vpc_has_one_internet_gateway(ec2: Service, net: Network) -> None:
    second = ec2.ok("create_internet_gateway")["InternetGateway"]["InternetGatewayId"]
    ec2.refused(
        "attach_internet_gateway",
        "InvalidParameterValue",
        net.vpc,
        InternetGatewayId=second,
        VpcId=net.vpc,
    )


def gateway_of(ec2: Service, vpc: str) -> str:
    wanted = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
    (found,) = ec2.ok("describe_internet_gateways", Filters=wanted)["InternetGateways"]
    return found["InternetGatewayId"]


def test_what_is_used_stays(ec2: Service, net: Network, refusing: EmbeddedAws) -> None:
    elb = Service(refusing, "elbv2", REGION)
    name, gateway = unique(), gateway_of(ec2, net.vpc)
    (made,) = elb.ok("create_load_balancer", Name=name, Subnets=net.subnets)["LoadBalancers"]
    ec2.refused("delete_subnet", VIOLATION, net.subnets[0], name, SubnetId=net.subnets[0])
    detach = {"InternetGatewayId": gateway, "VpcId": net.vpc}
    ec2.refused("detach_internet_gateway", VIOLATION, net.vpc, name, **detach)
    elb.ok("delete_load_balancer", LoadBalancerArn=made["LoadBalancerArn"])
    for subnet in net.subnets:
        ec2.ok("delete_subnet", SubnetId=subnet)
    ec2.refused("delete_vpc", VIOLATION, gateway, net.group, VpcId=net.vpc)
    ec2.ok("detach_internet_gateway", **detach)
    ec2.ok("delete_security_group", GroupId=net.group)
    ec2.ok("delete_vpc", VpcId=net.vpc)


def test_a_nat_gateway(ec2: Service, net: Network, refusing: EmbeddedAws) -> None:
    address = ec2.ok("allocate_address", Domain="vpc")["AllocationId"]
    shut = network(refusing, REGION, gateway=False)
    wrong = {"SubnetId": shut.subnets[0], "AllocationId": address}
    ec2.refused("create_nat_gateway", "Gateway.NotAttached", shut.vpc, **wrong)
    asked = {"SubnetId": net.subnets[0], "AllocationId": address}
    nat = ec2.ok("create_nat_gateway", **asked)["NatGateway"]["NatGatewayId"]
    ec2.refused("create_nat_gateway", "Resource.AlreadyAssociated", address, nat, **asked)
    ec2.refused("delete_subnet", VIOLATION, nat, SubnetId=net.subnets[0])


def test_a_gateway_endpoint_has_its_routes(ec2: Service, net: Network) -> None:
    table = ec2.ok("create_route_table", VpcId=net.vpc)["RouteTable"]["RouteTableId"]
    asked: dict[str, Any] = {
        "VpcId": net.vpc,
        "ServiceName": f"com.amazonaws.{REGION}.s3",
        "VpcEndpointType": "Gateway",
        "RouteTableIds": [table],
    }
    ec2.ok("create_vpc_endpoint", **asked)
    ec2.refused("create_vpc_endpoint", "RouteAlreadyExists", table, **asked)


def test_an_interface_endpoint_has_its_names(ec2: Service, net: Network) -> None:
    asked: dict[str, Any] = {
        "VpcId": net.vpc,
        "ServiceName": f"com.amazonaws.{REGION}.ssm",
        "VpcEndpointType": "Interface",
        "SubnetIds": net.subnets[:1],
        "SecurityGroupIds": [net.group],
        "PrivateDnsEnabled": True,
    }
    ec2.refused("create_vpc_endpoint", "InvalidParameter", "enableDnsHostnames", **asked)
    ec2.ok("modify_vpc_attribute", VpcId=net.vpc, EnableDnsHostnames={"Value": True})
    ec2.ok("create_vpc_endpoint", **asked)
    ec2.refused("create_vpc_endpoint", "InvalidParameter", "conflicting DNS domain", **asked)


def test_flow_logs_are_aggregated(ec2: Service, net: Network) -> None:
    asked = {
        "ResourceIds": [net.vpc],
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogDestinationType": "s3",
        "LogDestination": "arn:aws:s3:::logs",
        "MaxAggregationInterval": 300,
    }
    ec2.refused("create_flow_logs", "InvalidParameter", "MaxAggregationInterval: 300", **asked)
