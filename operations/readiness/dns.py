"""Whether Route 53 would move users, and to where."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from environments import ROLES, Environment, Role
from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.standby_readiness.standby import balancer_of
from modules.check_settings import CheckSettings, endpoint_check, switch_checks
from modules.regions import GLOBAL_REGION
from operations.checks import Found, Status, each
from operations.readiness.deployment import Deployment
from terminal.errors import OperationError

FAILOVER: dict[Role, str] = {"primary": "PRIMARY", "dr": "SECONDARY"}
# Terraform's arguments of a health check by their names in the API.
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
ARGUMENTS = {
    "Type": "type",
    "FullyQualifiedDomainName": "fqdn",
    "Port": "port",
    "EnableSNI": "enable_sni",
    "ResourcePath": "resource_path",
    "SearchString": "search_string",
    "RequestInterval": "request_interval",
    "FailureThreshold": "failure_threshold",
    "RoutingControlArn": "routing_control_arn",
}
Record = dict[str, Any]


def failover_records_point_right(deployment: Deployment) -> Found:
    """Every name that users open has a PRIMARY record for the primary's regional name and a
    SECONDARY one for the standby's, each with a health check, the same for all names, for every
    address type.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html
    """
    return each(deployment.environment.dns.names, partial(_failover_records, deployment))


def _failover_records(deployment: Deployment, name: str) -> Found:
    kinds = _kinds(deployment.environment)
    faults = [
        fault
        for kind in kinds
        for role in ROLES
        for fault in _failover_faults(deployment, name, role, kind)
    ]
    for fault in faults:
        yield Status.FAULT, fault
    if not faults:
        yield Status.READY, f"{name}: {', '.join(kinds)}"


def _kinds(environment: Environment) -> tuple[str, ...]:
    if environment.dns.record == "cname":
        return ("CNAME",)
    return ("A", "AAAA") if environment.ipv6 else ("A",)


def _failover_faults(deployment: Deployment, name: str, role: Role, kind: str) -> Iterator[str]:
    environment = deployment.environment
    domain, wanted = environment.dns.domain, environment.regional_name(role)
    what = f"the {FAILOVER[role]} record {kind} of {name}"
    record = _record(deployment, name, kind, FAILOVER[role])
    usual = _record(deployment, domain, _kinds(environment)[0], FAILOVER[role]) or {}
    if record is None:
        yield f"{what} is missing: apply `global`"
        return
    if _target(record) != wanted:
        yield f"{what} points at {_target(record)}, not {wanted}"
    if "HealthCheckId" not in record:
        yield f"{what} has no health check"
    elif usual.get("HealthCheckId") not in {None, record["HealthCheckId"]}:
        yield f"{what} has another health check than {domain}"
    if kind != "CNAME":
        evaluates = record.get("AliasTarget", {}).get("EvaluateTargetHealth")
        if evaluates != (role == "dr" or not environment.failover.latches):
            yield f"{what} has EvaluateTargetHealth {evaluates}: apply `global`"


def regional_records_point_right(deployment: Deployment) -> Found:
    """Each region's own name leads to that region's load balancer."""
    return each(ROLES, partial(_regional_records, deployment))


def _regional_records(deployment: Deployment, role: Role) -> Found:
    settings = deployment.environment.regional(role)
    name = deployment.environment.regional_name(role)
    balancer = balancer_of(deployment.client("elbv2", settings.region), settings.load_balancer)
    wanted: str = balancer["DNSName"].lower()
    for kind in ("A", "AAAA") if settings.ipv6 else ("A",):
        record = _record(deployment, name, kind, None)
        found = _target(record).removeprefix("dualstack.") if record else "nowhere"
        if found == wanted:
            yield Status.READY, f"{name} {kind}: {settings.load_balancer}"
        else:
            yield Status.FAULT, f"{name} {kind} points at {found}, not {wanted}"


def health_is_published(deployment: Deployment) -> Found:
    """The records that tell the failover control each region's health are there, and follow that
    region's health check."""
    environment = deployment.environment
    if not environment.failover.controlled:
        return
    for role in ROLES:
        name = environment.health_name(role)
        healthy = _record(deployment, name, "A", "PRIMARY")
        unhealthy = _record(deployment, name, "A", "SECONDARY")
        found = (_value(healthy), _value(unhealthy))
        if found != (HEALTHY_ADDRESS, UNHEALTHY_ADDRESS):
            yield Status.FAULT, f"{name} has {found[0]} and {found[1]}: apply `global`"
        elif healthy is None or healthy.get("HealthCheckId") != endpoint_id(deployment, role):
            yield Status.FAULT, f"{name} does not follow the region's health check: apply `global`"
        else:
            yield Status.READY, name


