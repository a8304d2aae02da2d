"""What Elastic Load Balancing refuses: load balancers."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network, network
from tests.sandbox.embedded_aws.refusals.service import Service, unique

INVALID, WRONG = "InvalidConfigurationRequest", "ValidationError"


@pytest.fixture(scope="module")
def other(refusing: EmbeddedAws) -> Network:
    return network(refusing)


@pytest.fixture(scope="module")
def balancer(elb: Service, net: Network) -> str:
    (made,) = elb.ok(
        "create_load_balancer",
        Name=unique(),
        Subnets=net.subnets[:2],
        SecurityGroups=[net.group],
        IpAddressType="dualstack",
    )["LoadBalancers"]
    return made["LoadBalancerArn"]


@pytest.mark.parametrize("name", ["a:b", "internal-web", "-web", "web-", "w" * 33, "w_b"])
def test_names_are_plain(elb: Service, net: Network, name: str) -> None:
    elb.refused("create_load_balancer", WRONG, "Name", name, Name=name, Subnets=net.subnets)


def test_names_are_of_one(elb: Service, net: Network) -> None:
    name = unique()
    elb.ok("create_load_balancer", Name=name, Subnets=net.subnets)
    elb.refused(
        "create_load_balancer", "DuplicateLoadBalancerName", name, Name=name, Subnets=net.subnets
    )


def test_subnets_are_of_two_zones_and_one_vpc(
    elb: Service, ec2: Service, net: Network, other: Network
) -> None:
    def refused(code: str, *said: str, subnets: list[str]) -> None:
        elb.refused("create_load_balancer", code, "Subnets", *said, Name=unique(), Subnets=subnets)

    refused(WRONG, "two different Availability Zones", subnets=net.subnets[:1])
    refused(INVALID, "same VPC", subnets=[net.subnets[0], other.subnets[1]])
    twice = ec2.ok(
        "create_subnet", VpcId=net.vpc, CidrBlock="10.0.9.0/28", AvailabilityZone="us-east-1a"
    )["Subnet"]["SubnetId"]
    refused(INVALID, "same Availability Zone", subnets=[net.subnets[0], twice])
    refused("SubnetNotFound", "subnet-1", subnets=["subnet-1"])


def test_the_internet_is_reached_by_a_gateway(elb: Service, refusing: EmbeddedAws) -> None:
    shut = network(refusing, gateway=False)
    asked: dict[str, Any] = {"Name": unique(), "Subnets": shut.subnets}
    elb.refused("create_load_balancer", "InvalidSubnet", "no internet gateway", **asked)
    elb.ok("create_load_balancer", **asked, Scheme="internal")


def test_dual_stack_needs_ipv6(elb: Service, ec2: Service, net: Network) -> None:
    plain = [
        ec2.ok("create_subnet", VpcId=net.vpc, CidrBlock=f"10.0.2{n}.0/28", AvailabilityZone=zone)[
            "Subnet"
        ]["SubnetId"]
        for n, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    asked: dict[str, Any] = {"Name": unique(), "Subnets": plain, "IpAddressType": "dualstack"}
    elb.refused("create_load_balancer", INVALID, "IpAddressType", plain[0], **asked)
    (made,) = elb.ok("create_load_balancer", **{**asked, "IpAddressType": "ipv4"})["LoadBalancers"]
    arn = made["LoadBalancerArn"]
    elb.refused(
        "set_ip_address_type", INVALID, "IPv6", LoadBalancerArn=arn, IpAddressType="dualstack"
    )


def test_security_groups_are_of_the_vpc(
    elb: Service, net: Network, other: Network, balancer: str
) -> None:
    elb.refused(
        "create_load_balancer",
        INVALID,
        other.group,
        Name=unique(),
        Subnets=net.subnets,
        SecurityGroups=[other.group],
    )
    elb.refused(
        "set_security_groups",
        "InvalidSecurityGroup",
        "sg-1",
        LoadBalancerArn=balancer,
        SecurityGroups=["sg-1"],
    )
    elb.ok("set_security_groups", LoadBalancerArn=balancer, SecurityGroups=[net.group])


def test_a_balancer_stays_in_its_vpc(
    elb: Service, net: Network, other: Network, balancer: str
) -> None:
    """As if a region's network were replaced under it."""
    elb.refused(
        "set_subnets",
        INVALID,
        other.vpc,
        net.vpc,
        LoadBalancerArn=balancer,
        Subnets=other.subnets,
    )
    elb.ok("set_subnets", LoadBalancerArn=balancer, Subnets=net.subnets)


@pytest.mark.parametrize(
    ("key", "bad", "good"),
    [
        ("idle_timeout.timeout_seconds", "4001", "4000"),
        ("idle_timeout.timeout_seconds", "0", "1"),
        ("idle_timeout.timeout_seconds", "1m", "60"),
        ("client_keep_alive.seconds", "59", "60"),
        ("routing.http.desync_mitigation_mode", "strict", "strictest"),
        ("deletion_protection.enabled", "yes", "false"),
    ],
)
def test_attributes_have_values(elb: Service, balancer: str, key: str, bad: str, good: str) -> None:
    def asked(value: str) -> dict[str, Any]:
        return {"LoadBalancerArn": balancer, "Attributes": [{"Key": key, "Value": value}]}

    elb.refused("modify_load_balancer_attributes", WRONG, key, bad, **asked(bad))
    elb.ok("modify_load_balancer_attributes", **asked(good))


def test_attributes_are_known(elb: Service, balancer: str) -> None:
    wrong = [{"Key": "idle_timeout", "Value": "60"}]
    elb.refused(
        "modify_load_balancer_attributes",
        WRONG,
        "'idle_timeout'",
        LoadBalancerArn=balancer,
        Attributes=wrong,
    )
