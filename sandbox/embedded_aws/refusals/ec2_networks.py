"""EC2: VPCs, subnets, gateways, endpoints and addresses."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import ipaddress
from collections.abc import Iterator
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.elbv2.models import elbv2_backends

from modules.quotas import ELASTIC_IPS, VPCS
from sandbox.embedded_aws.account import account
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules, stricter

# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
SIZES = range(16, 29)
AGGREGATION = (60, 600)


def networks_are_of_a_size(call: Call) -> None:
    """Refuses a VPC or subnet CIDR block that is not between /16 and /28.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    cidr = call.parameters.get("CidrBlock")
    if cidr is None:
        return
    code = "InvalidVpc.Range" if call.operation == "CreateVpc" else "InvalidSubnet.Range"
    try:
        network = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        raise Refusal(
            "InvalidParameterValue",
            f"CidrBlock: value ({cidr}) is not a valid CIDR block",
        ) from None
    if network.prefixlen not in SIZES:
        raise Refusal(
            code, f"CidrBlock: the CIDR '{cidr}' is invalid; a /{SIZES[0]} to /{SIZES[-1]} is not"
        )


def vpcs_are_few(call: Call) -> None:
    """Refuses more VPCs in a region than the account's quota, including the default VPC; a new
    account's quota is 5.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    most = account.quota(VPCS, call.region)
    if len(_ec2(call).vpcs) >= most:
        raise Refusal(
            "VpcLimitExceeded",
            f"The maximum number of VPCs has been reached: {most:g} in {call.region} ({VPCS.code})",
        )


def addresses_are_few(call: Call) -> None:
    """Refuses more Elastic IP addresses in a region than the account's quota; a new account's quota
    is 5.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    most = account.quota(ELASTIC_IPS, call.region)
    if len(_ec2(call).addresses) >= most:
        raise Refusal(
            "AddressLimitExceeded",
            f"The maximum number of addresses has been reached: {most:g} in {call.region} "
            f"({ELASTIC_IPS.code})",
        )


def vpcs_have_one_internet_gateway(call: Call) -> None:
    """Refuses a second internet gateway for a VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    """
    for gateway in _gateways(call, call.parameters["VpcId"]):
        if gateway.id != call.parameters["InternetGatewayId"]:
            raise Refusal(
                "InvalidParameterValue",
                f"VpcId: network {call.parameters['VpcId']} already has an internet gateway "
                f"attached, {gateway.id}",
            )


def public_addresses_keep_their_gateway(call: Call) -> None:
    """Refuses detaching an internet gateway while a load balancer or NAT gateway in its VPC has a
    public address.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
    """
    vpc = call.parameters["VpcId"]
    nat = [one for one in _ec2(call).nat_gateways.values() if one.state != "deleted"]
    mapped = [one.id for one in nat if one.vpc_id == vpc]
    balancers = elbv2_backends[call.account][call.region].load_balancers.values()
    mapped += [one.name for one in balancers if one.vpc_id == vpc and one.scheme != "internal"]
    if mapped:
        raise Refusal(
            "DependencyViolation",
            f"VpcId: network {vpc} has some mapped public address(es), of {', '.join(mapped)}. "
            "Please unmap those public address(es) before detaching the gateway.",
        )


