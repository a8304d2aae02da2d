"""Elastic Load Balancing: target groups, and listeners with their certificates."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import re
from collections.abc import Iterator
from typing import Any

from moto.acm.models import acm_backends
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, elbv2_backends
from moto.elbv2.ssl_policies import SSL_POLICIES
from moto.iam.models import iam_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.elbv2 import BOOLEAN, Attributes, check_attributes
from sandbox.embedded_aws.refusals.numbers import whole
from sandbox.embedded_aws.refusals.rule import Rules, stricter

PARTITION = "aws"
NAME = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
LONGEST_NAME = 32
CODES = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")
STATUSES = range(200, 500)
HTTP = ("HTTP", "HTTPS")
MOST_SLOW_START = 900
ATTRIBUTES: Attributes = {
    "deregistration_delay.timeout_seconds": (0, 3600),
    "load_balancing.algorithm.anomaly_mitigation": ("on", "off"),
    "load_balancing.algorithm.type": (
        "round_robin",
        "least_outstanding_requests",
        "weighted_random",
    ),
    "load_balancing.cross_zone.enabled": (*BOOLEAN, "use_load_balancer_configuration"),
    "slow_start.duration_seconds": (0, MOST_SLOW_START),
    "stickiness.app_cookie.cookie_name": None,
    "stickiness.app_cookie.duration_seconds": (1, 604800),
    "stickiness.enabled": BOOLEAN,
    "stickiness.lb_cookie.duration_seconds": (1, 604800),
    "stickiness.type": ("lb_cookie", "app_cookie"),
    "target_group_health.dns_failover.minimum_healthy_targets.count": None,
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": None,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": None,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": None,
}
LEAST_SLOW_START = 30


@stricter("If all settings are the same, AWS returns the existing group.")
def groups_have_plain_names(call: Call) -> None:
    """Refuses a target group name that is not 1 to 32 letters, digits and single inner hyphens, or
    that already exists. The pattern in AWS's error message rules out consecutive hyphens; no page
    does.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    """
    name = call.parameters["Name"]
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Refusal(
            "ValidationError",
            f"Name: the target group name '{name}' must be 1 to {LONGEST_NAME} letters, digits and"
            " inner hyphens",
        )
    if any(group.name == name for group in _elb(call).target_groups.values()):
        raise Refusal(
            "DuplicateTargetGroupName",
            f"Name: a target group with the same name '{name}' exists, but with different settings",
        )


def health_checks_are_sound(call: Call) -> None:
    """Refuses a health check whose timeout is not below its interval, whose path does not start
    with a slash, whose port is invalid, or whose codes are outside 200 to 499.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    """
    asked, group = call.parameters, _group(call)
    protocol = group.protocol if group else asked.get("Protocol")
    if protocol not in HTTP:
        return
    path = asked.get("HealthCheckPath")
    if path is not None and not path.startswith("/"):
        raise Refusal("ValidationError", f"HealthCheckPath: '{path}' must begin with a '/'")
    port = asked.get("HealthCheckPort", "traffic-port")
    if port != "traffic-port":
        whole(port, 1, 65535, where="HealthCheckPort", code="ValidationError")
    _check_codes((asked.get("Matcher") or {}).get("HttpCode"))
    timeout = asked.get("HealthCheckTimeoutSeconds")
    interval = asked.get("HealthCheckIntervalSeconds")
    if group is not None:
        timeout = timeout or int(group.health_check_timeout_seconds)
        interval = interval or int(group.health_check_interval_seconds)
    if timeout is not None and timeout >= (interval or 30):
        raise Refusal(
            "ValidationError",
            f"HealthCheckTimeoutSeconds: health check timeout '{timeout}' must be smaller than the "
            f"interval '{interval or 30}'",
        )


def _check_codes(codes: str | None) -> None:
    if codes is None:
        return
    numbers = [int(number) for number in re.findall(r"\d+", codes)]
    if not CODES.fullmatch(codes) or not all(number in STATUSES for number in numbers):
        raise Refusal(
            "ValidationError",
            f"Matcher.HttpCode: '{codes}' must be codes from {STATUSES[0]} to {STATUSES[-1]}, such "
            "as 200,202 or 200-299",
        )


def group_attributes_are_known(call: Call) -> None:
    """Refuses unknown target group attributes, and invalid values for them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
    """
    group = _group(call)
    if group is None or group.protocol not in HTTP:
        return
    check_attributes(call, ATTRIBUTES, of="target group")
    for attribute in call.parameters.get("Attributes") or ():
        key, value = attribute.get("Key"), attribute.get("Value", "")
        if key == "slow_start.duration_seconds" and 0 < int(value) < LEAST_SLOW_START:
            raise Refusal(
                "ValidationError",
                f"Attributes: '{key}': '{value}' must be 0, or {LEAST_SLOW_START} to "
                f"{MOST_SLOW_START}",
            )


@stricter("If the listener is the same, AWS returns the existing one.")
def listeners_have_ports_of_their_own(call: Call) -> None:
    """Refuses a second listener on the same port.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    """
    balancer, port = _balancer(call), call.parameters.get("Port")
    if balancer is None or port is None:
        return
    for listener in balancer.listeners.values():
        if listener.arn != call.parameters.get("ListenerArn") and int(listener.port) == port:
            raise Refusal(
                "DuplicateListener",
                f"Port: a listener already exists on port {port} of the load balancer "
                f"'{balancer.name}'",
            )


def listeners_have_known_policies(call: Call) -> None:
    """Refuses a security policy that does not exist, and a security policy or certificate on an
    HTTP listener.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
    """
    policy = call.parameters.get("SslPolicy")
    if policy is not None and policy not in SSL_POLICIES:
        raise Refusal("SSLPolicyNotFound", f"SslPolicy: SSL policy '{policy}' not found")
    if _protocol(call) == "HTTP" and (policy or call.parameters.get("Certificates")):
        raise Refusal(
            "ValidationError",
            "Protocol: a listener with HTTP has no SslPolicy and no Certificates",
        )


def listeners_have_an_issued_certificate(call: Call) -> None:
    """Refuses an HTTPS listener without exactly one certificate, and a certificate that does not
    exist, is in another region, or is not issued.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    certificates = call.parameters.get("Certificates") or ()
    creates = call.operation == "CreateListener"
    if _protocol(call) == "HTTPS" and creates and len(certificates) != 1:
        raise Refusal(
            "ValidationError",
            "Certificates: a certificate must be specified for HTTPS listeners, and just one",
        )
    for certificate in certificates:
        _check_certificate(call, certificate.get("CertificateArn", ""))


