"""Ways to break what is in front of the targets: IPv6, listeners, TLS, ingress rules, firewall."""

from collections.abc import Callable
from typing import Any

from tests.proof.route53.breaking import (
    ENDPOINT,
    PRIMARY,
    SECONDARY,
    STANDBY,
    VARIANT,
    ModelSabotage,
    check,
    ipv6,
    of,
    records,
)
from tests.sabotage import Edit, Stacks, change, changes, gone, resources

RECORD, LISTENER, BALANCER = "aws_route53_record", "aws_lb_listener", "aws_lb"
INGRESS = "aws_vpc_security_group_ingress_rule"
FROM_ANYWHERE = "load_balancer_from_anywhere"
PRIMARY_6, SECONDARY_6 = ipv6(PRIMARY), ipv6(SECONDARY)
PLAIN = (*VARIANT, "http")


def _aaaa(name: str, **changed: Any) -> Edit:
    return changes("global", f"{RECORD}.{name}", **changed)


def _aaaa_asks(name: str, *, ask: bool) -> Edit:
    return lambda stacks: change(records(stacks)[name]["alias"], evaluate_target_health=ask)


def _aaaa_swapped(field: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        one, other = records(stacks)[PRIMARY_6], records(stacks)[SECONDARY_6]
        one[field], other[field] = other[field], one[field]

    return apply


def _aaaa_outside_the_failover(stacks: Stacks) -> None:
    found = records(stacks)
    del found[SECONDARY_6]
    primary = found.pop(PRIMARY_6)
    found["six"] = {"name": primary["name"], "type": "AAAA", "alias": primary["alias"]}


def _aaaa_of_the_primary_alone(stacks: Stacks) -> None:
    found = records(stacks)
    found[PRIMARY_6] = found[PRIMARY] | {"type": "AAAA"}


def _aaaa_regional_name_asks_nothing(stacks: Stacks) -> None:
    body = resources(stacks, "dr", RECORD)[ipv6("regional_name")]
    change(body["alias"], evaluate_target_health=False)


def _only_port_443_redirects(stacks: Stacks) -> None:
    listeners = resources(stacks, "primary", LISTENER)
    http, https = listeners["http_listener"], listeners["https_listener"]
    http["default_action"], https["default_action"] = (
        https["default_action"],
        http["default_action"],
    )


def _network_acl(stacks: Stacks) -> None:
    stacks["primary"]["resource"]["aws_network_acl"] = {"acl": {"vpc_id": "${aws_vpc.vpc.id}"}}


def _checkers_rule(acl: dict[str, Any]) -> dict[str, Any]:
    (found,) = (rule for rule in acl["rule"] if rule["name"] == "route53-health-checkers")
    return found


def _firewall(breaks: Callable[[dict[str, Any]], None]) -> Edit:
    """Edits the firewall of the primary's region."""
    return lambda stacks: breaks(resources(stacks, "primary", "aws_wafv2_web_acl")["firewall"])


def _let_in_another_path(acl: dict[str, Any]) -> None:
    _, path = _checkers_rule(acl)["statement"]["and_statement"]["statement"]
    change(path["byte_match_statement"], search_string="/health")


def _without_the_checkers(acl: dict[str, Any]) -> None:
    acl["rule"].remove(_checkers_rule(acl))


def _some_checkers_alone(stacks: Stacks) -> None:
    addresses = resources(stacks, "primary", "aws_wafv2_ip_set")["health_checkers"]
    change(addresses, addresses=addresses["addresses"][1:])


IPV6 = (
    ModelSabotage(
        "AAAA: PRIMARY obeys the endpoint alone", _aaaa(PRIMARY_6, health_check_id=of(ENDPOINT))
    ),
    ModelSabotage("AAAA: PRIMARY obeys the standby", _aaaa(PRIMARY_6, health_check_id=of(STANDBY))),
    ModelSabotage(
        "AAAA: SECONDARY obeys the primary", _aaaa(SECONDARY_6, health_check_id=of(ENDPOINT))
    ),
    ModelSabotage("AAAA: SECONDARY's targets not asked", _aaaa_asks(SECONDARY_6, ask=False)),
    ModelSabotage("AAAA: PRIMARY's targets asked beside a switch", _aaaa_asks(PRIMARY_6, ask=True)),
    ModelSabotage(
        "AAAA: PRIMARY's targets not asked without one",
        _aaaa_asks(PRIMARY_6, ask=False),
        ("hot", "automatic", "alias"),
    ),
    ModelSabotage("AAAA: the regional name asks no targets", _aaaa_regional_name_asks_nothing),
    ModelSabotage("AAAA: PRIMARY and SECONDARY swapped", _aaaa_swapped("failover_routing_policy")),
    ModelSabotage("AAAA: the targets swapped", _aaaa_swapped("alias")),
    ModelSabotage("AAAA: SECONDARY missing", gone("global", f"{RECORD}.{SECONDARY_6}")),
    ModelSabotage("AAAA: PRIMARY missing", gone("global", f"{RECORD}.{PRIMARY_6}")),
    ModelSabotage(
        "AAAA: both missing", gone("global", f"{RECORD}.{PRIMARY_6}", f"{RECORD}.{SECONDARY_6}")
    ),
    ModelSabotage("AAAA: a regional name missing", gone("dr", f"{RECORD}.{ipv6('regional_name')}")),
    ModelSabotage("AAAA: outside the failover", _aaaa_outside_the_failover),
    ModelSabotage(
        "AAAA: of the one region that has IPv6",
        _aaaa_of_the_primary_alone,
        ("warm", "manual", "alias", "ipv4"),
    ),
    ModelSabotage(
        "AAAA: a CNAME's region has none",
        gone("dr", f"{RECORD}.{ipv6('regional_name')}"),
        ("hot", "manual", "cname"),
    ),
    ModelSabotage(
        "AAAA: names of a load balancer without IPv6",
        changes("dr", f"{BALANCER}.load_balancer", ip_address_type="ipv4"),
    ),
    ModelSabotage(
        "AAAA: port 443 closed to IPv6",
        gone("primary", f"{INGRESS}.{FROM_ANYWHERE}_https_ipv6"),
    ),
)
TLS = (
    ModelSabotage("the primary's check left on port 80", check(ENDPOINT, type="HTTP", port=80)),
    ModelSabotage("the standby's check left on port 80", check(STANDBY, type="HTTP", port=80)),
    ModelSabotage("the primary's check plain on port 443", check(ENDPOINT, type="HTTP")),
    ModelSabotage("the primary's check with TLS on port 80", check(ENDPOINT, port=80)),
    ModelSabotage(
        "a check of HTTPS where there is none", check(ENDPOINT, type="HTTPS", port=443), PLAIN
    ),
    ModelSabotage("no HTTPS listener", gone("primary", f"{LISTENER}.https_listener")),
    ModelSabotage("no HTTPS listener in the standby", gone("dr", f"{LISTENER}.https_listener")),
    ModelSabotage(
        "HTTPS on another port", changes("primary", f"{LISTENER}.https_listener", port=8443)
    ),
    ModelSabotage("HTTPS redirects and HTTP serves", _only_port_443_redirects),
    ModelSabotage(
        "the standby speaks TLS 1.3 alone",
        changes(
            "dr", f"{LISTENER}.https_listener", ssl_policy="ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"
        ),
    ),
    ModelSabotage(
        "the primary asks its clients for certificates",
        changes("primary", f"{LISTENER}.https_listener", mutual_authentication={"mode": "verify"}),
    ),
    ModelSabotage("port 443 closed", gone("primary", f"{INGRESS}.{FROM_ANYWHERE}_https")),
    ModelSabotage("the standby's port 443 closed", gone("dr", f"{INGRESS}.{FROM_ANYWHERE}_https")),
    ModelSabotage(
        "port 80 closed where it serves", gone("primary", f"{INGRESS}.{FROM_ANYWHERE}"), PLAIN
    ),
    ModelSabotage("a network ACL", _network_acl),
)
FIREWALL = (
    ModelSabotage(
        "the firewall blocks the checkers",
        _firewall(lambda acl: change(_checkers_rule(acl), action={"block": {}})),
    ),
    ModelSabotage(
        "the firewall asks its other rules first",
        _firewall(lambda acl: change(_checkers_rule(acl), priority=100)),
    ),
    ModelSabotage("the firewall has no rule for checkers", _firewall(_without_the_checkers)),
    ModelSabotage("the firewall lets them ask for another path", _firewall(_let_in_another_path)),
    ModelSabotage("the firewall knows some checkers alone", _some_checkers_alone),
    ModelSabotage(
        "the firewall blocks by default",
        _firewall(lambda acl: change(acl, default_action={"block": {}})),
    ),
)
FRONT = (*IPV6, *TLS, *FIREWALL)
