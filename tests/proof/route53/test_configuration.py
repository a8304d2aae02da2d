"""What is read from the emitted JSON, and that anything not understood is an error.

"Values" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.checkers import CHECKER_RANGES
from proof.route53 import UnknownToTheModelError, configuration_of
from proof.route53.configuration import (
    Alias,
    CalculatedCheck,
    EndpointCheck,
    RoutingControlCheck,
)
from tests.proof.route53.conftest import ROUTING_CONTROL, Deploy, Deployed

CHECK = "aws_route53_health_check."
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def mission(deployed: Deploy) -> Deployed:
    return deployed("hot", "manual", "alias")


def test_records_are_read_with_their_roles_checks_and_targets(mission: Deployed) -> None:
    records = {(one.name, one.role): one for one in mission.configuration.records}
    primary = records["awspractice.space", "PRIMARY"]
    assert primary.alias == Alias("ap-south-1.awspractice.space", evaluate_target_health=False)
    assert primary.health_check == f"{CHECK}primary_in_service"
    told = records["primary-health.awspractice.space", "SECONDARY"]
    assert (told.values, told.ttl, told.alias, told.health_check) == (
        ("192.0.2.2",),
        5,
        None,
        None,
    )
    regional = records["us-east-1.awspractice.space", None]
    assert regional.alias == Alias("dr/aws_lb.load_balancer", evaluate_target_health=True)


def test_cnames_are_read_with_their_ttl(deployed: Deploy) -> None:
    records = deployed("hot", "manual", "cname").configuration.records
    (secondary,) = (one for one in records if (one.type, one.role) == ("CNAME", "SECONDARY"))
    assert (secondary.values, secondary.ttl) == (("us-east-1.www.awspractice.space",), 10)


def test_checks_are_read_by_their_types(mission: Deployed) -> None:
    checks = mission.configuration.checks
    endpoint, asked = checks[f"{CHECK}primary_health_check"], checks[f"{CHECK}switch_check_global"]
    assert isinstance(endpoint, EndpointCheck)
    assert (endpoint.type, endpoint.port) == ("HTTPS", 443)
    assert (endpoint.interval, endpoint.threshold) == (10, 3)
    assert isinstance(asked, EndpointCheck)
    assert asked.inverted
    every = checks[f"{CHECK}primary_in_service"]
    assert isinstance(every, CalculatedCheck)
    assert every.threshold == len(every.children) == 3


def test_a_routing_controls_check_is_read(deployed: Deploy) -> None:
    checks = deployed("hot", "manual", "alias", "routing control").configuration.checks
    control = checks[f"{CHECK}routing_control_check"]
    assert control == RoutingControlCheck(ROUTING_CONTROL["arn"], inverted=False, disabled=False)
    assert not any(isinstance(one, EndpointCheck) and one.inverted for one in checks.values())


def test_what_is_left_out_has_route_53s_defaults(mission: Deployed) -> None:
    """Values: 30 seconds, three failures."""
    stacks = mission.copied()
    checks = stacks["global"]["resource"]["aws_route53_health_check"]
    for field in ("request_interval", "failure_threshold"):
        del checks["primary_health_check"][field]
    endpoint = configuration_of(stacks).checks[f"{CHECK}primary_health_check"]
    assert isinstance(endpoint, EndpointCheck)
    assert (endpoint.interval, endpoint.threshold) == (30, 3)


def test_each_thing_is_in_its_region(mission: Deployed) -> None:
    found = mission.configuration
    assert {one.region for one in found.balancers.values()} == {"ap-south-1", "us-east-1"}
    assert found.buckets["awspractice-space-state-dr-switch"] == "us-east-1"
    assert found.buckets["awspractice-space-state-global-switch"] == "us-west-2"
    assert found.sizes == {"ap-south-1": 3, "us-east-1": 2}


def test_checkers_read_the_switchs_object_alone(mission: Deployed) -> None:
    assert mission.configuration.readable == {
        "awspractice-space-state-dr-switch/failed-over",
        "awspractice-space-state-global-switch/failed-over",
    }
    policies = mission.stacks["bootstrap"]["resource"]["aws_s3_bucket_policy"]
    (allowed,) = (
        one
        for one in json.loads(policies["switch_policy"]["policy"])["Statement"]
        if one["Effect"] == "Allow"
    )
    assert allowed["Condition"]["IpAddress"]["aws:SourceIp"] == list(CHECKER_RANGES)


def edit(stack: str, kind: str, name: str, **changes: Any) -> Edit:
    """Changes arguments of a resource; None removes one."""

    def apply(stacks: dict[str, Any]) -> None:
        body = stacks[stack]["resource"][kind][name]
        body |= changes
        for field, value in changes.items():
            if value is None:
                del body[field]

    return apply


def record(**changes: Any) -> Edit:
    return edit("global", "aws_route53_record", "primary_record", **changes)


def check(name: str = "primary_health_check", **changes: Any) -> Edit:
    return edit("global", "aws_route53_health_check", name, **changes)


def listener(**changes: Any) -> Edit:
    return edit("dr", "aws_lb_listener", "http_listener", **changes)


def group(**changes: Any) -> Edit:
    return edit("dr", "aws_lb_target_group", "target_group", **changes)


def rule(stacks: dict[str, Any]) -> None:
    stacks["dr"]["resource"]["aws_lb_listener_rule"] = {"rule": {}}


def second(stacks: dict[str, Any]) -> None:
    checks = stacks["global"]["resource"]["aws_route53_health_check"]
    stacks["dr"]["resource"]["aws_route53_health_check"] = dict(checks)


def deny(stacks: dict[str, Any]) -> None:
    policies = stacks["bootstrap"]["resource"]["aws_s3_bucket_policy"]
    policy = json.loads(policies["switch_policy"]["policy"])
    policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"})
    policies["switch_policy"]["policy"] = json.dumps(policy)


def also_if(stacks: dict[str, Any]) -> None:
    policies = stacks["bootstrap"]["resource"]["aws_s3_bucket_policy"]
    policy = json.loads(policies["switch_policy"]["policy"])
    policy["Statement"][-1]["Condition"]["StringEquals"] = {"aws:SourceVpc": "vpc-1"}
    policies["switch_policy"]["policy"] = json.dumps(policy)


EVERY = "primary_in_service"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(record(weighted_routing_policy={}), "weighted", id="record: weighted"),
        pytest.param(record(latency_routing_policy={}), "latency", id="record: latency"),
        pytest.param(
            record(multivalue_answer_routing_policy=True), "multivalue", id="record: multivalue"
        ),
        pytest.param(
            record(failover_routing_policy={"type": "TERTIARY"}), "TERTIARY", id="record: role"
        ),
        pytest.param(record(health_check_id="0123"), "no plain reference", id="record: literal id"),
        pytest.param(
            record(health_check_id="${aws_route53_health_check.other.id}"),
            "other",
            id="record: a check that is not there",
        ),
        pytest.param(check(type="CLOUDWATCH_METRIC"), "CLOUDWATCH_METRIC", id="check: a metric"),
        pytest.param(check(ip_address="192.0.2.1"), "ip_address", id="check: by address"),
        pytest.param(check(measure_latency=True), "measure_latency", id="check: latency"),
        pytest.param(check(fqdn=None), "fqdn", id="check: no name"),
        pytest.param(check(request_interval=20), "interval", id="values: interval 10 or 30"),
        pytest.param(check(failure_threshold=0), "threshold", id="values: threshold from 1"),
        pytest.param(check(failure_threshold=11), "threshold", id="values: threshold to 10"),
        pytest.param(
            check(type="HTTPS_STR_MATCH"), "search string", id="values: no string to search"
        ),
        pytest.param(
            check(regions=["us-east-1"]), "checkers in us-east-1", id="values: one region"
        ),
        pytest.param(
            check(regions=["us-east-1", "us-west-1", "us-east-2"]),
            "checkers in us-east-1, us-east-2, us-west-1",
            id="values: a region without checkers",
        ),
        pytest.param(check(search_string="ok"), "search string", id="values: a string unsearched"),
        pytest.param(
            check(type="HTTPS_STR_MATCH", search_string="x" * 256),
            "256 characters",
            id="values: at most 255 characters",
        ),
        pytest.param(check(EVERY, child_healthchecks=[]), "children", id="calculated: none"),
        pytest.param(
            check(EVERY, child_healthchecks=[f"${{{CHECK}standby_health_check.id}}"] * 256),
            "children",
            id="calculated: at most 255",
        ),
        pytest.param(check(EVERY, child_health_threshold=None), "threshold", id="calculated: of"),
        pytest.param(
            check(EVERY, child_healthchecks=["${aws_route53_health_check.other.id}"]),
            "other",
            id="calculated: a child that is not there",
        ),
        pytest.param(
            listener(
                default_action=[{"type": "redirect", "redirect": {"status_code": "HTTP_308"}}]
            ),
            "HTTP_308",
            id="listener: redirect",
        ),
        pytest.param(
            listener(default_action=[{"type": "fixed-response"}]), "fixed", id="listener: fixed"
        ),
        pytest.param(rule, "listener_rule", id="listener: rules"),
        pytest.param(group(target_group_health={}), "target group", id="targets: own thresholds"),
        pytest.param(
            edit("dr", "aws_lb", "load_balancer", internal=True), "internal", id="lb: internal"
        ),
        pytest.param(
            edit("dr", "aws_lb", "load_balancer", load_balancer_type="network"),
            "network",
            id="lb: network",
        ),
        pytest.param(second, "two stacks", id="one check in two stacks"),
        pytest.param(deny, "denies", id="bucket policy: another Deny"),
        pytest.param(also_if, "StringEquals", id="bucket policy: another condition"),
    ],
)
def test_what_no_rule_covers_is_unknown(mission: Deployed, change: Edit, message: str) -> None:
    """An error, even where Route 53 itself would refuse; never a guess."""
    stacks = mission.copied()
    change(stacks)
    with pytest.raises(UnknownToTheModelError, match=message):
        configuration_of(stacks)
