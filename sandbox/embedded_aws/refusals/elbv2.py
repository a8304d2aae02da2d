"""Elastic Load Balancing: load balancers and their subnets, security groups and attributes."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import re
from collections import Counter
from collections.abc import Iterable

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.subnets import Subnet
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, elbv2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.numbers import one_of, whole
from sandbox.embedded_aws.refusals.rule import Rules, stricter

NAME = re.compile(r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?")
LEAST_ZONES = 2
FREE_ADDRESSES = 8
BOOLEAN = ("true", "false")
Attributes = dict[str, tuple[str, ...] | tuple[int, int] | None]
"""By key, the allowed values, or the minimum and maximum; None allows any value."""
ATTRIBUTES: Attributes = {
    "access_logs.s3.bucket": None,
    "access_logs.s3.enabled": BOOLEAN,
    "access_logs.s3.prefix": None,
    "client_keep_alive.seconds": (60, 604800),
    "connection_logs.s3.bucket": None,
    "connection_logs.s3.enabled": BOOLEAN,
    "connection_logs.s3.prefix": None,
    "deletion_protection.enabled": BOOLEAN,
    "health_check_logs.s3.bucket": None,
    "health_check_logs.s3.enabled": BOOLEAN,
    "health_check_logs.s3.prefix": None,
    "idle_timeout.timeout_seconds": (1, 4000),
    "ipv6.deny_all_igw_traffic": BOOLEAN,
    "load_balancing.cross_zone.enabled": BOOLEAN,
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.drop_invalid_header_fields.enabled": BOOLEAN,
    "routing.http.preserve_host_header.enabled": BOOLEAN,
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": BOOLEAN,
    "routing.http.xff_client_port.enabled": BOOLEAN,
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
    "routing.http2.enabled": BOOLEAN,
    "waf.fail_open.enabled": BOOLEAN,
    "zonal_shift.config.enabled": BOOLEAN,
}


def balancers_have_plain_names(call: Call) -> None:
    """Refuses a load balancer name that is not 1 to 32 letters, digits and inner hyphens, or starts
    with internal-.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    """
    name = call.parameters["Name"]
    if not NAME.fullmatch(name):
        raise Refusal(
            "ValidationError",
            f"Name: the load balancer name '{name}' must be 1 to 32 letters, digits and inner "
            "hyphens, and must not begin with 'internal-'",
        )


@stricter("If all settings are the same, AWS returns the existing load balancer.")
def balancers_have_names_of_their_own(call: Call) -> None:
    """Refuses a load balancer name that already exists.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    """
    name = call.parameters["Name"]
    if any(one.name == name for one in _elb(call).load_balancers.values()):
        raise Refusal(
            "DuplicateLoadBalancerName",
            f"Name: a load balancer with the same name '{name}' exists, but with other settings",
        )


def subnets_are_of_two_zones(call: Call) -> None:
    """Refuses subnets in several VPCs, two in the same zone, or in fewer than two zones.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
    """
    subnets = _subnets(call)
    vpcs = {subnet.vpc_id for subnet in subnets}
    if len(vpcs) > 1:
        raise Refusal(
            "InvalidConfigurationRequest",
            f"Subnets: all must belong to the same VPC, and are of {', '.join(sorted(vpcs))}",
        )
    zones = Counter(subnet.availability_zone for subnet in subnets)
    twice = [zone for zone, count in zones.items() if count > 1]
    if twice:
        raise Refusal(
            "InvalidConfigurationRequest",
            "Subnets: a load balancer cannot be attached to multiple subnets in the same "
            f"Availability Zone, {twice[0]}",
        )
    if len(zones) < LEAST_ZONES and call.parameters.get("Type", "application") == "application":
        raise Refusal(
            "ValidationError",
            "Subnets: at least two subnets in two different Availability Zones must be specified",
        )


def subnets_stay_in_the_vpc(call: Call) -> None:
    """Refuses subnets outside the load balancer's VPC.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html
    """
    balancer = _balancer(call)
    for subnet in _subnets(call):
        if balancer is not None and subnet.vpc_id != balancer.vpc_id:
            raise Refusal(
                "InvalidConfigurationRequest",
                f"Subnets: {subnet.id} is of {subnet.vpc_id}, and the load balancer "
                f"'{balancer.name}' of {balancer.vpc_id}",
            )


def subnets_have_room(call: Call) -> None:
    """Refuses a subnet with fewer than 8 free addresses, and for an internet-facing load balancer,
    a subnet in a VPC without an internet gateway.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
    """
    ec2, balancer = _ec2(call), _balancer(call)
    scheme = balancer.scheme if balancer else call.parameters.get("Scheme")
    for subnet in _subnets(call):
        if subnet.available_ip_address_count < FREE_ADDRESSES:
            raise Refusal(
                "InvalidSubnet",
                f"Subnets: not enough IP space available in {subnet.id}; ELB requires at least "
                f"{FREE_ADDRESSES} free IP addresses in each subnet",
            )
        gateways = [g for g in ec2.internet_gateways.values() if _vpc_of(g) == subnet.vpc_id]
        default = ec2.vpcs[subnet.vpc_id].is_default  # moto creates it without a gateway
        if scheme != "internal" and not gateways and not default:
            raise Refusal("InvalidSubnet", f"Subnets: VPC {subnet.vpc_id} has no internet gateway")


def subnets_have_ipv6_for_dualstack(call: Call) -> None:
    """Refuses dual stack in a subnet without an IPv6 CIDR block.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type
    """
    balancer = _balancer(call)
    kind = call.parameters.get("IpAddressType") or (balancer and balancer.ip_address_type)
    if kind is None or not kind.startswith("dualstack"):
        return
    subnets = _subnets(call) or (balancer.subnets if balancer else [])
    for subnet in subnets:
        if not subnet.ipv6_cidr_block_associations:
            raise Refusal(
                "InvalidConfigurationRequest",
                f"IpAddressType: {kind} needs subnets with an associated IPv6 CIDR block, and "
                f"{subnet.id} has none",
            )


def security_groups_are_of_the_vpc(call: Call) -> None:
    """Refuses a security group that does not exist in the load balancer's VPC.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
    """
    balancer, subnets = _balancer(call), _subnets(call)
    vpc = balancer.vpc_id if balancer else subnets[0].vpc_id if subnets else None
    for group_id in call.parameters.get("SecurityGroups") or ():
        group = _ec2(call).get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc:
            raise Refusal(
                "InvalidConfigurationRequest" if group else "InvalidSecurityGroup",
                f"SecurityGroups: '{group_id}' does not exist in {vpc}, the load balancer's VPC",
            )


def attributes_are_known(call: Call) -> None:
    """Refuses unknown load balancer attributes, and invalid values for them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
    """
    balancer = _balancer(call)
    if balancer is None or balancer.type == "application":
        check_attributes(call, ATTRIBUTES, of="load balancer")


def check_attributes(call: Call, known: Attributes, *, of: str) -> None:
    """Refuses unknown attributes and invalid values. of: the resource, for the message."""
    for attribute in call.parameters.get("Attributes") or ():
        key, value = attribute.get("Key"), attribute.get("Value", "")
        if key not in known:
            raise Refusal("ValidationError", f"Attributes: {of} attribute key '{key}' is not known")
        _check_attribute(known[key], key, value)


def _check_attribute(
    allowed: tuple[str, ...] | tuple[int, int] | None, key: str, value: str
) -> None:
    """Checks an attribute's value against the allowed ones, or a range of integers."""
    where = f"Attributes: '{key}'"
    match allowed:
        case (int() as least, int() as most):
            whole(value, least, most, where=where, code="ValidationError")
        case (str(), *_):
            one_of(value, allowed, where=where, code="ValidationError")
        case _:
            pass