def health_checks_are_right(deployment: Deployment) -> Found:
    """The health checks that decide are enabled, are not inverted, and probe what the environment
    file says.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    settings = CheckSettings.of(deployment.environment)
    for role in ROLES:
        name = deployment.environment.regional_name(role)
        check = _check(deployment, endpoint_id(deployment, role))
        yield _verdict(f"the check on {name}", _skew(check, endpoint_check(name, settings)))


def switch_checks_are_right(deployment: Deployment) -> Found:
    """The check that the PRIMARY record follows is healthy only while the endpoint and every place
    of the switch are."""
    environment = deployment.environment
    wanted = switch_checks(environment)
    if not wanted:
        return
    whole = _check(deployment, _in_service_id(deployment))
    children = [_check(deployment, one) for one in whole.get("ChildHealthChecks", [])]
    rest = [one for one in children if one.get("FullyQualifiedDomainName") != _primary(environment)]
    skew = [
        *_off(whole),
        *([] if whole.get("HealthThreshold") == len(wanted) + 1 else ["HealthThreshold"]),
    ]
    yield _verdict(f"the check of {environment.in_service_name}", skew)
    for name, arguments in wanted.items():
        found = [one for one in rest if not _identity(one, arguments)]
        what = f"the {name.replace('_', ' ')}"
        if found:
            yield _verdict(what, _skew(found[0], arguments))
        else:
            yield Status.FAULT, f"{what} is not part of what the PRIMARY record follows"


def accelerated_recovery_is_on(deployment: Deployment) -> Found:
    """Route 53's accelerated recovery is on for the zone: without it, no record can be changed for
    as long as us-east-1 is impaired. A failover needs no such change.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/accelerated-recovery.html
    """
    zone = deployment.route53.get_hosted_zone(Id=deployment.zone_id)["HostedZone"]
    status = zone.get("Features", {}).get("AcceleratedRecoveryStatus", "DISABLED")
    if status == "ENABLED":
        yield Status.READY, "records can be changed within about an hour of losing us-east-1"
        return
    yield (
        Status.NOTE,
        f"{status}: while us-east-1 is impaired, no record can be changed, which a failover does"
        " not need: aws route53 update-hosted-zone-features --enable-accelerated-recovery"
        f" --hosted-zone-id {deployment.zone_id}",
    )


def endpoint_id(deployment: Deployment, role: Role) -> str:
    """ID of the check on a region's endpoint, by the records that follow it. Raises
    OperationError."""
    environment = deployment.environment
    if role == "dr":
        return _followed(deployment, environment.dns.domain, "SECONDARY")
    if not environment.failover.latches:
        return _followed(deployment, environment.dns.domain, "PRIMARY")
    whole = _check(deployment, _in_service_id(deployment))
    for child in whole.get("ChildHealthChecks", []):
        if _check(deployment, child).get("FullyQualifiedDomainName") == _primary(environment):
            return str(child)
    raise OperationError(f"no check on {_primary(environment)} is part of what users follow")


def _in_service_id(deployment: Deployment) -> str:
    return _followed(deployment, deployment.environment.dns.domain, "PRIMARY")


def _followed(deployment: Deployment, name: str, failover: str) -> str:
    """ID of the check that a failover record follows."""
    kind = _kinds(deployment.environment)[0]
    record = _record(deployment, name, kind, failover)
    if record is None or "HealthCheckId" not in record:
        raise OperationError(f"{name} has no {failover} record with a health check")
    return str(record["HealthCheckId"])


def _primary(environment: Environment) -> str:
    return environment.regional_name("primary")


def _check(deployment: Deployment, id: str) -> dict[str, Any]:
    """A health check, which is in the deployment's account whatever account has the zone."""
    route53 = deployment.client("route53", GLOBAL_REGION)
    config: dict[str, Any] = route53.get_health_check(HealthCheckId=id)["HealthCheck"][
        "HealthCheckConfig"
    ]
    return config


def _off(check: dict[str, Any]) -> Iterator[str]:
    if check.get("Disabled"):
        yield "it is disabled, and counts as healthy"


def _skew(check: dict[str, Any], arguments: dict[str, Any]) -> list[str]:
    """How a check differs from the arguments it was created with."""
    inverted = arguments.get("invert_healthcheck", False)
    found = list(_off(check))
    if check.get("Inverted", False) != inverted:
        found.append("it is inverted" if not inverted else "it is not inverted")
    for key, argument in ARGUMENTS.items():
        wanted, has = arguments.get(argument), check.get(key)
        if wanted is not None and has != wanted:
            found.append(f"{key} is {has}, not {wanted}")
    return found


def _identity(check: dict[str, Any], arguments: dict[str, Any]) -> bool:
    """Whether a check is on something else than the arguments say."""
    keys = ("FullyQualifiedDomainName", "RoutingControlArn")
    return any(check.get(key) != arguments.get(ARGUMENTS[key]) for key in keys)


def _verdict(what: str, skew: list[str]) -> tuple[Status, str]:
    if skew:
        return Status.FAULT, f"{what}: {'; '.join(skew)}: apply `global`"
    return Status.READY, what


def _record(deployment: Deployment, name: str, kind: str, failover: str | None) -> Record | None:
    for record in deployment.records:
        there = (record["Name"].rstrip("."), record["Type"], record.get("Failover"))
        if there == (name, kind, failover):
            return record
    return None


def _target(record: Record) -> str:
    """What a record points at, without the last dot."""
    alias = record.get("AliasTarget", {}).get("DNSName")
    return str(alias or _value(record)).rstrip(".").lower()


def _value(record: Record | None) -> str | None:
    values = [one["Value"] for one in (record or {}).get("ResourceRecords", [])]
    return values[0] if values else None
