"""What is read from load balancers, their firewalls and the names that lead to them. Anything else
emitted is either ignored on purpose or an error."""

from collections.abc import Callable
from typing import Any

import pytest

from modules.checkers import CHECKER_RANGES
from proof.route53 import UnknownToTheModelError, configuration_of
from proof.route53.configuration import FirewallRule, Ingress, ModelListener
from proof.route53.reading_firewall import read_firewall
from proof.route53.reading_objects import readable_objects
from tests.proof.route53.conftest import Deploy, Deployed

Edit = Callable[[dict[str, Any]], None]
BALANCER = "dr/aws_lb.load_balancer"
RES = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
ACM = "aws_acm_certificate.certificate.domain_validation_options"


@pytest.fixture
def mission(deployed: Deploy) -> Deployed:
    return deployed("hot", "manual", "alias")


def test_a_load_balancer_is_read_with_its_target_groups_probes(mission: Deployed) -> None:
    found = mission.configuration.balancers[BALANCER]
    assert (found.region, found.path, found.interval, found.timeout) == ("us-east-1", "/", 5, 4)
    assert (found.unhealthy_threshold, found.healthy_threshold) == (2, 2)


def test_with_tls_port_80_only_redirects(mission: Deployed) -> None:
    found = mission.configuration.balancers[BALANCER]
    assert found.listeners == {
        80: ModelListener("HTTP", redirects=301),
        443: ModelListener("HTTPS", tls_policy=RES),
    }
    assert found.ingress == {Ingress(kind, at, at) for kind in ("A", "AAAA") for at in (80, 443)}
    assert found.ipv6


def test_without_tls_port_80_forwards(deployed: Deploy) -> None:
    found = deployed("hot", "manual", "alias", "http").configuration.balancers[BALANCER]
    assert found.listeners == {80: ModelListener("HTTP")}
    assert found.ingress == {Ingress("A", 80, 80), Ingress("AAAA", 80, 80)}


def test_records_that_lead_nowhere_are_left_out(mission: Deployed) -> None:
    """https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html: ACM's records are
    CNAMEs of names that no user opens."""
    emitted = [
        body
        for stack in mission.stacks.values()
        for body in stack["resource"].get("aws_route53_record", {}).values()
    ]
    acm = [body for body in emitted if "domain_validation_options" in body["name"]]
    assert len(acm) == 3
    assert len(mission.configuration.records) == len(emitted) - len(acm)
    stacks = mission.copied()
    text = {"name": "awspractice.space", "type": "TXT", "records": ["v=spf1 -all"], "ttl": 300}
    stacks["global"]["resource"]["aws_route53_record"]["text"] = text
    assert configuration_of(stacks) == mission.configuration


def edit(kind: str, id: str, **changes: Any) -> Edit:
    def apply(stacks: dict[str, Any]) -> None:
        stacks["dr"]["resource"].setdefault(kind, {}).setdefault(id, {}).update(changes)

    return apply


def record(**changes: Any) -> Edit:
    usual: dict[str, Any] = {"name": "x.awspractice.space", "type": "A", "ttl": 60, "records": []}
    return edit("aws_route53_record", "another", **(usual | changes))


def asked(attribute: str, of: str = ACM) -> str:
    return f'${{one([for o in {of} : o.resource_record_{attribute} if o.domain_name == "a.b"])}}'


