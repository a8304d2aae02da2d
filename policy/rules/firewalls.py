"""Firewalls: AWS WAF in front of the load balancers."""

from collections.abc import Iterator

from emitted import Deployment, Json, Resource, blocks, references
from environments import ROLES
from modules.checkers import CHECKER_RANGES
from policy.finding import Finding
from policy.rule import error
from policy.rules.load_balancers import public

SECRET_HEADERS = ("authorization", "cookie")
LOG_PREFIX = "aws-waf-logs-"


def acls(deployment: Deployment) -> Iterator[Resource]:
    return deployment.resources("aws_wafv2_web_acl")


def by_priority(acl: Resource) -> list[Json]:
    """The rules in the order in which WAF evaluates them."""
    return sorted(blocks(acl.get("rule")), key=lambda rule: rule.get("priority", 0))


def may_block(rule: Json) -> bool:
    """Whether a rule can end a request: by its own action, or by a rule group whose actions are not
    overridden."""
    return any("block" in one or "captcha" in one for one in blocks(rule.get("action"))) or any(
        "none" in one for one in blocks(rule.get("override_action"))
    )


def _lets_checkers_in(deployment: Deployment, acl: Resource, rule: Json) -> bool:
    if not any("allow" in one for one in blocks(rule.get("action"))):
        return False
    addresses: set[str] = set()
    for ip_set in deployment.resources("aws_wafv2_ip_set", stack=acl.stack):
        if ip_set.address in references(rule.get("statement")):
            addresses |= set(ip_set.get("addresses") or ())
    return set(CHECKER_RANGES) <= addresses


@error
def listener_has_a_firewall(deployment: Deployment) -> Iterator[Finding]:
    """Every internet-facing load balancer has a web ACL.

    So does the standby's: users may be moved there in the middle of an attack.
    [Web ACL association](https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html)
    """
    for balancer in public(deployment):
        found = deployment.naming("aws_wafv2_web_acl_association", "resource_arn", balancer)
        if not any(deployment.named(one, one.get("web_acl_arn")) for one in found):
            yield Finding.of(balancer, "no firewall", "an aws_wafv2_web_acl_association")


@error
def firewall_lets_checkers_in_first(deployment: Deployment) -> Iterator[Finding]:
    """A firewall allows Route 53's checkers in a rule before any that may block.

    If they were blocked in one region, it would lose its users although healthy; in both, failover
    would be blind.
    [Route 53's addresses](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html)
    """
    for acl in acls(deployment):
        for rule in by_priority(acl):
            if _lets_checkers_in(deployment, acl, rule):
                break
            if may_block(rule):
                wrong = f"{rule.get('name')} comes before the checkers' rule"
                yield Finding.of(acl, wrong, "the checkers' ranges allowed first")
                break
        else:
            yield Finding.of(acl, "no rule for the checkers", "their ranges allowed first")


@error
def firewall_lets_users_in(deployment: Deployment) -> Iterator[Finding]:
    """A firewall's default action is to allow, and its scope is regional.

    Its rules decide what to block; a load balancer cannot have a web ACL of CloudFront's scope.
    [Default action](https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-default-action.html)
    """
    for acl in acls(deployment):
        if acl.get("default_action", "allow") is None:
            yield Finding.of(acl, "blocks by default", "default_action allow")
        if acl.get("scope") != "REGIONAL":
            yield Finding.of(acl, f"scope {acl.get('scope')}", "REGIONAL")


@error
def firewalls_are_the_same(deployment: Deployment) -> Iterator[Finding]:
    """Both regions' firewalls have the same rules, with the same actions, in the same order.

    Moved users must be neither less protected nor blocked for other reasons.
    [Web ACLs](https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html)
    """
    found = {acl.stack: (acl, by_priority(acl)) for acl in acls(deployment)}
    if set(ROLES) <= set(found):
        (_, one), (acl, other) = found["primary"], found["dr"]
        if one != other:
            yield Finding.of(acl, "its rules differ from the primary's", "the same rules")


@error
def firewall_is_logged(deployment: Deployment) -> Iterator[Finding]:
    """A firewall logs to a destination that WAF accepts.

    WAF's own samples, which show who was blocked and by which rule, are gone after a few hours.
    [Logging to CloudWatch](https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html)
    """
    for acl in acls(deployment):
        found = deployment.naming("aws_wafv2_web_acl_logging_configuration", "resource_arn", acl)
        if not found:
            yield Finding.of(acl, "no log", "an aws_wafv2_web_acl_logging_configuration")
        for one in found:
            log = deployment.named(one, one.get("log_destination_configs"))
            name = (log.get("name") or log.get("bucket") or "") if log else ""
            if not name.startswith(LOG_PREFIX):
                yield Finding.of(
                    one, f"logs to {name or 'nothing of the stack'}", f"{LOG_PREFIX}..."
                )


@error
def firewall_log_holds_no_secret(deployment: Deployment) -> Iterator[Finding]:
    """A firewall's log redacts the headers `authorization` and `cookie`.

    Otherwise anyone who can read the log could impersonate the users in it.
    [Redacted fields](https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html)
    """
    for log in deployment.resources("aws_wafv2_web_acl_logging_configuration"):
        fields = blocks(log.get("redacted_fields"))
        hidden = {header.get("name") for f in fields for header in blocks(f.get("single_header"))}
        if missing := [name for name in SECRET_HEADERS if name not in hidden]:
            yield Finding.of(log, f"{' and '.join(missing)} not redacted", "redacted_fields")
