"""Reads the configuration from the emitted stacks."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from operations.route53.configuration import (
    Alarm,
    Alias,
    CalculatedCheck,
    Check,
    Configuration,
    LoadBalancer,
    Record,
)
from operations.route53.errors import UnknownToTheModelError
from operations.route53.reading_checks import read_alarm, read_check
from operations.route53.terraform_json import (
    Json,
    known,
    of_type,
    one_of,
    reference,
    region_of,
    regions_of,
)

# What answers in place of a target group, or of the one that a listener names.
UNREAD = ("aws_lb_listener_rule", "aws_alb", "aws_alb_listener", "aws_alb_listener_rule")


def read_configuration(folder: Path) -> Configuration:
    """The configuration that the stacks in `folder`/stacks/*/cdk.tf.json emit."""
    stacks = {
        path.parent.name: json.loads(path.read_text())
        for path in sorted(folder.glob("stacks/*/cdk.tf.json"))
    }
    return configuration(stacks)


def configuration(stacks: Mapping[str, Json]) -> Configuration:
    """The same of stacks by name. Raises UnknownToTheModelError."""
    try:
        found = _configuration(stacks)
    except KeyError as missing:
        raise UnknownToTheModelError(f"what is emitted has no {missing}") from missing
    _refer_to_what_is_there(found)
    return found


def _configuration(stacks: Mapping[str, Json]) -> Configuration:
    records: list[Record] = []
    checks: dict[str, Check] = {}
    alarms: list[Alarm] = []
    balancers: dict[str, LoadBalancer] = {}
    readable: set[str] = set()
    buckets: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, stack in stacks.items():
        resources: Json = stack["resource"]
        regions = regions_of(stack)
        if any(resources.get(kind) for kind in UNREAD):
            raise UnknownToTheModelError(f"one of {UNREAD} in {name}")
        records += [_record(body, name) for _, body in of_type(resources, "aws_route53_record")]
        for address, body in of_type(resources, "aws_route53_health_check"):
            if address in checks:
                raise UnknownToTheModelError(f"{address} of two stacks")
            checks[address] = read_check(body)
        for _, body in of_type(resources, "aws_cloudwatch_metric_alarm"):
            alarms.append(read_alarm(body, region_of(body, regions)))
        for address, body in of_type(resources, "aws_lb"):
            balancer = _balancer(f"{name}/{address}", body, resources, region_of(body, regions))
            balancers[balancer.address] = balancer
        for _, body in of_type(resources, "aws_s3_bucket"):
            buckets[body["bucket"]] = region_of(body, regions)
        for _, body in of_type(resources, "aws_autoscaling_group"):
            sizes[region_of(body, regions)] = body["desired_capacity"]
        for _, body in of_type(resources, "aws_s3_bucket_policy"):
            readable |= set(_readable_by_checkers(body))
    return Configuration(
        tuple(records), checks, tuple(alarms), balancers, frozenset(readable), buckets, sizes
    )


def _refer_to_what_is_there(found: Configuration) -> None:
    referred = {record.health_check for record in found.records} - {None}
    for check in found.checks.values():
        if isinstance(check, CalculatedCheck):
            referred |= set(check.children)
    if not referred <= set(found.checks):
        raise UnknownToTheModelError(f"health checks {referred - set(found.checks)}")


def _record(body: Json, stack: str) -> Record:
    known(
        body,
        *("name", "type", "set_identifier", "failover_routing_policy", "health_check_id"),
        *("alias", "records", "ttl"),
    )
    policy: Json = body.get("failover_routing_policy", {})
    check = body.get("health_check_id")
    alias: Json | None = body.get("alias")
    role = policy.get("type")
    return Record(
        name=body["name"],
        type=body["type"],
        role=one_of(role, ("PRIMARY", "SECONDARY"), "the role") if policy else None,
        health_check=None if check is None else reference(check),
        alias=None if alias is None else _alias(alias, stack),
        values=tuple(body.get("records", ())),
        ttl=body.get("ttl"),
    )


def _alias(alias: Json, stack: str) -> Alias:
    known(alias, "name", "evaluate_target_health")
    target: str = alias["name"]
    if target.startswith("${"):
        target = f"{stack}/{reference(target)}"
    return Alias(target, alias["evaluate_target_health"])


def _balancer(address: str, body: Json, resources: Json, region: str) -> LoadBalancer:
    """With the one target group that its listeners forward to: of several, all must be healthy, and
    a redirect would be healthy by itself."""
    one_of(body.get("load_balancer_type", "application"), ("application",), "a load balancer of")
    one_of(body.get("internal", False), (False,), "a load balancer that is internal:")
    listeners = [
        listener
        for _, listener in of_type(resources, "aws_lb_listener")
        if reference(listener["load_balancer_arn"]) == address.partition("/")[2]
    ]
    actions = [action for listener in listeners for action in listener["default_action"]]
    for action in actions:
        known(action, "type", "target_group_arn")
        one_of(action["type"], ("forward",), "a listener that answers by")
    groups = {reference(action["target_group_arn"]) for action in actions}
    if len(groups) != 1:
        raise UnknownToTheModelError(f"a load balancer that forwards to {sorted(groups)}")
    group = dict(of_type(resources, "aws_lb_target_group"))[groups.pop()]
    if "target_group_health" in group:
        raise UnknownToTheModelError("thresholds of a target group's health")
    probe = group["health_check"]
    return LoadBalancer(
        address=address,
        region=region,
        path=probe["path"],
        interval=probe["interval"],
        timeout=probe["timeout"],
        unhealthy_threshold=probe["unhealthy_threshold"],
        healthy_threshold=probe["healthy_threshold"],
        ports=frozenset(listener["port"] for listener in listeners),
    )


def _readable_by_checkers(body: Json) -> Iterator[str]:
    """Objects that the policy lets the checkers get over TLS: an Allow for anybody of fixed
    addresses, taken for the checkers', and no Deny but of what is not TLS.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    statements: list[dict[str, Any]] = json.loads(body["policy"])["Statement"]
    for statement in statements:
        condition = statement.get("Condition", {})
        if statement["Effect"] == "Deny":
            if condition != {"Bool": {"aws:SecureTransport": "false"}}:
                raise UnknownToTheModelError(f"a bucket policy that denies {statement['Action']}")
        elif (statement["Action"], statement["Principal"]) == ("s3:GetObject", "*"):
            known(condition, "IpAddress")
            if condition["IpAddress"]["aws:SourceIp"]:
                yield statement["Resource"].removeprefix("arn:aws:s3:::")