VALIDATION = {
    "name": asked("name"),
    "type": asked("type"),
    "records": [asked("value")],
}
OPEN = "load_balancer_from_anywhere"
INGRESS = "aws_vpc_security_group_ingress_rule"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(record(type="NS"), "'NS'", id="record: a delegation"),
        pytest.param(record(type="HTTPS"), "'HTTPS'", id="record: browsers follow it"),
        pytest.param(record(name="${var.name}"), "var.name", id="record: a name from elsewhere"),
        pytest.param(
            record(**VALIDATION | {"records": ["192.0.2.1"]}),
            "resource_record_type|resource_record_name",
            id="record: half ACM's",
        ),
        pytest.param(
            record(**VALIDATION, set_identifier="one"), "set_identifier", id="record: ACM's, routed"
        ),
        pytest.param(
            edit("aws_lb", "load_balancer", ip_address_type="dualstack-without-public-ipv4"),
            "without-public-ipv4",
            id="lb: no IPv4",
        ),
        pytest.param(
            edit("aws_lb", "load_balancer", customer_owned_ipv4_pool="ipv4pool-coip-1"),
            "customer_owned",
            id="lb: an argument",
        ),
        pytest.param(
            edit("aws_lb_listener", "https_listener", mutual_authentication={"mode": "verify"}),
            "mutual_authentication",
            id="listener: asks for certificates",
        ),
        pytest.param(
            edit("aws_lb_listener", "https_listener", protocol="HTTP"),
            "certificate",
            id="listener: HTTP with a certificate",
        ),
        pytest.param(
            edit("aws_lb_listener", "http_listener", protocol="HTTPS"),
            "certificate",
            id="listener: HTTPS without one",
        ),
        pytest.param(
            edit(INGRESS, OPEN, cidr_ipv4="192.0.2.0/24"), "192.0.2.0/24", id="ingress: a network"
        ),
        pytest.param(edit(INGRESS, OPEN, ip_protocol="udp"), "udp", id="ingress: no TCP"),
        pytest.param(
            edit("aws_security_group", "load_balancer_security_group", ingress=[{"from_port": 1}]),
            "itself",
            id="ingress: in the group",
        ),
        pytest.param(edit("aws_network_acl", "acl"), "aws_network_acl", id="kind: network ACL"),
        pytest.param(
            edit("aws_route53_traffic_policy_instance", "policy"),
            "traffic_policy",
            id="kind: traffic policy",
        ),
        pytest.param(edit("aws_alb", "another"), "aws_alb", id="kind: the old name"),
    ],
)
def test_what_no_rule_covers_is_unknown(mission: Deployed, change: Edit, message: str) -> None:
    stacks = mission.copied()
    change(stacks)
    with pytest.raises(UnknownToTheModelError, match=message):
        configuration_of(stacks)


