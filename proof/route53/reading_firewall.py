"""Reads the AWS WAF rules in front of a load balancer from the emitted JSON."""

from typing import Any

from emitted import Json, of_type
from proof.route53.addresses import have_all_checkers
from proof.route53.configuration import FirewallRule
from proof.route53.strict import known, one_of, reference


def read_firewall(balancer: str, resources: Json) -> tuple[FirewallRule, ...]:
    """The rules of the web ACL associated with a load balancer, in ascending priority; none without
    one.

    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html
    """
    acls = [
        reference(body["web_acl_arn"])
        for _, body in of_type(resources, "aws_wafv2_web_acl_association")
        if reference(body["resource_arn"]) == balancer
    ]
    if not acls:
        return ()
    (address,) = acls  # AWS refuses a second one
    acl = dict(of_type(resources, "aws_wafv2_web_acl"))[address]
    known(
        acl,
        "name",
        "description",
        "scope",
        "default_action",
        "rule",
        "visibility_config",
        "data_protection_config",
    )
    # A default of block is unknown: what it lets through would have to be derived from all the
    # rules.
    one_of(list(acl["default_action"]), (["allow"],), "a firewall's default")
    rules = sorted(acl.get("rule", ()), key=lambda rule: rule["priority"])
    return tuple(_rule(rule, resources) for rule in rules)


def _rule(body: Json, resources: Json) -> FirewallRule:
    """A standalone rule, or a rule group, whose rules keep their own actions unless all are
    overridden to count.

    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html
    """
    known(body, "name", "priority", "statement", "action", "override_action", "visibility_config")
    ((kind, settings),) = body["statement"].items()
    if "override_action" in body:
        (override,) = body["override_action"]
        return FirewallRule(body["name"], "count" if override == "count" else "the group's", False)
    (action,) = body["action"]
    one_of(action, ("allow", "block", "count"), "a firewall's rule that answers by")
    parts: list[Json] = settings["statement"] if kind == "and_statement" else [body["statement"]]
    of_checkers = [_is_of_checkers(part, resources) for part in parts]
    paths = [_path(part) for part, found in zip(parts, of_checkers, strict=True) if not found]
    if not any(of_checkers) or None in paths or len(paths) > 1:
        return FirewallRule(body["name"], action, checkers=False)
    return FirewallRule(body["name"], action, checkers=True, path=paths[0] if paths else None)


def _is_of_checkers(statement: Json, resources: Json) -> bool:
    """Whether a statement matches all checkers."""
    asked: Json | None = statement.get("ip_set_reference_statement")
    if asked is None:
        return False
    known(asked, "arn")
    addresses = dict(of_type(resources, "aws_wafv2_ip_set"))[reference(asked["arn"])]
    if addresses["ip_address_version"] != "IPV4":
        return False
    return have_all_checkers(addresses["addresses"])


def _path(statement: Json) -> str | None:
    """The exact path that a statement matches; None for any other statement.

    https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-string-match.html
    """
    exactly: dict[str, Any] = {
        "field_to_match": {"uri_path": {}},
        "positional_constraint": "EXACTLY",
        "text_transformation": [{"priority": 0, "type": "NONE"}],
    }
    found: Json = statement.get("byte_match_statement", {})
    if exactly.items() <= {**found}.items():
        return found["search_string"]
    return None
