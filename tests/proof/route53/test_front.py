"""What a checker meets in front of the targets. "Determines" is
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
and "config" is
https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html."""

from typing import Any

import pytest

from proof.route53 import RegionState, UnknownToTheModelError
from proof.route53.configuration import FirewallRule, Ingress, ModelListener
from proof.route53.probes import Outcome, probe
from tests.proof.route53.made_by_hand import balancer, endpoint, setup, world

RES = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
LISTENERS = {80: ModelListener("HTTP", redirects=301), 443: ModelListener("HTTPS", tls_policy=RES)}
INGRESS = frozenset({Ingress("A", 80, 80), Ingress("A", 443, 443)})
HTTPS: dict[str, Any] = {"type": "HTTPS", "port": 443}
HTTP: dict[str, Any] = {"type": "HTTP", "port": 80}
TCP: dict[str, Any] = {"type": "TCP", "port": 443}
LOST = RegionState(network=False)
# Each is unhealthy for a check that reaches the targets.
FAILING = (RegionState(registered=0, healthy=0), RegionState(status=500), RegionState(latency=30))
LET_IN = FirewallRule("checkers", "allow", checkers=True, path="/")
OTHERS = FirewallRule("common", "the group's", checkers=False)


def outcome(check: dict[str, Any], region: RegionState | None = None, **settings: Any) -> Outcome:
    usual: dict[str, Any] = {"listeners": LISTENERS, "ingress": INGRESS}
    front = balancer(**(usual | settings))
    return probe(endpoint(**check), setup(balancer=front), world(region))


def test_an_https_check_asks_the_targets_through_an_https_listener() -> None:
    """Determines: "waits for an HTTP status code of 200 or greater and less than 400"."""
    assert outcome(HTTPS).success
    for state in (*FAILING, LOST):
        assert not outcome(HTTPS, state).success


def test_a_redirect_is_healthy_whatever_the_targets_do() -> None:
    """Determines: 3xx is healthy; and
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html: the
    load balancer itself redirects. A check left on port 80 notices only the loss of the region."""
    for state in (RegionState(), *FAILING):
        assert outcome(HTTP, state).success
    assert not outcome(HTTP, LOST).success


def test_the_body_of_a_redirect_is_unknown() -> None:
    with pytest.raises(UnknownToTheModelError, match="string in the redirect"):
        outcome(HTTP | {"type": "HTTP_STR_MATCH", "search_string": "ok"})


def test_a_port_without_a_listener_is_unhealthy() -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html"""
    assert not outcome(HTTPS, listeners={80: LISTENERS[80]}).success


def test_an_https_check_of_plain_http_is_unhealthy() -> None:
    """Config: it "submits an HTTPS request", which plain HTTP cannot answer with a status."""
    assert not outcome(HTTPS, listeners={443: ModelListener("HTTP")}).success


def test_a_plain_check_of_an_https_listener_is_unknown() -> None:
    with pytest.raises(UnknownToTheModelError, match="HTTP to an HTTPS listener"):
        outcome(HTTPS | {"type": "HTTP"})


def test_a_tcp_check_only_connects() -> None:
    """Determines: "must be able to establish a TCP connection"."""
    assert outcome(TCP, RegionState(status=500)).success
    assert outcome(TCP, firewall=(FirewallRule("all", "block", checkers=True),)).success
    assert not outcome(TCP, listeners={}).success


@pytest.mark.parametrize(
    "policy",
    [
        None,
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-TLS13-1-0-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
        "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
        "ELBSecurityPolicy-FS-1-2-Res-2020-10",
        RES,
    ],
)
def test_policies_that_speak_tls_1_2_suit_the_checkers(policy: str | None) -> None:
    """Config: "the endpoint must support TLS v1.0, v1.1, or v1.2"; the versions of each policy:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html.
    """
    assert outcome(HTTPS, listeners={443: ModelListener("HTTPS", tls_policy=policy)}).success


@pytest.mark.parametrize(
    "policy",
    ["ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", "Mine-2030"],
)
def test_tls_1_3_alone_or_a_policy_of_another_name_is_unknown(policy: str) -> None:
    with pytest.raises(UnknownToTheModelError, match=policy):
        outcome(HTTPS, listeners={443: ModelListener("HTTPS", tls_policy=policy)})


@pytest.mark.parametrize(
    ("ingress", "success"),
    [
        pytest.param([Ingress("A", 443, 443)], True, id="its port"),
        pytest.param([Ingress("A", 0, 65535)], True, id="every port"),
        pytest.param([Ingress("A", 80, 80)], False, id="another port"),
        pytest.param([Ingress("AAAA", 443, 443)], False, id="IPv6 alone"),
        pytest.param([], False, id="none"),
    ],
)
def test_security_groups_must_let_the_checkers_in(ingress: list[Ingress], success: bool) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html; over IPv4:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html."""
    assert outcome(HTTPS, ingress=frozenset(ingress)) == (
        Outcome(True, 0.1) if success else Outcome(False, 4)
    )


@pytest.mark.parametrize(
    ("rules", "success"),
    [
        pytest.param([], True, id="none: the default lets in"),
        pytest.param([LET_IN, OTHERS], True, id="the checkers are let in first"),
        pytest.param(
            [FirewallRule("common", "count", checkers=False), LET_IN], True, id="counted only"
        ),
        pytest.param(
            [FirewallRule("other", "block", checkers=True, path="/admin"), LET_IN, OTHERS],
            True,
            id="another path is blocked",
        ),
        pytest.param([FirewallRule("all", "block", checkers=True)], False, id="blocked: 403"),
        pytest.param(
            [FirewallRule("all", "block", checkers=True), LET_IN], False, id="blocked before"
        ),
    ],
)
def test_a_firewalls_first_rule_that_decides_counts(
    rules: list[FirewallRule], success: bool
) -> None:
    """https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html and, for the
    403,
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html.
    """
    assert outcome(HTTPS, firewall=tuple(rules)).success is success


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        pytest.param([OTHERS, LET_IN], "/", id="a group's rules before"),
        pytest.param([LET_IN, OTHERS], "/health", id="another path than is let in"),
    ],
)
def test_what_other_rules_make_of_the_checkers_is_unknown(
    rules: list[FirewallRule], path: str
) -> None:
    with pytest.raises(UnknownToTheModelError, match="common"):
        outcome(HTTPS | {"path": path}, firewall=tuple(rules))


def test_a_paths_query_is_nothing_to_a_rule_about_paths() -> None:
    """https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html:
    the URI path excludes the query string."""
    assert outcome(HTTPS | {"path": "/?from=route53"}, firewall=(LET_IN, OTHERS)).success