def _check_certificate(call: Call, arn: str) -> None:
    if ":iam:" in arn:
        if iam_backends[call.account][PARTITION].get_certificate_by_arn(arn) is None:
            raise Refusal("CertificateNotFound", f"Certificates: certificate '{arn}' not found")
        return
    there = acm_backends[call.account][call.region]._certificates.get(arn)
    if there is None:
        raise Refusal(
            "CertificateNotFound", f"Certificates: certificate '{arn}' not found in {call.region}"
        )
    there.check()
    if there.status != "ISSUED":
        raise Refusal(
            "UnsupportedCertificate",
            f"Certificates: the certificate '{arn}' must have a fully-qualified domain name, a "
            f"supported signature, and a supported key size; its status is {there.status}",
        )


def actions_are_possible(call: Call) -> None:
    """Refuses forwarding to a target group that does not exist, or belongs to another VPC or load
    balancer, and a redirect to itself, even with another query.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    """
    balancer = _balancer(call)
    for action in (*_actions(call, "DefaultActions"), *_actions(call, "Actions")):
        redirect = action.get("RedirectConfig")
        if redirect and not _leads_elsewhere(call, redirect):
            raise Refusal(
                "InvalidLoadBalancerAction",
                "RedirectConfig: at least one of protocol, host, port and path must differ from "
                "the request's, to avoid a redirect loop",
            )
        for arn in _targets(action):
            group = _elb(call).target_groups.get(arn)
            if group is None:
                raise Refusal("TargetGroupNotFound", f"TargetGroupArn: '{arn}' not found")
            if balancer is not None and group.vpc_id not in {None, balancer.vpc_id}:
                raise Refusal(
                    "InvalidConfigurationRequest",
                    f"TargetGroupArn: '{group.name}' is of {group.vpc_id}, and the load balancer "
                    f"of {balancer.vpc_id}",
                )
            if balancer is not None and _other_balancers(call, arn) - {balancer.arn}:
                raise Refusal(
                    "TargetGroupAssociationLimit",
                    f"TargetGroupArn: '{group.name}' is used by another load balancer",
                )


def _leads_elsewhere(call: Call, redirect: dict[str, str]) -> bool:
    protocol, port = redirect.get("Protocol", "#{protocol}"), redirect.get("Port", "#{port}")
    mine = (_protocol(call), str(call.parameters.get("Port", "")))
    return (
        protocol not in {"#{protocol}", mine[0]}
        or port not in {"#{port}", mine[1]}
        or redirect.get("Host", "#{host}") != "#{host}"
        or redirect.get("Path", "/#{path}") != "/#{path}"
    )


def _other_balancers(call: Call, group: str) -> set[str]:
    return {
        balancer.arn
        for balancer in list(_elb(call).load_balancers.values())
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
        if group in _targets(action.data)
    }


def _targets(action: dict[str, Any]) -> Iterator[str]:
    if "TargetGroupArn" in action:
        yield action["TargetGroupArn"]
    for target in (action.get("ForwardConfig") or {}).get("TargetGroups") or ():
        yield target["TargetGroupArn"]


def _actions(call: Call, member: str) -> list[dict[str, Any]]:
    return call.parameters.get(member) or []


def _elb(call: Call) -> ELBv2Backend:
    return elbv2_backends[call.account][call.region]


def _group(call: Call) -> Any:
    return _elb(call).target_groups.get(call.parameters.get("TargetGroupArn", ""))


def _balancer(call: Call) -> FakeLoadBalancer | None:
    """The call's load balancer, named directly or through its listener."""
    wanted = call.parameters.get("LoadBalancerArn"), call.parameters.get("ListenerArn")
    for balancer in _elb(call).load_balancers.values():
        if balancer.arn == wanted[0] or wanted[1] in balancer.listeners:
            return balancer
    return None


def _protocol(call: Call) -> str | None:
    """The listener's protocol after the call."""
    balancer, arn = _balancer(call), call.parameters.get("ListenerArn")
    there = balancer.listeners.get(arn) if balancer and arn else None
    return call.parameters.get("Protocol") or (there and there.protocol)


OF_A_LISTENER = (
    listeners_have_ports_of_their_own,
    listeners_have_known_policies,
    listeners_have_an_issued_certificate,
    actions_are_possible,
)
RULES: Rules = {
    ("elbv2", "CreateTargetGroup"): (groups_have_plain_names, health_checks_are_sound),
    ("elbv2", "ModifyTargetGroup"): (health_checks_are_sound,),
    ("elbv2", "ModifyTargetGroupAttributes"): (group_attributes_are_known,),
    ("elbv2", "CreateListener"): OF_A_LISTENER,
    ("elbv2", "ModifyListener"): OF_A_LISTENER,
    ("elbv2", "AddListenerCertificates"): (listeners_have_an_issued_certificate,),
    ("elbv2", "CreateRule"): (actions_are_possible,),
}
