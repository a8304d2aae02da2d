"""Each region's VPC: subnets, routes, gateways, and what is closed."""

import json

import pytest
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule

from environments import ExistingNetwork
from modules.regional.network import NatGateways
from tests.conftest import Region
from tests.synthesis import Stack, Stacks, example


def with_nat(mode: NatGateways) -> Stack:
    mission = example("mission")
    primary = mission.primary.model_copy(update={"nat_gateways": mode})
    return Stacks(mission.model_copy(update={"primary": primary}))["primary"]


def test_the_vpc_resolves_names(region: Region) -> None:
    assert region.stack.has(
        Vpc,
        cidr_block=region.settings.cidr,
        enable_dns_support=True,
        enable_dns_hostnames=True,
    )


@pytest.mark.parametrize("protected", [True, False])
def test_a_network_is_not_replaced_by_mistake(protected: bool) -> None:
    """A changed `cidr` would move the load balancer to another VPC, which AWS refuses."""
    mission = example("mission").model_copy(update={"deletion_protection": protected})
    network = Stacks(mission)["primary"].only(Vpc)
    assert network.get("lifecycle", {}) == ({"prevent_destroy": True} if protected else {})


def test_each_zone_has_a_public_and_a_private_subnet(region: Region) -> None:
    subnets = region.stack.resources(Subnet)
    letters = [zone[-1] for zone in region.settings.zones]
    assert set(subnets) == {
        f"{tier}_subnet_{letter}" for tier in ("public", "private") for letter in letters
    }
    for logical_id, subnet in subnets.items():
        assert subnet["availability_zone"] == region.settings.region + logical_id[-1]
        assert subnet["map_public_ip_on_launch"] is False


def test_only_public_subnets_route_to_the_internet_gateway(region: Region) -> None:
    assert len(region.stack.resources(InternetGateway)) == 1
    routes = region.stack.resources(Route)
    to_gateway = [route for route in routes.values() if "gateway_id" in route]
    assert {route["route_table_id"] for route in to_gateway} == {
        "${aws_route_table.public_route_table.id}"
    }
    assert [
        route.get("destination_cidr_block") or route["destination_ipv6_cidr_block"]
        for route in to_gateway
    ] == ["0.0.0.0/0", "::/0"]
    associations = region.stack.resources(RouteTableAssociation)
    for zone in region.settings.zones:
        letter = zone[-1]
        assert associations[f"public_route_table_association_{letter}"] | {"//": 0} == {
            "//": 0,
            "route_table_id": "${aws_route_table.public_route_table.id}",
            "subnet_id": f"${{aws_subnet.public_subnet_{letter}.id}}",
        }
        assert associations[f"private_route_table_association_{letter}"] | {"//": 0} == {
            "//": 0,
            "route_table_id": f"${{aws_route_table.private_route_table_{letter}.id}}",
            "subnet_id": f"${{aws_subnet.private_subnet_{letter}.id}}",
        }
    assert len(associations) == 2 * len(region.settings.zones)


def test_s3_is_reached_through_a_gateway_endpoint_from_every_subnet(region: Region) -> None:
    assert region.stack.has(
        VpcEndpoint,
        vpc_endpoint_type="Gateway",
        service_name=f"com.amazonaws.{region.settings.region}.s3",
    )
    endpoint = region.stack.resources(VpcEndpoint)["s3_endpoint"]
    assert set(endpoint["route_table_ids"]) == {
        f"${{aws_route_table.{table}.id}}" for table in region.stack.resources(RouteTable)
    }


def test_the_default_security_group_has_no_rules(region: Region) -> None:
    group = region.stack.only(DefaultSecurityGroup)
    assert group["vpc_id"] == "${aws_vpc.vpc.id}"
    assert (group["ingress"], group["egress"]) == ([], [])  # if absent, later rules would stay


def test_the_load_balancers_subnets_have_ipv6_and_the_instances_none(region: Region) -> None:
    """A place's number is part of a subnet's address, so it stays: another would replace the
    subnet."""
    assert region.stack.only(Vpc)["assign_generated_ipv6_cidr_block"] is True
    for logical_id, subnet in region.stack.resources(Subnet).items():
        if logical_id.startswith("private"):
            assert "ipv6_cidr_block" not in subnet
        else:
            place = "abcdefgh".index(logical_id[-1])
            network = f"${{cidrsubnet(aws_vpc.vpc.ipv6_cidr_block, 8, {place})}}"
            assert subnet["ipv6_cidr_block"] == network


def test_the_s3_endpoint_is_for_packages_alone(region: Region) -> None:
    endpoints = region.stack.resources(VpcEndpoint)
    statements = json.loads(endpoints["s3_endpoint"]["policy"])["Statement"]
    packages = f"arn:aws:s3:::al2023-repos-{region.settings.region}-de612dc2/*"
    assert packages in [statement["Resource"] for statement in statements]
    for statement in statements:
        assert statement["Action"] == ["s3:GetObject"]
        assert region.settings.region in statement["Resource"]


def test_an_existing_network_is_used_and_not_touched() -> None:
    mission = example("mission")
    public, private = [[f"subnet-{tier}{n:07x}" for n in range(3)] for tier in "ab"]
    network = ExistingNetwork(
        vpc_id="vpc-01234567",
        public_subnets=public,
        private_subnets=private,
        load_balancer_security_groups=["sg-01234567"],
    )
    changed = {"cidr": None, "existing_network": network}
    primary = mission.primary.model_copy(update=changed)
    environment = mission.model_copy(update={"primary": primary})
    stack = Stacks(environment)["primary"]
    for kind in (Vpc, Subnet, InternetGateway, RouteTable, Route, VpcEndpoint, NatGateway):
        assert stack.resources(kind) == {}
    assert stack.only(Lb)["subnets"] == public
    assert stack.only(Lb)["security_groups"] == [
        "${aws_security_group.load_balancer_security_group.id}",
        "sg-01234567",
    ]
    assert stack.only(LbTargetGroup)["vpc_id"] == "vpc-01234567"
    assert stack.only(AutoscalingGroup)["vpc_zone_identifier"] == private
    assert {group["vpc_id"] for group in stack.resources(SecurityGroup).values()} == {
        "vpc-01234567"
    }
    # How its instances reach S3 is unknown, so HTTPS may go anywhere.
    egress = stack.resources(VpcSecurityGroupEgressRule)
    assert set(egress) == {"load_balancer_to_instances", "instances_to_internet"}


@pytest.mark.parametrize(
    ("mode", "gateways"), [("none", []), ("single", ["a"]), ("per_az", ["a", "b", "c"])]
)
def test_nat_gateways(mode: NatGateways, gateways: list[str]) -> None:
    stack = with_nat(mode)
    assert set(stack.resources(NatGateway)) == {f"nat_gateway_{letter}" for letter in gateways}
    assert len(stack.resources(Eip)) == len(gateways)
    routes = stack.resources(Route)
    for letter in "abc" if gateways else "":
        home = letter if mode == "per_az" else "a"
        route = routes[f"private_default_route_{letter}"]
        assert route["destination_cidr_block"] == "0.0.0.0/0"
        assert route["nat_gateway_id"] == f"${{aws_nat_gateway.nat_gateway_{home}.id}}"
    assert len(routes) == 2 + (3 if gateways else 0)


def test_staging_has_the_nat_gateway_that_its_file_asks_for(region: Region) -> None:
    expected = {"none": 0, "single": 1, "per_az": len(region.settings.zones)}
    assert len(region.stack.resources(NatGateway)) == expected[region.settings.nat_gateways]
