"""Health checks: what Route 53 bases its decisions on."""

import re
from collections.abc import Iterator

from emitted import Deployment, Resource, references
from modules.recovery_time import (
    ALIAS_TTL,
    CHECKER_TIMEOUT,
    PROPAGATION,
)
from policy.finding import Finding
from policy.rule import error
from policy.rules.records import balancer_of, failover_records, of_users

S3_HOST = re.compile(r"([a-z0-9-]+)\.s3\.([a-z0-9-]+)\.amazonaws\.com")
ENDPOINTS = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")


def checks(deployment: Deployment, *types: str) -> Iterator[Resource]:
    """The health checks of these types; all of them if no type is given."""
    for check in deployment.resources("aws_route53_health_check"):
        if not types or check.get("type") in types:
            yield check


@error
def no_check_probes_a_failover_name(deployment: Deployment) -> Iterator[Finding]:
    """No health check probes a name whose answer depends on that check.

    AWS calls the result unpredictable: a failing check moves the name to the other region, and then
    succeeds.
    [Domain name](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    names = {one.get("name") for one in failover_records(deployment)}
    names |= set(deployment.environment.dns.names)
    for check in checks(deployment, *ENDPOINTS):
        if check.get("fqdn") in names:
            yield Finding.of(check, f"probes {check.get('fqdn')}", "a regional name")


@error
def endpoint_check_meets_a_listener(deployment: Deployment) -> Iterator[Finding]:
    """An endpoint's check probes a regional name, on the protocol and port of a listener that
    forwards.

    A redirect answers even if the application is dead; a port without a listener is never healthy.
    [Creating health checks](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    failover = {one.get("name") for one in failover_records(deployment)}
    for check in checks(deployment, *ENDPOINTS):
        name = check.get("fqdn") or ""
        if S3_HOST.fullmatch(name) or name in failover:
            continue
        balancer = balancer_of(deployment, name)
        if balancer is None:
            yield Finding.of(check, f"{name or 'nothing'} is probed", "a regional name")
            continue
        protocol, port = check.get("type").partition("_")[0], check.get("port")
        listeners = deployment.naming("aws_lb_listener", "load_balancer_arn", balancer)
        if not any(
            (one.get("protocol"), one.get("port"), one.get("default_action", "type"))
            == (protocol, port, "forward")
            for one in listeners
        ):
            yield Finding.of(check, f"probes {protocol} {port}", f"what {name} serves")


@error
def endpoint_is_asked_for_its_health_page(deployment: Deployment) -> Iterator[Finding]:
    """An endpoint's check requests `application.health_check_path`, and never another page.

    An instance that can serve may still have no database to write to: the page for the load
    balancers would keep users in a region that fails them.
    [Resource path](https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html)
    """
    wanted = deployment.environment.application.health_check_path
    for check in checks(deployment, *ENDPOINTS):
        path = check.get("resource_path") or "/"
        if not S3_HOST.fullmatch(check.get("fqdn") or "") and path != wanted:
            yield Finding.of(check, f"requests {path}", wanted)


@error
def object_check_asks_a_bucket_of_its_region(deployment: Deployment) -> Iterator[Finding]:
    """A check of an S3 object requests it over HTTPS from one of these stacks' buckets, at its own
    region's endpoint.

    Another region's endpoint answers with a redirect or an error, whatever the switch's position.
    [Request routing](https://docs.aws.amazon.com/AmazonS3/latest/API/UsingRouting.html)
    """
    places = {(one.get("bucket"), one.region) for one in deployment.resources("aws_s3_bucket")}
    for check in checks(deployment, *ENDPOINTS):
        host = S3_HOST.fullmatch(check.get("fqdn") or "")
        if host is None:
            continue
        if host.groups() not in places:
            yield Finding.of(check, f"probes {check.get('fqdn')}", "a bucket in its region")
        if (check.get("type"), check.get("port")) != ("HTTPS", 443):
            yield Finding.of(check, f"probes {check.get('type')} {check.get('port')}", "HTTPS 443")


@error
def switch_is_asked_of_every_place(deployment: Deployment) -> Iterator[Finding]:
    """A calculated check includes the check of each of the switch's buckets, so that either place
    sets the switch.

    Setting the switch in a place that no check reads would move no users.
    [Calculated checks](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-calculated)
    """
    environment = deployment.environment
    if not environment.failover.latches or environment.failover.routing_control:
        return
    for check in checks(deployment, "CALCULATED"):
        children: list[str] = check.get("child_healthchecks") or []
        there = [deployment.named(check, child) for child in children]
        asked = {one.get("fqdn") for one in there if one}
        for place in environment.switch_places:
            host = f"{place.bucket}.s3.{place.region}.amazonaws.com"
            if host not in asked:
                yield Finding.of(check, f"has no child that checks {host}", "one for each place")


@error
def only_an_object_check_is_inverted(deployment: Deployment) -> Iterator[Finding]:
    """The checks of the switch's objects are inverted, and no others.

    An inverted endpoint check would be healthy while the endpoint is dead; an object's presence
    means: fail over.
    [Invert health check status](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    for check in checks(deployment):
        wanted = S3_HOST.fullmatch(check.get("fqdn") or "") is not None
        if bool(check.get("invert_healthcheck")) is not wanted:
            wrong = "is not inverted" if wanted else "is inverted"
            yield Finding.of(check, wrong, f"invert_healthcheck = {str(wanted).lower()}")


@error
def no_check_is_disabled(deployment: Deployment) -> Iterator[Finding]:
    """No health check is disabled.

    Route 53 considers a disabled check healthy for ever, and still charges for it.
    [Disabled](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    for check in checks(deployment):
        if check.get("disabled"):
            yield Finding.of(check, "is disabled", "disabled = false")


@error
def endpoints_are_asked_from_where_it_says(deployment: Deployment) -> Iterator[Finding]:
    """The checkers of an endpoint are in the environment's regions, or in all of Route 53's.

    With fewer, a fault on the way from one region more easily decides for all users.
    [Health checker regions](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    said = deployment.environment.health_check.regions
    for check in checks(deployment, *ENDPOINTS):
        found = check.get("regions")
        wanted = None if S3_HOST.fullmatch(check.get("fqdn") or "") else said
        if set(found or ()) != set(wanted or ()):
            shown = ", ".join(wanted) if wanted else "all of Route 53's regions"
            yield Finding.of(check, f"is asked from {', '.join(found or ['everywhere'])}", shown)


@error
def detection_keeps_the_promise(deployment: Deployment) -> Iterator[Finding]:
    """Interval, threshold and TTL fit into the recovery time that `global` outputs.

    A checker's interval starts again after each timeout, so every probe's timeout counts too.
    [Request interval](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    outputs = deployment.stacks["global"].get("output", {})
    promised = outputs.get("worst_case_recovery_seconds", {}).get("value", 0)
    ttl = max((one.get("ttl") or ALIAS_TTL for one in of_users(deployment)), default=ALIAS_TTL)
    for check in checks(deployment, *ENDPOINTS):
        if S3_HOST.fullmatch(check.get("fqdn") or ""):
            continue
        interval, threshold = check.get("request_interval") or 30, check.get("failure_threshold")
        needed = (interval + CHECKER_TIMEOUT) * (threshold or 3) + PROPAGATION + ttl
        if needed > promised:
            yield Finding.of(check, f"needs {needed} s", f"at most {promised} s, as promised")


@error
def calculated_check_needs_every_child(deployment: Deployment) -> Iterator[Finding]:
    """A calculated check is healthy only if all of its children are, and each child exists.

    With a lower threshold, the switch or the endpoint could be outvoted; with 0, the check is
    always healthy.
    [Calculated checks](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-calculated)
    """
    for check in checks(deployment, "CALCULATED"):
        children: list[str] = check.get("child_healthchecks") or []
        there = [deployment.named(check, child) for child in children]
        if check.get("child_health_threshold") != len(children) or not children:
            threshold = check.get("child_health_threshold")
            yield Finding.of(check, f"{threshold} of {len(children)}", "as many as there are")
        if any(one is None or one.get("type") == "CALCULATED" for one in there):
            yield Finding.of(
                check, "a child that does not exist or is calculated", "checks of this stack"
            )


@error
def no_check_follows_a_metric(deployment: Deployment) -> Iterator[Finding]:
    """No health check follows an alarm: only S3 and the endpoints decide which region serves.

    Anyone who may publish the metric could move users; AWS's own CloudWatchAgentServerPolicy allows
    it.
    [CloudWatchAgentServerPolicy](https://docs.aws.amazon.com/aws-managed-policy/latest/reference/CloudWatchAgentServerPolicy.html)
    """
    for check in checks(deployment, "CLOUDWATCH_METRIC"):
        yield Finding.of(
            check, f"follows {check.get('cloudwatch_alarm_name')}", "an endpoint's check"
        )


@error
def check_is_replaced_successor_first(deployment: Deployment) -> Iterator[Finding]:
    """A health check's replacement is created before the old check is destroyed.

    Its interval cannot be changed, so Terraform replaces it; meanwhile a record would depend on a
    deleted check.
    [Request interval](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html)
    """
    for check in checks(deployment):
        if not check.get("lifecycle", "create_before_destroy"):
            yield Finding.of(check, "is destroyed first", "create_before_destroy")


@error
def no_check_is_idle(deployment: Deployment) -> Iterator[Finding]:
    """Every health check is used by a record, or by another check that is.

    An unused check costs money and does nothing; usually it means that a record has lost its check.
    [Health checks and records](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html)
    """
    obeyed: set[tuple[str, str]] = set()
    for one in deployment.resources("aws_route53_record", "aws_route53_health_check"):
        for field in ("health_check_id", "child_healthchecks"):
            obeyed |= {(one.stack, address) for address in references(one.get(field))}
    for check in checks(deployment):
        if (check.stack, check.address) not in obeyed:
            yield Finding.of(check, "nothing uses it", "a record or check that uses it")