def _elb(call: Call) -> ELBv2Backend:
    return elbv2_backends[call.account][call.region]


def _ec2(call: Call) -> EC2Backend:
    return ec2_backends[call.account][call.region]


def _balancer(call: Call) -> FakeLoadBalancer | None:
    return _elb(call).load_balancers.get(call.parameters.get("LoadBalancerArn", ""))


def _subnets(call: Call) -> list[Subnet]:
    """The subnets that a call names. Raises Refusal if one does not exist."""
    mappings: Iterable[dict[str, str]] = call.parameters.get("SubnetMappings") or ()
    names = [*(call.parameters.get("Subnets") or ()), *(one["SubnetId"] for one in mappings)]
    there = {subnet.id: subnet for zone in _ec2(call).subnets.values() for subnet in zone.values()}
    for name in names:
        if name not in there:
            raise Refusal("SubnetNotFound", f"Subnets: the subnet ID '{name}' does not exist")
    return [there[name] for name in names]


def _vpc_of(gateway: object) -> str | None:
    vpc = getattr(gateway, "vpc", None)
    return vpc.id if vpc else None


RULES: Rules = {
    ("elbv2", "CreateLoadBalancer"): (
        balancers_have_plain_names,
        balancers_have_names_of_their_own,
        subnets_are_of_two_zones,
        subnets_have_room,
        subnets_have_ipv6_for_dualstack,
        security_groups_are_of_the_vpc,
    ),
    ("elbv2", "SetSubnets"): (
        subnets_stay_in_the_vpc,
        subnets_are_of_two_zones,
        subnets_have_room,
        subnets_have_ipv6_for_dualstack,
    ),
    ("elbv2", "SetIpAddressType"): (subnets_have_ipv6_for_dualstack,),
    ("elbv2", "SetSecurityGroups"): (security_groups_are_of_the_vpc,),
    ("elbv2", "ModifyLoadBalancerAttributes"): (attributes_are_known,),
}
