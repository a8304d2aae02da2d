"""What Route 53 has to go by, read from the emitted stacks: records, health checks, alarms, and
the load balancers behind them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from operations.route53.errors import UnknownToTheModelError

Json = Mapping[str, Any]
# What says nothing of how Route 53 answers.
SILENT = {"//", "tags", "lifecycle", "triggers", "zone_id", "depends_on", "provider"}
REFERENCE = re.compile(r"\$\{(aws_\w+\.\w+)\.\w+\}")


@dataclass(frozen=True)
class Alias:
    """target: a record's name in the zone, or a load balancer's address."""

    target: str
    evaluate_target_health: bool


@dataclass(frozen=True)
class Record:
    """A record of the zone. Failover records of one name and type are told apart by their role."""

    name: str
    type: str
    role: Literal["PRIMARY", "SECONDARY"] | None
    health_check: str | None
    alias: Alias | None
    values: tuple[str, ...]
    ttl: int | None


@dataclass(frozen=True)
class EndpointCheck:
    """HTTP, HTTPS, either with string matching, or TCP; interval in seconds."""

    type: str
    fqdn: str
    port: int
    path: str
    interval: int
    threshold: int
    search_string: str | None
    inverted: bool
    disabled: bool


@dataclass(frozen=True)
class CalculatedCheck:
    """Healthy with at least so many healthy children."""

    children: tuple[str, ...]
    threshold: int
    inverted: bool
    disabled: bool


@dataclass(frozen=True)
class MetricCheck:
    """Follows the data of an alarm in a region."""

    alarm: str
    region: str
    without_data: Literal["Healthy", "Unhealthy", "LastKnownStatus"]
    inverted: bool
    disabled: bool


Check = EndpointCheck | CalculatedCheck | MetricCheck


@dataclass(frozen=True)
class Alarm:
    """A CloudWatch alarm: its metric, and the comparison that makes it go off; seconds."""

    name: str
    region: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int
    periods: int
    comparison: str
    threshold: float


@dataclass(frozen=True)
class LoadBalancer:
    """A region's load balancer, and how it probes its targets; interval and timeout in seconds."""

    address: str
    region: str
    path: str
    interval: int
    timeout: int
    unhealthy_threshold: int
    healthy_threshold: int


@dataclass(frozen=True)
class Configuration:
    """All of it, of one deployment."""

    records: tuple[Record, ...]
    checks: Mapping[str, Check]
    alarms: tuple[Alarm, ...]
    balancers: Mapping[str, LoadBalancer]
    """By address."""
    readable: frozenset[str]
    """The S3 objects that health checkers may read: bucket/key."""


def read_configuration(folder: Path) -> Configuration:
    """The configuration that the stacks in `folder`/stacks/*/cdk.tf.json emit."""
    stacks = {
        path.parent.name: json.loads(path.read_text())
        for path in sorted(folder.glob("stacks/*/cdk.tf.json"))
    }
    return configuration(stacks)


def configuration(stacks: Mapping[str, Json]) -> Configuration:
    """The same of stacks by name."""
    records: list[Record] = []
    checks: dict[str, Check] = {}
    alarms: list[Alarm] = []
    balancers: dict[str, LoadBalancer] = {}
    readable: set[str] = set()
    for name, stack in stacks.items():
        resources: Json = stack["resource"]
        regions = _regions(stack)
        for _, body in _of(resources, "aws_route53_record"):
            records.append(_record(body, name))
        for address, body in _of(resources, "aws_route53_health_check"):
            checks[address] = _check(body)
        for _, body in _of(resources, "aws_cloudwatch_metric_alarm"):
            alarms.append(_alarm(body, _region(body, regions)))
        for address, body in _of(resources, "aws_lb"):
            balancer = _balancer(f"{name}/{address}", resources, _region(body, regions))
            balancers[balancer.address] = balancer
        for _, body in _of(resources, "aws_s3_bucket_policy"):
            readable |= set(_readable_by_checkers(body))
    return Configuration(tuple(records), checks, tuple(alarms), balancers, frozenset(readable))


def _of(resources: Json, kind: str) -> Iterator[tuple[str, Json]]:
    for name, body in resources.get(kind, {}).items():
        yield f"{kind}.{name}", body


def _regions(stack: Json) -> dict[str, str]:
    """The region of each provider, by what a resource says in `provider`."""
    return {
        f"aws.{provider['alias']}" if "alias" in provider else "aws": provider["region"]
        for provider in stack["provider"]["aws"]
    }


def _region(body: Json, regions: Mapping[str, str]) -> str:
    return regions[body.get("provider", "aws")]


def _known(body: Json, *names: str) -> None:
    """Raises UnknownToTheModelError for an argument that no rule covers."""
    unknown = set(body) - SILENT - set(names)
    if unknown:
        raise UnknownToTheModelError(f"{', '.join(sorted(unknown))} of {body.get('name', body)}")


