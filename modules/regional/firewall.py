"""AWS WAF in front of a region's load balancer."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.wafv2_ip_set import Wafv2IpSet
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDataProtectionConfig,
    Wafv2WebAclDataProtectionConfigDataProtection,
    Wafv2WebAclDataProtectionConfigDataProtectionField,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionAllow,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleActionCount,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionCount,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from constructs import Construct

from environments import Application, Firewall, FirewallMode
from modules.checkers import CHECKER_RANGES
from modules.module import Module
from modules.regional.firewall_log import SECRET_HEADERS, FirewallLog
from modules.regional.logs import LogSettings

SCOPE = "REGIONAL"
# The common group's rule that blocks bodies of more than 8 KiB, which is as much as WAF inspects
# for a load balancer.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
COUNT_LARGE_BODIES: dict[str, Any] = {
    "rule_action_override": [
        {"name": "SizeRestrictions_BODY", "action_to_use": {"count": {}}},
    ]
}
# Seconds over which requests count towards `rate_limit`.
RATE_WINDOW = 300


class WebAcl(Module):
    """The region's firewall: what no rule blocks, passes.

    Route 53's checkers come first, so that no later rule sees their probes: if one were blocked, a
    healthy region would lose its users. Checkers that AWS adds and CHECKER_RANGES lacks go through
    the other rules like users. Those do not block a GET of the page: a checker sends one every 10
    or 30 s, at most 30 in the rate's window.

    If WAF itself does not answer, the load balancer answers 500 (`enable_waf_fail_open` is not
    set). The region's health check then fails, and its users are moved instead of being served
    without a firewall.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-waf

    Args:
        name: Also the metrics' dimension WebACL; their dimension Rule is ALL or a rule's name.
        region: Region of the load balancer.
        settings: Which rules block, and which count.
        load_balancer_arn: The load balancer to protect.
        application: Path that Route 53's checkers request, and whether requests are large.
        logs: How long its log is kept, and what encrypts it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        settings: Firewall,
        load_balancer_arn: str,
        application: Application,
        logs: LogSettings,
    ) -> None:
        super().__init__(scope, id)
        self.name = name
        checkers = Wafv2IpSet(
            self,
            "health_checkers",
            name=f"{name}-health-checkers",
            description="Addresses of the Route 53 health checkers",
            scope=SCOPE,
            ip_address_version="IPV4",
            addresses=list(CHECKER_RANGES),
        )
        acl = Wafv2WebAcl(
            self,
            "firewall",
            name=name,
            description="What may reach the load balancer",
            scope=SCOPE,
            default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
            rule=[
                _health_checkers(checkers.arn, application.health_check_path),
                _rate(settings.rate, settings.rate_limit),
                *_managed(settings, large_requests=application.large_requests),
            ],
            visibility_config=Wafv2WebAclVisibilityConfig(
                metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
            ),
            data_protection_config=_no_secrets(),
        )
        Wafv2WebAclAssociation(
            self,
            "firewall_association",
            resource_arn=load_balancer_arn,
            web_acl_arn=acl.arn,
        )
        FirewallLog(self, "firewall_log", name=name, region=region, web_acl_arn=acl.arn, logs=logs)


# Statements can nest without limit, so the bindings have no classes for them: these are maps with
# the names of Terraform's blocks.
def _health_checkers(ip_set_arn: str, path: str) -> Wafv2WebAclRule:
    statements: list[dict[str, Any]] = [
        {"ip_set_reference_statement": {"arn": ip_set_arn}},
        {
            "byte_match_statement": {
                "field_to_match": {"uri_path": {}},
                "positional_constraint": "EXACTLY",
                "search_string": path,
                "text_transformation": [{"priority": 0, "type": "NONE"}],
            }
        },
    ]
    name = "route53-health-checkers"
    return Wafv2WebAclRule(
        name=name,
        priority=0,
        statement={"and_statement": {"statement": statements}},
        action=Wafv2WebAclRuleAction(allow=Wafv2WebAclRuleActionAllow()),
        visibility_config=_metrics(name),
    )


def _rate(mode: FirewallMode, limit: int) -> Wafv2WebAclRule:
    name = "rate"
    statement = {
        "rate_based_statement": {
            "aggregate_key_type": "IP",
            "evaluation_window_sec": RATE_WINDOW,
            "limit": limit,
        }
    }
    return Wafv2WebAclRule(
        name=name,
        priority=1,
        statement=statement,
        action=Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock())
        if mode == "block"
        else Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount()),
        visibility_config=_metrics(name),
    )


def _managed(settings: Firewall, *, large_requests: bool) -> Iterator[Wafv2WebAclRule]:
    """AWS's rule groups, cheapest to evaluate first. They take 925 units of capacity; with the few
    of the rules above, that stays within the 1500 that cost nothing extra.
    https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    """
    groups: Sequence[tuple[str, str, FirewallMode]] = (
        ("ip-reputation", "AWSManagedRulesAmazonIpReputationList", settings.ip_reputation),
        ("known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet", settings.known_bad_inputs),
        ("common", "AWSManagedRulesCommonRuleSet", settings.common),
    )
    for priority, (name, group, mode) in enumerate(groups, start=2):
        yield Wafv2WebAclRule(
            name=name,
            priority=priority,
            statement={
                "managed_rule_group_statement": {
                    "vendor_name": "AWS",
                    "name": group,
                    **(COUNT_LARGE_BODIES if large_requests and name == "common" else {}),
                }
            },
            # "None" keeps the action that AWS gave each rule of the group.
            override_action=Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone())
            if mode == "block"
            else Wafv2WebAclRuleOverrideAction(count=Wafv2WebAclRuleOverrideActionCount()),
            visibility_config=_metrics(name),
        )


def _metrics(rule: str) -> Wafv2WebAclRuleVisibilityConfig:
    return Wafv2WebAclRuleVisibilityConfig(
        metric_name=rule, cloudwatch_metrics_enabled=True, sampled_requests_enabled=True
    )


def _no_secrets() -> Wafv2WebAclDataProtectionConfig:
    """Keeps secrets out of the sampled requests too, which the log's own redaction does not cover:
    https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html
    """
    fields: dict[str, list[str] | None] = {
        "SINGLE_HEADER": list(SECRET_HEADERS),
        "QUERY_STRING": None,
    }
    return Wafv2WebAclDataProtectionConfig(
        data_protection=[
            Wafv2WebAclDataProtectionConfigDataProtection(
                action="SUBSTITUTION",
                field=Wafv2WebAclDataProtectionConfigDataProtectionField(
                    field_type=kind, field_keys=keys
                ),
            )
            for kind, keys in fields.items()
        ]
    )
