"""Who may talk to whom. Every rule is listed here, so that a new one shows up in review."""

from typing import Any

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from environments import ROLES
from tests.conftest import Region, Synthesised

ANYWHERE = ("0.0.0.0/0", "::/0")
PEERS = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")


def rules(region: Region, kind: type[Any]) -> set[tuple[str, str, int]]:
    """(group, peer, port) of each rule."""

    def short(reference: str) -> str:
        return reference.removeprefix("${").split(".")[1].removesuffix("_security_group")

    found: set[tuple[str, str, int]] = set()
    for rule in region.stack.resources(kind).values():
        assert rule["ip_protocol"] == "tcp"
        assert rule["from_port"] == rule["to_port"]
        assert rule["description"]
        (peer,) = (rule[name] for name in PEERS if name in rule)
        named = peer if peer in ANYWHERE else short(peer)
        found.add((short(rule["security_group_id"]), named, rule["from_port"]))
    assert len(found) == len(region.stack.resources(kind))
    return found


def test_what_may_come_in(region: Region) -> None:
    expected = {
        *(("load_balancer", source, port) for source in ANYWHERE for port in (80, 443)),
        ("instances", "load_balancer", 80),
    }
    if region.settings.session_manager_endpoints:
        expected.add(("endpoints", "instances", 443))
    assert rules(region, VpcSecurityGroupIngressRule) == expected


def test_without_tls_nothing_comes_in_by_443(plain: Synthesised) -> None:
    for role in ROLES:
        into = plain.stacks[role].resources(VpcSecurityGroupIngressRule).values()
        assert {rule["from_port"] for rule in into} == {80}


def test_what_may_go_out(region: Region) -> None:
    expected = {
        ("load_balancer", "instances", 80),
        ("instances", "s3_endpoint", 443),
    }
    if region.settings.nat_gateways != "none":
        expected.add(("instances", "0.0.0.0/0", 443))
    if region.settings.session_manager_endpoints:
        expected.add(("instances", "endpoints", 443))
    assert rules(region, VpcSecurityGroupEgressRule) == expected


def test_groups_have_no_inline_rules_and_are_replaced_before_they_go(region: Region) -> None:
    for group in region.stack.resources(SecurityGroup).values():
        assert not {"ingress", "egress", "name"} & set(group)
        assert group["lifecycle"] == {"create_before_destroy": True}
        assert group["vpc_id"] == "${aws_vpc.vpc.id}"
