"""What stands between a checker and a load balancer's targets: ports, TLS, firewall, redirects."""

import re
from dataclasses import dataclass

from proof.route53.configuration import (
    EndpointCheck,
    FirewallRule,
    ModelListener,
    ModelLoadBalancer,
)
from proof.route53.errors import UnknownToTheModelError
from proof.route53.world import UNAVAILABLE, RegionState

HTTPS_PORT = 443
FORBIDDEN = 403
# A policy's name gives its minimum TLS version: these accept TLS 1.2 or older. `None`, a listener
# that names no policy, gets ELBSecurityPolicy-2016-08.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
UP_TO_TLS_1_2 = re.compile(
    r"ELBSecurityPolicy-(2016-08|TLS13-1-[012]-[\w-]+|TLS-1-[012]-[\w-]+|FS-[\w-]+)"
)


@dataclass(frozen=True)
class FrontResponse:
    """The response to a checker, or no connection; each time in seconds from the step before."""

    connects: bool
    status: int = 0
    latency: float = 0
    body: str = ""
    connecting: float = 0
    body_latency: float = 0


NOBODY = FrontResponse(connects=False)


def ask(balancer: ModelLoadBalancer, check: EndpointCheck, region: RegionState) -> FrontResponse:
    """What a health check meets on its way in, from the port to the targets."""
    listener = balancer.listeners.get(check.port)
    if listener is None or not region.network or not _let_in(balancer, check.port):
        return NOBODY
    if check.type == "TCP":
        return _targets(region, check.path)
    if not _speaks(listener, check):
        return NOBODY
    if _blocked(balancer.firewall, check):
        return FrontResponse(connects=True, status=FORBIDDEN, connecting=region.connecting)
    if listener.redirects is not None:
        _no_string_in_a_redirect(check)
        return FrontResponse(connects=True, status=listener.redirects, connecting=region.connecting)
    return _targets(region, check.path)


def _let_in(balancer: ModelLoadBalancer, port: int) -> bool:
    """A check by domain name connects over IPv4, and security groups drop whatever no rule of
    theirs allows.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    return balancer.lets_in("A", port)


def _speaks(listener: ModelListener, check: EndpointCheck) -> bool:
    """Whether an HTTP(S) check can talk to the listener. HTTPS needs an endpoint that speaks TLS
    1.0, 1.1 or 1.2; certificates are not validated. AWS does not document what happens to a check
    against TLS 1.3 only, or to plain HTTP sent to an HTTPS listener.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    if not check.type.startswith("HTTPS"):
        if listener.protocol == "HTTPS":
            raise UnknownToTheModelError(f"{check.type} to an HTTPS listener of {check.fqdn}")
        return True
    if listener.protocol != "HTTPS":
        return False
    if listener.tls_policy is not None and not UP_TO_TLS_1_2.fullmatch(listener.tls_policy):
        raise UnknownToTheModelError(f"TLS up to 1.2 of {check.fqdn}: {listener.tls_policy}")
    return True


def _blocked(rules: tuple[FirewallRule, ...], check: EndpointCheck) -> bool:
    """Whether the firewall answers the checker with a 403 instead of the load balancer. The first
    rule that allows or blocks a request terminates evaluation; one that counts does not.

    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    """
    asked = check.path.partition("?")[0]
    for rule in rules:
        if rule.action == "count" or rule.path not in (None, asked):
            continue
        if not rule.checkers:
            raise UnknownToTheModelError(f"what the firewall's {rule.name} makes of the checkers")
        return rule.action == "block"
    return False


def _no_string_in_a_redirect(check: EndpointCheck) -> None:
    """A listener's redirect comes from the load balancer itself, whatever the state of its targets.
    It is a 3xx, which checkers count as healthy; its body is undocumented.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    """
    if check.search_string is not None:
        raise UnknownToTheModelError(f"a string in the redirect of {check.fqdn}")


def _targets(region: RegionState, path: str) -> FrontResponse:
    """With no registered targets an Application Load Balancer answers 503; if all are unhealthy, it
    fails open and routes to all of them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if not region.registered:
        return FrontResponse(connects=True, status=UNAVAILABLE)
    status = region.answer(path)
    return FrontResponse(
        True, status, region.latency, region.body, region.connecting, region.body_latency
    )
