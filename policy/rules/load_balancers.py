"""Load balancers: where users and Route 53's checkers come in."""

from collections.abc import Iterator

from emitted import Deployment, Resource, is_true
from environments import ROLES
from policy.finding import Finding
from policy.rule import error

# Seconds: twice the TTL of an alias, the most that a client holding a connection may lag.
LONGEST_KEEP_ALIVE = 120
# AWS documents Route 53's checkers only up to TLS 1.2, so policies with TLS 1.3 alone are out.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
TLS_POLICIES = ("ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-FS-1-2-")


def public(deployment: Deployment) -> Iterator[Resource]:
    """The internet-facing load balancers."""
    for balancer in deployment.resources("aws_lb"):
        if not is_true(balancer.get("internal")):
            yield balancer


def listeners(deployment: Deployment, protocol: str) -> Iterator[Resource]:
    for listener in deployment.resources("aws_lb_listener"):
        if listener.get("protocol") == protocol:
            yield listener


@error
def http_only_redirects(deployment: Deployment) -> Iterator[Finding]:
    """With TLS, an HTTP listener redirects to HTTPS and does nothing else.

    For trials, `tls = false` in the environment file serves plain HTTP.
    [Redirect actions](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html)
    """
    if not deployment.environment.tls:
        return
    for listener in listeners(deployment, "HTTP"):
        kind = listener.get("default_action", "type")
        to = [listener.get("default_action", "redirect", part) for part in ("protocol", "port")]
        if (kind, *to) != ("redirect", "HTTPS", "443"):
            yield Finding.of(listener, "serves plain HTTP", "a redirect to HTTPS 443")


@error
def https_is_where_tls_is(deployment: Deployment) -> Iterator[Finding]:
    """With TLS, every public load balancer has an HTTPS listener.

    Without one, the redirect leads nowhere.
    [HTTPS listeners](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html)
    """
    if not deployment.environment.tls:
        return
    for balancer in public(deployment):
        found = deployment.naming("aws_lb_listener", "load_balancer_arn", balancer)
        if not any(one.get("protocol") == "HTTPS" for one in found):
            yield Finding.of(balancer, "no HTTPS", "an HTTPS listener")


@error
def tls_suits_users_and_checkers(deployment: Deployment) -> Iterator[Finding]:
    """An HTTPS listener supports TLS 1.2 and 1.3, and nothing older.

    Older versions are broken; Route 53's checkers are only documented to support TLS 1.2.
    [Security policies](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html),
    [HealthCheckConfig](https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html)
    """
    for listener in listeners(deployment, "HTTPS"):
        policy = listener.get("ssl_policy") or "AWS's default"
        if not policy.startswith(TLS_POLICIES) or "-Ext" in policy:
            yield Finding.of(listener, f"{policy}", f"{TLS_POLICIES[0]}...")


@error
def certificate_has_every_name(deployment: Deployment) -> Iterator[Finding]:
    """An HTTPS listener's certificate covers every name that users open, and the region's own.

    Route 53 does not validate certificates: only users would notice, and only after a failover.
    [HTTPS health checks](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    for listener in listeners(deployment, "HTTPS"):
        certificate = deployment.named(listener, listener.get("certificate_arn"))
        if certificate and certificate.address.startswith("aws_acm_certificate_validation."):
            certificate = deployment.named(certificate, certificate.get("certificate_arn"))
        if certificate is None:
            yield Finding.of(listener, "its certificate is in no stack", "an aws_acm_certificate")
            continue
        role = "primary" if listener.stack == "primary" else "dr"
        environment = deployment.environment
        wanted = {*environment.dns.names, environment.regional_name(role)}
        names = {certificate.get("domain_name")}
        names |= set(certificate.get("subject_alternative_names") or ())
        if missing := sorted(wanted - names):
            yield Finding.of(certificate, f"lacks {' and '.join(missing)}", "every name")


@error
def load_balancer_drops_invalid_headers(deployment: Deployment) -> Iterator[Finding]:
    """A load balancer drops invalid HTTP headers.

    Servers interpret them differently, which makes request smuggling possible.
    [Invalid header fields](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html)
    """
    for balancer in deployment.resources("aws_lb"):
        if not is_true(balancer.get("drop_invalid_header_fields")):
            yield Finding.of(balancer, "forwards invalid headers", "drop_invalid_header_fields")


@error
def load_balancer_is_protected_as_said(deployment: Deployment) -> Iterator[Finding]:
    """A load balancer's deletion protection matches the environment.

    Without its load balancer, a region is down until a new one and its DNS name exist.
    [Deletion protection](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html)
    """
    wanted = deployment.environment.deletion_protection
    for balancer in deployment.resources("aws_lb"):
        if is_true(balancer.get("enable_deletion_protection")) is not wanted:
            yield Finding.of(balancer, "enable_deletion_protection", str(wanted).lower())


@error
def load_balancer_takes_zonal_shifts_as_said(deployment: Deployment) -> Iterator[Finding]:
    """A load balancer takes zonal shifts where the environment says so.

    Otherwise, `failover zone away` first needs Elastic Load Balancing's control plane, in the
    region that is in trouble.
    [Zonal shift](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html)
    """
    for role in ROLES:
        wanted = deployment.environment.regional(role).zonal_shift
        for balancer in deployment.resources("aws_lb"):
            if balancer.stack == role and is_true(balancer.get("enable_zonal_shift")) is not wanted:
                yield Finding.of(balancer, "enable_zonal_shift", str(wanted).lower())


@error
def clients_let_go_of_connections(deployment: Deployment) -> Iterator[Finding]:
    """A client may keep a connection alive for two minutes at most.

    DNS cannot move a user on an open connection, and AWS's default is an hour.
    [Client keep-alive](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html)
    """
    for balancer in deployment.resources("aws_lb"):
        seconds = balancer.get("client_keep_alive")
        if seconds is None or seconds > LONGEST_KEEP_ALIVE:
            said = f"{seconds} s" if seconds else "AWS's default of 3600 s"
            yield Finding.of(balancer, said, f"at most {LONGEST_KEEP_ALIVE} s")


@error
def targets_are_asked_whether_they_can_serve(deployment: Deployment) -> Iterator[Finding]:
    """A target group probes `application.live_path` (by default `application.health_check_path`),
    and expects a 200.

    The Auto Scaling group replaces what fails: asked for the page of a region that may not have
    users, an instance would be replaced for its database's fault.
    [Target health](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html)
    """
    wanted = deployment.environment.application.instance_path
    for group in deployment.resources("aws_lb_target_group"):
        path = group.get("health_check", "path") or "/"
        if path != wanted:
            yield Finding.of(group, f"probes {path}", wanted)
        matcher = group.get("health_check", "matcher")
        if matcher != "200":
            yield Finding.of(group, f"accepts {matcher} as healthy", "200")
        if group.get("health_check", "enabled") is False:
            yield Finding.of(group, "has no health check", "a health check")