@stricter(
    "AWS refuses only a missing address at once; otherwise the gateway is created and then fails, "
    "with this as its FailureCode. [Page]("
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html)"
)
def nat_gateways_reach_the_internet(call: Call) -> None:
    """Refuses a public NAT gateway without its own Elastic IP address, or in a VPC without an
    internet gateway.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    if call.parameters.get("ConnectivityType", "public") != "public":
        return
    allocation = call.parameters.get("AllocationId")
    if allocation is None:
        raise Refusal("MissingParameter", "AllocationId: a public NAT gateway needs an Elastic IP")
    for one in _ec2(call).nat_gateways.values():
        taken = {address.get("allocationId") for address in one.address_set}
        if one.state != "deleted" and allocation in taken:
            raise Refusal(
                "Resource.AlreadyAssociated",
                f"AllocationId: Elastic IP address [{allocation}] is already associated, with "
                f"{one.id}",
            )
    subnet = _subnet(call, call.parameters.get("SubnetId", ""))
    if subnet is not None and not list(_gateways(call, subnet.vpc_id)):
        raise Refusal(
            "Gateway.NotAttached",
            f"SubnetId: network {subnet.vpc_id} has no Internet gateway attached",
        )


def used_subnets_stay(call: Call) -> None:
    """Refuses deleting a subnet that contains an instance, a load balancer or a NAT gateway.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    """
    subnet = call.parameters["SubnetId"]
    if any(True for _ in _uses_of(call, subnet)):
        used_by = ", ".join(_uses_of(call, subnet))
        raise Refusal(
            "DependencyViolation",
            f"SubnetId: the subnet '{subnet}' has dependencies and cannot be deleted: {used_by}",
        )


def _uses_of(call: Call, subnet: str) -> Iterator[str]:
    for nat in _ec2(call).nat_gateways.values():
        if nat.subnet_id == subnet and nat.state != "deleted":
            yield nat.id
    for balancer in elbv2_backends[call.account][call.region].load_balancers.values():
        if subnet in {one.id for one in balancer.subnets}:
            yield balancer.name
    for reservation in _ec2(call).reservations.values():
        for instance in reservation.instances:
            if instance.subnet_id == subnet and instance.state != "terminated":
                yield instance.id


def vpcs_are_empty_when_they_go(call: Call) -> None:
    """Refuses deleting a VPC that has an internet gateway, an endpoint, or a security group other
    than the default one.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
    """
    vpc, ec2 = call.parameters["VpcId"], _ec2(call)
    left = [one.id for one in _gateways(call, vpc)]
    left += [one.id for one in ec2.groups.get(vpc, {}).values() if one.name != "default"]
    left += [one.id for one in ec2.vpc_end_points.values() if one.vpc_id == vpc and _alive(one)]
    if left:
        raise Refusal(
            "DependencyViolation",
            f"VpcId: the vpc '{vpc}' has dependencies and cannot be deleted: {', '.join(left)}",
        )


def gateway_endpoints_have_routes_of_their_own(call: Call) -> None:
    """Refuses a second gateway endpoint for the same service in a route table.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    asked = call.parameters
    if asked.get("VpcEndpointType", "Gateway") != "Gateway":
        return
    for there in _ec2(call).vpc_end_points.values():
        both = set(there.route_table_ids or ()) & set(asked.get("RouteTableIds") or ())
        if _alive(there) and there.service_name == asked["ServiceName"] and both:
            raise Refusal(
                "RouteAlreadyExists",
                f"RouteTableIds: route table {min(both)} already has a route to "
                f"{asked['ServiceName']}, by {there.id}",
            )


def private_names_are_of_one_endpoint(call: Call) -> None:
    """Refuses private DNS names for an interface endpoint if the VPC lacks a required DNS
    attribute, or another endpoint already has those names.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    asked = call.parameters
    if asked.get("VpcEndpointType") != "Interface" or not asked.get("PrivateDnsEnabled", True):
        return
    vpc = _ec2(call).vpcs.get(asked["VpcId"])
    if vpc is not None and not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        raise Refusal(
            "InvalidParameter",
            "PrivateDnsEnabled: enabling private DNS requires both enableDnsSupport and "
            f"enableDnsHostnames VPC attributes set to true for {asked['VpcId']}",
        )
    for there in _ec2(call).vpc_end_points.values():
        same = (there.vpc_id, there.service_name) == (asked["VpcId"], asked["ServiceName"])
        if same and _alive(there) and there.private_dns_enabled:
            raise Refusal(
                "InvalidParameter",
                "PrivateDnsEnabled: private-dns-enabled cannot be set because there is already a "
                f"conflicting DNS domain for {asked['ServiceName']} in the VPC {asked['VpcId']}",
            )


def flow_logs_are_aggregated(call: Call) -> None:
    """Refuses an aggregation interval other than 60 or 600 seconds.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
    """
    interval = call.parameters.get("MaxAggregationInterval", 600)
    if interval not in AGGREGATION:
        raise Refusal(
            "InvalidParameter", f"MaxAggregationInterval: {interval} must be 60 or 600 seconds"
        )


def _alive(endpoint: Any) -> bool:
    return endpoint.state not in {"deleted", "deleting"}


def _gateways(call: Call, vpc: str) -> Iterator[Any]:
    for gateway in _ec2(call).internet_gateways.values():
        if gateway.vpc is not None and gateway.vpc.id == vpc:
            yield gateway


def _subnet(call: Call, subnet: str) -> Any:
    for zone in _ec2(call).subnets.values():
        if subnet in zone:
            return zone[subnet]
    return None


def _ec2(call: Call) -> EC2Backend:
    return ec2_backends[call.account][call.region]


RULES: Rules = {
    ("ec2", "CreateVpc"): (networks_are_of_a_size, vpcs_are_few),
    ("ec2", "DeleteVpc"): (vpcs_are_empty_when_they_go,),
    ("ec2", "CreateSubnet"): (networks_are_of_a_size,),
    ("ec2", "DeleteSubnet"): (used_subnets_stay,),
    ("ec2", "AllocateAddress"): (addresses_are_few,),
    ("ec2", "AttachInternetGateway"): (vpcs_have_one_internet_gateway,),
    ("ec2", "DetachInternetGateway"): (public_addresses_keep_their_gateway,),
    ("ec2", "CreateNatGateway"): (nat_gateways_reach_the_internet,),
    ("ec2", "CreateVpcEndpoint"): (
        gateway_endpoints_have_routes_of_their_own,
        private_names_are_of_one_endpoint,
    ),
    ("ec2", "CreateFlowLogs"): (flow_logs_are_aggregated,),
}
