"""The firewall: what passes, what it blocks, and what it logs."""

import json
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.wafv2_ip_set import Wafv2IpSet
from cdktf_cdktf_provider_aws.wafv2_web_acl import Wafv2WebAcl
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
)

from modules.checkers import CHECKER_RANGES
from tests.conftest import Region, Synthesised
from tests.synthesis import Stack, Stacks, example

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
MANAGED = {
    "ip-reputation": "AWSManagedRulesAmazonIpReputationList",
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "common": "AWSManagedRulesCommonRuleSet",
}


def rules(stack: Stack) -> dict[str, dict[str, Any]]:
    """The rules by name, in the order in which WAF evaluates them."""
    found = sorted(stack.only(Wafv2WebAcl)["rule"], key=lambda rule: rule["priority"])
    assert [rule["priority"] for rule in found] == list(range(len(found)))
    return {rule["name"]: rule for rule in found}


def with_firewall(**settings: Any) -> Stack:
    """The mission's primary with other firewall settings."""
    mission = example("mission")
    firewall = mission.firewall.model_copy(update=settings)
    return Stacks(mission.model_copy(update={"firewall": firewall}))["primary"]


def name_of(region: Region) -> str:
    return f"{region.environment.name}-{region.settings.region}"


def test_it_is_in_front_of_the_load_balancer(region: Region) -> None:
    assert region.stack.has(
        Wafv2WebAclAssociation,
        resource_arn="${aws_lb.load_balancer.arn}",
        web_acl_arn="${aws_wafv2_web_acl.firewall.arn}",
    )
    acl = region.stack.only(Wafv2WebAcl)
    assert (acl["name"], acl["scope"]) == (name_of(region), "REGIONAL")
    assert acl["default_action"] == {"allow": {}}


def test_without_it_nobody_is_served(region: Region) -> None:
    """The load balancer then answers 500, and users are moved."""
    assert "enable_waf_fail_open" not in region.stack.only(Lb)


def test_health_checkers_pass_before_any_other_rule(region: Region) -> None:
    name, rule = next(iter(rules(region.stack).items()))
    assert name == "route53-health-checkers"
    assert rule["action"] == {"allow": {}}
    source, path = rule["statement"]["and_statement"]["statement"]
    assert source == {
        "ip_set_reference_statement": {"arn": "${aws_wafv2_ip_set.health_checkers.arn}"}
    }
    assert path["byte_match_statement"] == {
        "search_string": "/",
        "positional_constraint": "EXACTLY",
        "field_to_match": {"uri_path": {}},
        "text_transformation": [{"priority": 0, "type": "NONE"}],
    }
    assert region.stack.has(
        Wafv2IpSet,
        scope="REGIONAL",
        ip_address_version="IPV4",
        addresses=list(CHECKER_RANGES),
    )


def test_it_blocks_by_default(region: Region) -> None:
    found = rules(region.stack)
    assert list(found) == ["route53-health-checkers", "rate", *MANAGED]
    assert found["rate"]["action"] == {"block": {}}
    assert found["rate"]["statement"] == {
        "rate_based_statement": {
            "aggregate_key_type": "IP",
            "evaluation_window_sec": 300,
            "limit": region.environment.firewall.rate_limit,
        }
    }
    for name, group in MANAGED.items():
        assert found[name]["override_action"] == {"none": {}}
        assert found[name]["statement"] == {
            "managed_rule_group_statement": {"vendor_name": "AWS", "name": group}
        }


@pytest.mark.parametrize("name", MANAGED)
def test_each_group_of_rules_can_count_only(name: str) -> None:
    found = rules(with_firewall(**{name.replace("-", "_"): "count"}))
    for group in MANAGED:
        assert found[group]["override_action"] == ({"count": {}} if group == name else {"none": {}})
    assert found["rate"]["action"] == {"block": {}}


def test_the_rate_limit_can_count_only() -> None:
    found = rules(with_firewall(rate="count", rate_limit=100))
    assert found["rate"]["action"] == {"count": {}}
    assert found["rate"]["statement"]["rate_based_statement"]["limit"] == 100
    assert all(found[group]["override_action"] == {"none": {}} for group in MANAGED)


def test_every_rule_has_a_metric_and_samples(region: Region) -> None:
    seen = {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}
    acl = region.stack.only(Wafv2WebAcl)
    assert acl["visibility_config"] == {**seen, "metric_name": name_of(region)}
    for name, rule in rules(region.stack).items():
        assert rule["visibility_config"] == {**seen, "metric_name": name}


def test_both_regions_turn_away_alike(deployment: Synthesised) -> None:
    assert rules(deployment.stacks["primary"]) == rules(deployment.stacks["dr"])


def test_it_logs_what_was_blocked_or_counted(region: Region) -> None:
    """Not what was simply allowed, which the load balancer logs."""
    logging = region.stack.only(Wafv2WebAclLoggingConfiguration)
    assert logging["resource_arn"] == "${aws_wafv2_web_acl.firewall.arn}"
    assert logging["log_destination_configs"] == ["${aws_cloudwatch_log_group.firewall_log.arn}"]
    assert logging["depends_on"] == ["aws_cloudwatch_log_resource_policy.firewall_log_policy"]
    assert logging["logging_filter"]["default_behavior"] == "DROP"
    (kept,) = logging["logging_filter"]["filter"]
    assert (kept["behavior"], kept["requirement"]) == ("KEEP", "MEETS_ANY")
    actions = [condition["action_condition"]["action"] for condition in kept["condition"]]
    assert actions == ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"]


def test_secrets_are_in_no_log_and_no_sample(region: Region) -> None:
    redacted = region.stack.only(Wafv2WebAclLoggingConfiguration)["redacted_fields"]
    headers = [field["single_header"]["name"] for field in redacted if "single_header" in field]
    assert {"authorization", "cookie", "x-api-key"} <= set(headers)
    assert {"query_string": {}} in redacted
    assert region.stack.only(Wafv2WebAcl)["data_protection_config"] == {
        "data_protection": [
            {
                "action": "SUBSTITUTION",
                "field": {"field_type": "SINGLE_HEADER", "field_keys": headers},
            },
            {"action": "SUBSTITUTION", "field": {"field_type": "QUERY_STRING"}},
        ]
    }


def test_its_log_is_encrypted_and_forgets(region: Region) -> None:
    group = region.stack.resources(CloudwatchLogGroup)["firewall_log"]
    assert group["name"] == f"aws-waf-logs-{name_of(region)}"
    assert group["retention_in_days"] == region.environment.logs.days
    assert group["kms_key_id"] == "${aws_kms_key.key.arn}"


def test_log_delivery_alone_writes_its_log_for_this_account(region: Region) -> None:
    policy = region.stack.only(CloudwatchLogResourcePolicy)
    assert policy["policy_name"] == f"{name_of(region)}-firewall"
    (statement,) = json.loads(policy["policy_document"])["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "${aws_cloudwatch_log_group.firewall_log.arn}:*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{region.settings.region}:{ACCOUNT}:*"},
        },
    }
