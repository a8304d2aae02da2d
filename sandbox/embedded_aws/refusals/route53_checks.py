"""Route 53: health checks, their tags, and query logs."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import ipaddress
from typing import Any

from moto.logs.models import logs_backends
from moto.route53.models import HealthCheck, Route53Backend, route53_backends

from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.moto_fixes.route53 import deleted_references
from sandbox.embedded_aws.refusals.policies import PolicyRequest, lets, service_context
from sandbox.embedded_aws.refusals.route53_values import LABEL
from sandbox.embedded_aws.refusals.rule import Rules

PARTITION = "aws"
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-entities-health-checks
MOST_HEALTH_CHECKS = 200
MOST_CHILDREN = 255
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
MOST_TAGS = 10
INTERVALS = (10, 30)
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
DEFAULTS = {"FailureThreshold": 3, "Port": 80, "RequestInterval": 30}
CALCULATED, METRIC, CONTROL = "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"
STRING_MATCH = ("HTTP_STR_MATCH", "HTTPS_STR_MATCH")
HTTP = ("HTTP", "HTTPS", *STRING_MATCH)
ENDPOINT = (*HTTP, "TCP")
# Members that only some types of health check have.
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
TYPES_OF: dict[str, tuple[str, ...]] = {
    "AlarmIdentifier": (METRIC,),
    "ChildHealthChecks": (CALCULATED,),
    "EnableSNI": ENDPOINT,
    "FailureThreshold": ENDPOINT,
    "FullyQualifiedDomainName": ENDPOINT,
    "HealthThreshold": (CALCULATED,),
    "IPAddress": ENDPOINT,
    "InsufficientDataHealthStatus": (METRIC,),
    "MeasureLatency": ENDPOINT,
    "Port": ENDPOINT,
    "Regions": ENDPOINT,
    "RequestInterval": ENDPOINT,
    "ResourcePath": HTTP,
    "RoutingControlArn": (CONTROL,),
    "SearchString": STRING_MATCH,
}
NEEDED = {
    CALCULATED: ("ChildHealthChecks", "HealthThreshold"),
    METRIC: ("AlarmIdentifier", "InsufficientDataHealthStatus"),
    CONTROL: ("RoutingControlArn",),
    **dict.fromkeys(STRING_MATCH, ("SearchString",)),
}
# Values that mean absent: Terraform sends them with every type.
SAYS_NOTHING = (None, False, "", [], 0)


def checks_have_what_their_type_has(call: Call) -> None:
    """Refuses a health check without a setting that its type requires, or with one that belongs to
    another type.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    config, there = _config(call), _there(call)
    kind = str(there.type_) if there else config["Type"]
    for member, types in TYPES_OF.items():
        if config.get(member) not in SAYS_NOTHING and kind not in types:
            raise Refusal("InvalidInput", f"{member}: a health check of type {kind} has none")
    if there is not None:
        return
    for member in NEEDED.get(kind, ()):
        if member not in config:
            raise Refusal("InvalidInput", f"{member}: a health check of type {kind} needs it")
    if kind in ENDPOINT and not (config.get("IPAddress") or config.get("FullyQualifiedDomainName")):
        raise Refusal(
            "InvalidInput",
            f"FullyQualifiedDomainName: a health check of type {kind} needs it, or IPAddress",
        )


def checks_ask_every_10_or_30_seconds(call: Call) -> None:
    """Refuses an interval other than 10 or 30 seconds.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """
    interval = _config(call).get("RequestInterval")
    if interval is not None and interval not in INTERVALS:
        raise Refusal("InvalidInput", f"RequestInterval: {interval} must be 10 or 30")


