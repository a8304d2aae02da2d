"""Reads load balancers from the emitted JSON: listeners, target group, addresses, open ports."""

from collections.abc import Iterator
from typing import Literal

from emitted import Json, of_type
from proof.route53.configuration import Ingress, ModelListener, ModelLoadBalancer
from proof.route53.errors import UnknownToTheModelError
from proof.route53.reading_firewall import read_firewall
from proof.route53.strict import known, one_of, reference

REDIRECTS = {"HTTP_301": 301, "HTTP_302": 302}
ANYWHERE: dict[tuple[str, str], Literal["A", "AAAA"]] = {
    ("cidr_ipv4", "0.0.0.0/0"): "A",
    ("cidr_ipv6", "::/0"): "AAAA",
}
SOURCES = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
ALL_PORTS = (0, 65535)


def read_balancer(address: str, body: Json, resources: Json, region: str) -> ModelLoadBalancer:
    """A load balancer with the one target group that its listeners forward to. With several, all
    would have to be healthy."""
    _whole(body)
    own = address.partition("/")[2]
    listeners = [
        listener
        for _, listener in of_type(resources, "aws_lb_listener")
        if reference(listener["load_balancer_arn"]) == own
    ]
    group = _target_group(listeners, resources)
    probe = group["health_check"]
    return ModelLoadBalancer(
        address=address,
        region=region,
        path=probe["path"],
        interval=probe["interval"],
        timeout=probe["timeout"],
        unhealthy_threshold=probe["unhealthy_threshold"],
        healthy_threshold=probe["healthy_threshold"],
        listeners={listener["port"]: _listener(listener) for listener in listeners},
        ingress=frozenset(_ingress(body["security_groups"], resources)),
        ipv6=body.get("ip_address_type", "ipv4") == "dualstack",
        firewall=read_firewall(own, resources),
    )


def _whole(body: Json) -> None:
    """An internet-facing Application Load Balancer. It has IPv4 addresses, and IPv6 too if
    `dualstack`. Its logging, timeouts and deletion protection do not affect checkers.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
    """
    known(
        body,
        "name",
        "name_prefix",
        "internal",
        "load_balancer_type",
        "ip_address_type",
        "subnets",
        "security_groups",
        "access_logs",
        "connection_logs",
        "health_check_logs",
        "idle_timeout",
        "client_keep_alive",
        "desync_mitigation_mode",
        "timeouts",
        "drop_invalid_header_fields",
        "enable_cross_zone_load_balancing",
        "enable_deletion_protection",
        "enable_http2",
        "enable_waf_fail_open",
        "enable_zonal_shift",
    )
    one_of(body.get("load_balancer_type", "application"), ("application",), "a load balancer of")
    one_of(body.get("internal", False), (False,), "a load balancer that is internal:")
    one_of(body.get("ip_address_type", "ipv4"), ("ipv4", "dualstack"), "the addresses")


def _target_group(listeners: list[Json], resources: Json) -> Json:
    actions = [_action(listener) for listener in listeners]
    forwards = [action for action in actions if action["type"] == "forward"]
    groups = {reference(action["target_group_arn"]) for action in forwards}
    if len(groups) != 1:
        raise UnknownToTheModelError(f"a load balancer that forwards to {sorted(groups)}")
    group = dict(of_type(resources, "aws_lb_target_group"))[groups.pop()]
    if "target_group_health" in group:
        raise UnknownToTheModelError("thresholds of a target group's health")
    return group


def _listener(body: Json) -> ModelListener:
    """HTTP, or HTTPS with a certificate. Mutual TLS is unknown to the model: it would reject the
    checkers.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
    """
    known(
        body,
        "load_balancer_arn",
        "port",
        "protocol",
        "default_action",
        "certificate_arn",
        "ssl_policy",
    )
    protocol = one_of(body["protocol"], ("HTTP", "HTTPS"), "a listener that speaks")
    if (protocol == "HTTPS") != ("certificate_arn" in body):
        raise UnknownToTheModelError(f"a certificate of a listener that speaks {protocol}")
    action = _action(body)
    redirects = None
    if action["type"] == "redirect":
        status: str = action["redirect"]["status_code"]
        redirects = one_of(REDIRECTS.get(status), REDIRECTS.values(), f"{status}, a redirect of")
    return ModelListener(protocol, redirects, body.get("ssl_policy"))


def _action(listener: Json) -> Json:
    """A listener's only action. Listener rules are a resource type that is unknown to the model."""
    (action,) = listener["default_action"]
    one_of(action["type"], ("forward", "redirect"), "a listener that answers by")
    known(action, "type", "target_group_arn" if action["type"] == "forward" else "redirect")
    return action


def _ingress(groups: list[str], resources: Json) -> Iterator[Ingress]:
    """The ports that are open to everyone. Security group rules only allow, and all groups' rules
    add up, so further groups cannot take anything away.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    own = {reference(group) for group in groups if group.startswith("${")}
    for address, body in of_type(resources, "aws_security_group"):
        if address in own and body.get("ingress"):
            raise UnknownToTheModelError(f"rules in {address} itself")
    for _, body in of_type(resources, "aws_vpc_security_group_ingress_rule"):
        if reference(body["security_group_id"]) in own:
            yield _open(body)


def _open(body: Json) -> Ingress:
    known(body, "security_group_id", "description", "ip_protocol", "from_port", "to_port", *SOURCES)
    ((source, value),) = ((name, body[name]) for name in SOURCES if name in body)
    kind = ANYWHERE.get((source, value))
    if kind is None:
        raise UnknownToTheModelError(f"a load balancer open to {value}")
    if one_of(body["ip_protocol"], ("tcp", "-1"), "a load balancer open to") == "-1":
        return Ingress(kind, *ALL_PORTS)
    return Ingress(kind, body["from_port"], body["to_port"])