def reference(text: str) -> str:
    """`aws_lb.load_balancer` of ${aws_lb.load_balancer.dns_name}."""
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise UnknownToTheModelError(f"{text} is no plain reference")
    return found[1]


def _record(body: Json, stack: str) -> Record:
    _known(
        body,
        *("name", "type", "set_identifier", "failover_routing_policy", "health_check_id"),
        *("alias", "records", "ttl"),
    )
    policy: Json = body.get("failover_routing_policy", {})
    check = body.get("health_check_id")
    alias: Json | None = body.get("alias")
    return Record(
        name=body["name"],
        type=body["type"],
        role=policy.get("type"),
        health_check=None if check is None else reference(check),
        alias=None if alias is None else _alias(alias, stack),
        values=tuple(body.get("records", ())),
        ttl=body.get("ttl"),
    )


def _alias(alias: Json, stack: str) -> Alias:
    _known(alias, "name", "evaluate_target_health")
    target: str = alias["name"]
    if target.startswith("${"):
        target = f"{stack}/{reference(target)}"
    return Alias(target, alias["evaluate_target_health"])


def _check(body: Json) -> Check:
    flags = {
        "inverted": body.get("invert_healthcheck", False),
        "disabled": body.get("disabled", False),
    }
    always = ("type", "invert_healthcheck", "disabled")
    match body["type"]:
        case "HTTP" | "HTTPS" | "HTTP_STR_MATCH" | "HTTPS_STR_MATCH" | "TCP":
            _known(
                body,
                *always,
                *("fqdn", "port", "resource_path", "request_interval", "failure_threshold"),
                *("enable_sni", "search_string"),
            )
            return EndpointCheck(
                type=body["type"],
                fqdn=body["fqdn"],
                port=body["port"],
                path=body.get("resource_path", "/"),
                interval=body.get("request_interval", 30),
                threshold=body.get("failure_threshold", 3),
                search_string=body.get("search_string"),
                **flags,
            )
        case "CALCULATED":
            _known(body, *always, "child_healthchecks", "child_health_threshold")
            children = tuple(map(reference, body["child_healthchecks"]))
            return CalculatedCheck(children, body["child_health_threshold"], **flags)
        case "CLOUDWATCH_METRIC":
            _known(
                body,
                *always,
                *("cloudwatch_alarm_name", "cloudwatch_alarm_region"),
                "insufficient_data_health_status",
            )
            return MetricCheck(
                alarm=body["cloudwatch_alarm_name"],
                region=body["cloudwatch_alarm_region"],
                without_data=body.get("insufficient_data_health_status", "LastKnownStatus"),
                **flags,
            )
        case other:
            raise UnknownToTheModelError(f"a health check of type {other}")


def _alarm(body: Json, region: str) -> Alarm:
    _known(
        body,
        *("alarm_name", "alarm_description", "namespace", "metric_name", "dimensions"),
        *("statistic", "period", "evaluation_periods", "comparison_operator", "threshold"),
        "treat_missing_data",
    )
    return Alarm(
        name=body["alarm_name"],
        region=region,
        namespace=body["namespace"],
        metric=body["metric_name"],
        dimensions=tuple(sorted(body["dimensions"].items())),
        statistic=body["statistic"],
        period=body["period"],
        periods=body["evaluation_periods"],
        comparison=body["comparison_operator"],
        threshold=body["threshold"],
    )


def _balancer(address: str, resources: Json, region: str) -> LoadBalancer:
    """With the one target group that its listeners forward to."""
    local = address.partition("/")[2]
    groups = {
        reference(action["target_group_arn"])
        for _, listener in _of(resources, "aws_lb_listener")
        if reference(listener["load_balancer_arn"]) == local
        for action in listener["default_action"]
        if action["type"] == "forward"
    }
    if len(groups) != 1:
        raise UnknownToTheModelError(f"a load balancer that forwards to {sorted(groups)}")
    probe = dict(_of(resources, "aws_lb_target_group"))[groups.pop()]["health_check"]
    return LoadBalancer(
        address=address,
        region=region,
        path=probe["path"],
        interval=probe["interval"],
        timeout=probe["timeout"],
        unhealthy_threshold=probe["unhealthy_threshold"],
        healthy_threshold=probe["healthy_threshold"],
    )


def _readable_by_checkers(body: Json) -> Iterator[str]:
    """Objects that the policy lets anybody of fixed addresses get."""
    for statement in json.loads(body["policy"])["Statement"]:
        allows = statement["Effect"] == "Allow" and statement["Action"] == "s3:GetObject"
        if allows and statement["Principal"] == "*" and "IpAddress" in statement["Condition"]:
            yield statement["Resource"].removeprefix("arn:aws:s3:::")