def checks_look_at_public_names(call: Call) -> None:
    """Refuses an address that is not public, an invalid name, and a path that contains a space.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    config = _config(call)
    address = config.get("IPAddress")
    if address and not ipaddress.ip_address(address).is_global:
        raise Refusal(
            "InvalidInput",
            f"IPAddress: {address} is in a local, private, non-routable or multicast range",
        )
    name = config.get("FullyQualifiedDomainName")
    if name and not all(LABEL.fullmatch(one) for one in name.rstrip(".").split(".")):
        raise Refusal(
            "InvalidInput", f"FullyQualifiedDomainName: '{name}' is no fully qualified domain name"
        )
    path = config.get("ResourcePath")
    if path and any(character.isspace() for character in path):
        raise Refusal("InvalidInput", f"ResourcePath: '{path}' has a space")


def children_are_checks(call: Call) -> None:
    """Refuses more than 255 children of a calculated health check, and a child that does not exist,
    is listed twice, or is calculated itself.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html#dns-failover-determining-health-of-endpoints-calculated
    """
    children = _config(call).get("ChildHealthChecks") or []
    if len(children) > MOST_CHILDREN:
        raise Refusal(
            "InvalidInput", f"ChildHealthChecks: {len(children)}, of at most {MOST_CHILDREN}"
        )
    for child in children:
        there = _backend(call).health_checks.get(child)
        if there is None:
            raise Refusal("InvalidInput", f"ChildHealthChecks: {child} does not exist")
        if there.type_ == CALCULATED:
            raise Refusal("InvalidInput", f"ChildHealthChecks: {child} is of type {CALCULATED}")
        if children.count(child) > 1:
            raise Refusal("InvalidInput", f"ChildHealthChecks: {child} is there twice")


def checks_are_not_too_many(call: Call) -> None:
    """Refuses more than 200 health checks.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-entities-health-checks
    """
    there = _backend(call).health_checks
    if _of_reference(call) is None and len(there) >= MOST_HEALTH_CHECKS:
        raise Refusal(
            "TooManyHealthChecks", f"the account has {MOST_HEALTH_CHECKS} health checks already"
        )


def references_are_of_one_check(call: Call) -> None:
    """Refuses the CallerReference of a health check that has other settings or is deleted.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html
    """
    reference = call.parameters["CallerReference"]
    there = _of_reference(call)
    if there is not None:
        config, asked = _settings(there.health_check_config), _settings(_config(call))
        members = config.keys() | asked.keys()
        differing = sorted(one for one in members if config.get(one) != asked.get(one))
        if differing:
            raise _used(reference, f"exists with another {', '.join(differing)}")
    elif reference in deleted_references(_backend(call)):
        raise _used(reference, "was deleted: Route 53 remembers its CallerReference for days")


def _of_reference(call: Call) -> HealthCheck | None:
    reference = call.parameters["CallerReference"]
    checks = list(_backend(call).health_checks.values())
    return next((one for one in checks if one.caller_reference == reference), None)


def _settings(config: dict[str, Any]) -> dict[str, Any]:
    """The settings that differ from the defaults."""
    kind = config["Type"]
    return {
        member: sorted(value) if isinstance(value, list) else value
        for member, value in config.items()
        if value not in SAYS_NOTHING
        and value != DEFAULTS.get(member)
        and kind in TYPES_OF.get(member, (kind,))
    }


def _used(reference: str, how: str) -> Refusal:
    said = f"CallerReference: the health check of '{reference}' {how}"
    return Refusal("HealthCheckAlreadyExists", said, status=409)


def deleted_checks_exist(call: Call) -> None:
    """Refuses deleting a health check that does not exist. AWS allows deleting one that records
    still use.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHealthCheck.html
    """
    check = call.parameters["HealthCheckId"]
    if check not in _backend(call).health_checks:
        raise Refusal(
            "NoSuchHealthCheck",
            f"HealthCheckId: no health check exists with the ID {check}",
            status=404,
        )


def resources_have_few_tags(call: Call) -> None:
    """Refuses more than 10 tags on a health check or hosted zone.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
    """
    added = {tag["Key"] for tag in call.parameters.get("AddTags") or ()}
    there = _backend(call).list_tags_for_resource(call.parameters["ResourceId"])
    kept = set(there) - set(call.parameters.get("RemoveTagKeys") or ())
    if len(added | kept) > MOST_TAGS:
        raise Refusal(
            "InvalidInput",
            f"AddTags: {call.parameters['ResourceId']} would have {len(added | kept)} tags, of at "
            f"most {MOST_TAGS}",
        )


def query_logs_may_be_written(call: Call) -> None:
    """Refuses query logs of a private zone, and query logs to a log group to which no resource
    policy in us-east-1 allows Route 53 to write.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html
    """
    zone = _backend(call).zones.get(call.parameters["HostedZoneId"])
    if zone is not None and zone.private_zone:
        raise Refusal("InvalidInput", f"HostedZoneId: {zone.resource_id} is a private zone")
    group = call.parameters["CloudWatchLogsLogGroupArn"].removesuffix(":*")
    policies = logs_backends[call.account][GLOBAL_REGION].resource_policies.values()
    stream = f"{group}:log-stream:any"
    hosted_zone = call.parameters["HostedZoneId"].rpartition("/")[2]
    context = service_context(call.account, f"arn:aws:route53:::hostedzone/{hosted_zone}")
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        asked = PolicyRequest("route53.amazonaws.com", action, stream, context)
        if not any(lets(policy.policy_document, asked) for policy in policies):
            raise Refusal(
                "InsufficientCloudWatchLogsResourcePolicy",
                "The resource policy that you're using for Route 53 query logging doesn't grant "
                f"Route 53 sufficient permission to create a log stream: {action} on {group}",
            )


def _config(call: Call) -> dict[str, Any]:
    return call.parameters.get("HealthCheckConfig") or dict(call.parameters)


def _there(call: Call) -> HealthCheck | None:
    return _backend(call).health_checks.get(call.parameters.get("HealthCheckId", ""))


def _backend(call: Call) -> Route53Backend:
    return route53_backends[call.account][PARTITION]


OF_A_CHECK = (
    checks_have_what_their_type_has,
    checks_ask_every_10_or_30_seconds,
    checks_look_at_public_names,
    children_are_checks,
)
RULES: Rules = {
    ("route53", "CreateHealthCheck"): (
        *OF_A_CHECK,
        references_are_of_one_check,
        checks_are_not_too_many,
    ),
    ("route53", "UpdateHealthCheck"): OF_A_CHECK,
    ("route53", "DeleteHealthCheck"): (deleted_checks_exist,),
    ("route53", "ChangeTagsForResource"): (resources_have_few_tags,),
    ("route53", "CreateQueryLoggingConfig"): (query_logs_may_be_written,),
}