def test_every_port_and_groups_of_others_are_open(mission: Deployed) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html: rules only
    allow."""
    stacks = mission.copied()
    resources = stacks["dr"]["resource"]
    resources["aws_lb"]["load_balancer"]["security_groups"].append("sg-0123456789abcdef0")
    resources[INGRESS][OPEN] |= {"ip_protocol": "-1"}
    found = configuration_of(stacks).balancers[BALANCER]
    assert Ingress("A", 0, 65535) in found.ingress


SET = {"ip_set_reference_statement": {"arn": "${aws_wafv2_ip_set.checkers.arn}"}}
GROUP = {"managed_rule_group_statement": {"vendor_name": "AWS", "name": "Common"}}
EXACTLY = {
    "field_to_match": {"uri_path": {}},
    "positional_constraint": "EXACTLY",
    "search_string": "/",
    "text_transformation": [{"priority": 0, "type": "NONE"}],
}


def both(*statements: Any) -> dict[str, Any]:
    return {"and_statement": {"statement": list(statements)}}


def firewall(*rules: dict[str, Any], **settings: Any) -> tuple[FirewallRule, ...]:
    """What is read from a web ACL with these rules, in this order, and one address set."""
    addresses = {"ip_address_version": "IPV4", "addresses": list(CHECKER_RANGES)}
    acl: dict[str, Any] = {
        "default_action": {"allow": {}},
        "rule": [{"name": str(at), "priority": at} | rule for at, rule in enumerate(rules)][::-1],
    }
    associated = {
        "resource_arn": "${aws_lb.load_balancer.arn}",
        "web_acl_arn": "${aws_wafv2_web_acl.acl.arn}",
    }
    resources = {
        "aws_wafv2_ip_set": {"checkers": addresses | settings.pop("addresses", {})},
        "aws_wafv2_web_acl": {"acl": acl | settings},
        "aws_wafv2_web_acl_association": {"one": associated},
    }
    return read_firewall("aws_lb.load_balancer", resources)


@pytest.mark.parametrize(
    ("rule", "checkers", "path"),
    [
        pytest.param(SET, True, None, id="their addresses"),
        pytest.param(both(SET, {"byte_match_statement": EXACTLY}), True, "/", id="and a path"),
        pytest.param(
            both(SET, {"byte_match_statement": EXACTLY | {"positional_constraint": "CONTAINS"}}),
            False,
            None,
            id="a path otherwise",
        ),
        pytest.param(both(SET, GROUP), False, None, id="and something else"),
        pytest.param({"byte_match_statement": EXACTLY}, False, None, id="a path of anybody"),
        pytest.param({"rate_based_statement": {"limit": 10}}, False, None, id="who asks often"),
    ],
)
def test_a_rule_is_about_the_checkers_or_unknown(
    rule: dict[str, Any], checkers: bool, path: str | None
) -> None:
    (found,) = firewall({"statement": rule, "action": {"allow": {}}})
    assert found == FirewallRule("0", "allow", checkers=checkers, path=path)


@pytest.mark.parametrize(
    "addresses",
    [{"addresses": list(CHECKER_RANGES[1:])}, {"ip_address_version": "IPV6", "addresses": []}],
)
def test_a_set_that_lacks_some_checkers_is_not_theirs(addresses: dict[str, Any]) -> None:
    (found,) = firewall({"statement": SET, "action": {"allow": {}}}, addresses=addresses)
    assert not found.checkers


def test_wider_networks_hold_the_checkers() -> None:
    everybody = {"addresses": ["0.0.0.0/1", "128.0.0.0/1"]}
    (found,) = firewall({"statement": SET, "action": {"block": {}}}, addresses=everybody)
    assert found.checkers


def test_rules_are_asked_by_priority_and_groups_may_be_told_to_count() -> None:
    """https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html"""
    found = firewall(
        {"statement": GROUP, "override_action": {"count": {}}},
        {"statement": SET, "action": {"allow": {}}},
        {"statement": GROUP, "override_action": {"none": {}}},
    )
    assert [(one.action, one.checkers) for one in found] == [
        ("count", False),
        ("allow", True),
        ("the group's", False),
    ]


def test_the_emitted_firewall_lets_the_checkers_in_before_all_else(mission: Deployed) -> None:
    for balancer in mission.configuration.balancers.values():
        first, *others = balancer.firewall
        assert first == FirewallRule("route53-health-checkers", "allow", checkers=True, path="/")
        assert others


def test_of_a_load_balancer_without_a_firewall_there_are_no_rules() -> None:
    assert read_firewall("aws_lb.load_balancer", {}) == ()


@pytest.mark.parametrize(
    ("rules", "settings", "message"),
    [
        pytest.param([], {"default_action": {"block": {}}}, "default", id="default: block"),
        pytest.param([], {"rule_json": "[]"}, "rule_json", id="rules as JSON"),
        pytest.param([{"statement": SET, "action": {"captcha": {}}}], {}, "captcha", id="captcha"),
    ],
)
def test_a_firewall_of_another_kind_is_unknown(
    rules: list[dict[str, Any]], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnknownToTheModelError, match=message):
        firewall(*rules, **settings)


@pytest.mark.parametrize(("algorithm", "readable"), [("AES256", True), ("aws:kms", False)])
def test_checkers_read_nothing_that_kms_encrypts(
    mission: Deployed, algorithm: str, readable: bool
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: requests must
    be signed, and the checkers' are not."""
    resources = mission.copied()["bootstrap"]["resource"]
    rule = {"apply_server_side_encryption_by_default": {"sse_algorithm": algorithm}}
    resources["aws_s3_bucket_server_side_encryption_configuration"]["switch_encryption"] = {
        "bucket": "${aws_s3_bucket.switch.id}",
        "rule": [rule],
    }
    bucket = mission.environment.switch_bucket
    found = set(readable_objects(resources, frozenset({bucket})))
    assert found == ({f"{bucket}/failed-over"} if readable else set())


def test_the_policies_of_buckets_that_no_check_asks_are_left_out(mission: Deployed) -> None:
    resources = mission.copied()["bootstrap"]["resource"]
    assert set(readable_objects(resources, frozenset({"another"}))) == set()
