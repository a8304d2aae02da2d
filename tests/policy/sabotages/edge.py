"""Violations of the rules on load balancers and firewalls."""

from policy.rules import firewalls, health_checks, instances, load_balancers
from tests.policy.sabotages.rule_sabotage import violates
from tests.sabotage import Stacks, body, gone, put

LB, GROUP, ACL = "aws_lb", "aws_lb_target_group", "aws_wafv2_web_acl"
HTTP, HTTPS = "aws_lb_listener.http_listener", "aws_lb_listener.https_listener"
LOGGING = "aws_wafv2_web_acl_logging_configuration"
ALIASES = "subject_alternative_names"
FORWARD = [{"type": "forward", "target_group_arn": "${aws_lb_target_group.target_group.arn}"}]


def checkers_last(stacks: Stacks) -> None:
    for stack in ("primary", "dr"):
        body(stacks, stack, ACL)["rule"][0]["priority"] = 99


def checkers_counted(stacks: Stacks) -> None:
    for stack in ("primary", "dr"):
        body(stacks, stack, ACL)["rule"][0]["action"] = {"count": {}}


def few_checkers(stacks: Stacks) -> None:
    del body(stacks, "dr", "aws_wafv2_ip_set")["addresses"][0]


def a_rule_less(stacks: Stacks) -> None:
    body(stacks, "dr", ACL)["rule"].pop()


def cookies_in_clear(stacks: Stacks) -> None:
    log = body(stacks, "primary", LOGGING)
    kept = [o for o in log["redacted_fields"] if o.get("single_header", {}).get("name") != "cookie"]
    assert len(kept) == len(log["redacted_fields"]) - 1
    log["redacted_fields"] = kept


SABOTAGES = (
    violates(
        load_balancers.http_only_redirects,
        "plain HTTP is served",
        put("primary", HTTP, "default_action", FORWARD),
    ),
    violates(
        load_balancers.https_is_where_tls_is,
        "a load balancer without HTTPS",
        gone("primary", HTTPS),
        health_checks.endpoint_check_meets_a_listener,
        instances.group_waits_for_its_listener,
    ),
    violates(
        load_balancers.tls_suits_users_and_checkers,
        "TLS 1.0",
        put("dr", HTTPS, "ssl_policy", "ELBSecurityPolicy-2016-08"),
    ),
    violates(
        load_balancers.tls_suits_users_and_checkers,
        "TLS 1.3 alone",
        put("dr", HTTPS, "ssl_policy", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
    ),
    violates(
        load_balancers.certificate_has_every_name,
        "a certificate without the domain",
        put("dr", "aws_acm_certificate", "domain_name", "us-east-1.awspractice.space"),
    ),
    violates(
        load_balancers.certificate_has_every_name,
        "a certificate without an alias",
        put("dr", "aws_acm_certificate", ALIASES, ["us-east-1.awspractice.space"]),
        example="page",
    ),
    violates(
        load_balancers.load_balancer_drops_invalid_headers,
        "invalid headers are passed on",
        put("primary", LB, "drop_invalid_header_fields", False),
    ),
    violates(
        load_balancers.load_balancer_is_protected_as_said,
        "a load balancer that may be deleted",
        put("dr", LB, "enable_deletion_protection", False),
    ),
    violates(
        load_balancers.load_balancer_takes_zonal_shifts_as_said,
        "a load balancer that takes no zonal shift",
        put("dr", LB, "enable_zonal_shift", False),
    ),
    violates(
        load_balancers.clients_let_go_of_connections,
        "connections for an hour",
        put("primary", LB, "client_keep_alive", None),
    ),
    violates(
        load_balancers.targets_are_asked_whether_they_can_serve,
        "targets are asked for another page",
        put("primary", GROUP, "health_check.path", "/alive"),
    ),
    violates(
        load_balancers.targets_are_asked_whether_they_can_serve,
        "targets are asked for Route 53's page",
        put("primary", GROUP, "health_check.path", "/health"),
        example="page",
    ),
    violates(
        load_balancers.targets_are_asked_whether_they_can_serve,
        "an error counts as healthy",
        put("primary", GROUP, "health_check.matcher", "200-499"),
    ),
    violates(
        firewalls.listener_has_a_firewall,
        "a standby without a firewall",
        gone("dr", "aws_wafv2_web_acl_association"),
    ),
    violates(
        firewalls.firewall_lets_checkers_in_first, "the checkers' rule comes last", checkers_last
    ),
    violates(firewalls.firewall_lets_checkers_in_first, "checkers are counted", checkers_counted),
    violates(firewalls.firewall_lets_checkers_in_first, "some checkers are missing", few_checkers),
    violates(
        firewalls.firewall_lets_users_in,
        "blocked by default",
        put("primary", ACL, "default_action", {"block": {}}),
    ),
    violates(
        firewalls.firewall_lets_users_in,
        "CloudFront's scope",
        put("primary", ACL, "scope", "CLOUDFRONT"),
    ),
    violates(firewalls.firewalls_are_the_same, "the standby's has a rule less", a_rule_less),
    violates(firewalls.firewall_is_logged, "a firewall without a log", gone("dr", LOGGING)),
    violates(firewalls.firewall_log_holds_no_secret, "cookies in the log", cookies_in_clear),
)
