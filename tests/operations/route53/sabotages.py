"""Ways to break what is emitted, each with what is then wrong; those of the way to the load
balancers, and of IPv6, have a file of their own.

Whoever wants to know whether a check of the deployment would notice, breaks it with these."""

import json
from typing import Any

from tests.operations.route53.breaking import (
    ENDPOINT,
    IN_SERVICE,
    METRIC,
    OBJECT,
    PRIMARY,
    SECONDARY,
    STANDBY,
    VARIANT,
    Apply,
    Sabotage,
    Stacks,
    ask_targets,
    change,
    changes,
    check,
    checks,
    drop,
    ipv6,
    of,
    of_both_types,
    record,
    records,
    resources,
    swap,
)
from tests.operations.route53.sabotages_front import FRONT


def _regional_name_asks_nothing(stacks: Stacks) -> None:
    regional = resources(stacks, "dr", "aws_route53_record")
    for name in ("regional_name", ipv6("regional_name")):
        change(regional[name]["alias"], evaluate_target_health=False)


def _point(check: str, other: str | None) -> Apply:
    """At another check's name, or at the failover name."""

    def apply(stacks: Stacks) -> None:
        name = records(stacks)[PRIMARY]["name"]
        checks(stacks)[check]["fqdn"] = name if other is None else checks(stacks)[other]["fqdn"]

    return apply


def _alarm(**changed: Any) -> Apply:
    return changes("dr", "aws_cloudwatch_metric_alarm", ALARM, **changed)


def _alarm_in_the_primarys_region(stacks: Stacks) -> None:
    alarm = resources(stacks, "dr", "aws_cloudwatch_metric_alarm").pop(ALARM)
    stacks["primary"]["resource"].setdefault("aws_cloudwatch_metric_alarm", {})[ALARM] = alarm


def _object_asked_in_the_primarys_region(stacks: Stacks) -> None:
    check = checks(stacks)[OBJECT]
    check["fqdn"] = check["fqdn"].replace("us-east-1", "ap-south-1")


def _policy(stacks: Stacks) -> dict[str, Any]:
    return resources(stacks, "bootstrap", "aws_s3_bucket_policy")["switch_policy"]


def _policy_without_checkers(stacks: Stacks) -> None:
    body = _policy(stacks)
    policy = json.loads(body["policy"])
    policy["Statement"] = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
    body["policy"] = json.dumps(policy)


def _policy_for_another_object(stacks: Stacks) -> None:
    body = _policy(stacks)
    assert "/failed-over" in body["policy"]
    body["policy"] = body["policy"].replace("/failed-over", "/cleared")


def _encrypted_with_kms(stacks: Stacks) -> None:
    kind = "aws_s3_bucket_server_side_encryption_configuration"
    default = {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/failover"}
    stacks["bootstrap"]["resource"].setdefault(kind, {})["switch_encryption"] = {
        "bucket": _policy(stacks)["bucket"],
        "rule": [{"apply_server_side_encryption_by_default": default}],
    }


def _standby_empty(stacks: Stacks) -> None:
    group = resources(stacks, "dr", "aws_autoscaling_group")["auto_scaling_group"]
    change(group, min_size=0, desired_capacity=0)


def _slow_target_probes(stacks: Stacks) -> None:
    group = resources(stacks, "dr", "aws_lb_target_group")["target_group"]
    change(group["health_check"], interval=30, healthy_threshold=5)


def _weighted(stacks: Stacks) -> None:
    body = records(stacks)[PRIMARY]
    del body["failover_routing_policy"]
    body["weighted_routing_policy"] = {"weight": 100}


def _another_name(stacks: Stacks) -> None:
    for name in (PRIMARY, SECONDARY):
        for body in of_both_types(stacks, name):
            change(body, name="other.awspractice.space")


ALARM = "switch_alarm"

SABOTAGES = (
    # The failover records.
    Sabotage("the domain's records under another name", _another_name),
    Sabotage("PRIMARY and SECONDARY swapped", swap("failover_routing_policy")),
    Sabotage("the records' health checks swapped", swap("health_check_id")),
    Sabotage("the records' targets swapped", swap("alias")),
    Sabotage("the primary's record without a check", drop(PRIMARY, "health_check_id")),
    Sabotage("the standby's record without a check", drop(SECONDARY, "health_check_id")),
    Sabotage("the standby's targets not asked", ask_targets(SECONDARY, ask=False)),
    Sabotage("the standby's regional name asks no targets", _regional_name_asks_nothing),
    Sabotage("the primary's targets asked beside a switch", ask_targets(PRIMARY, ask=True)),
    Sabotage("the switch left out", record(PRIMARY, health_check_id=of(ENDPOINT))),
    Sabotage("weighted in place of failover", _weighted),
    Sabotage("a CNAME remembered for an hour", record(PRIMARY, ttl=3600), (*VARIANT[:2], "cname")),
    Sabotage(
        "no switch: the primary's targets not asked",
        ask_targets(PRIMARY, ask=False),
        ("hot", "automatic", "alias"),
    ),
    # The endpoints' checks.
    Sabotage("the primary's check inverted", check(ENDPOINT, invert_healthcheck=True)),
    Sabotage("the standby's check inverted", check(STANDBY, invert_healthcheck=True)),
    Sabotage("the primary's check disabled", check(ENDPOINT, disabled=True)),
    Sabotage("the primary's check asks the failover name", _point(ENDPOINT, None)),
    Sabotage("the primary's check asks the standby", _point(ENDPOINT, STANDBY)),
    Sabotage("the standby's check asks the primary", _point(STANDBY, ENDPOINT)),
    Sabotage("the primary's check asks a port nobody listens on", check(ENDPOINT, port=8080)),
    Sabotage("the primary's check each 30 s", check(ENDPOINT, request_interval=30)),
    Sabotage("the primary's check fails after 10", check(ENDPOINT, failure_threshold=10)),
    # The switch.
    Sabotage("one healthy check of three suffices", check(IN_SERVICE, child_health_threshold=1)),
    Sabotage("two healthy checks of three suffice", check(IN_SERVICE, child_health_threshold=2)),
    Sabotage("no healthy check suffices", check(IN_SERVICE, child_health_threshold=0)),
    Sabotage("four healthy checks of three wanted", check(IN_SERVICE, child_health_threshold=4)),
    Sabotage(
        "the metric is not asked",
        check(IN_SERVICE, child_healthchecks=[of(ENDPOINT), of(OBJECT)], child_health_threshold=2),
    ),
    Sabotage(
        "the object is not asked",
        check(IN_SERVICE, child_healthchecks=[of(ENDPOINT), of(METRIC)], child_health_threshold=2),
    ),
    Sabotage("the object's check not inverted", check(OBJECT, invert_healthcheck=False)),
    Sabotage("another object is asked", check(OBJECT, resource_path="/failed_over")),
    Sabotage("the object is asked in the wrong region", _object_asked_in_the_primarys_region),
    Sabotage("the object is asked without TLS", check(OBJECT, type="HTTP", port=80)),
    Sabotage("the object is noticed after 10 probes", check(OBJECT, failure_threshold=10)),
    Sabotage("checkers may not read the bucket", _policy_without_checkers),
    Sabotage("checkers may read another object", _policy_for_another_object),
    Sabotage("the object's bucket encrypted with a key of KMS", _encrypted_with_kms),
    Sabotage("the metric's check inverted", check(METRIC, invert_healthcheck=True)),
    Sabotage(
        "without data the switch is clear",
        check(METRIC, insufficient_data_health_status="Healthy"),
    ),
    Sabotage(
        "without data the switch is set",
        check(METRIC, insufficient_data_health_status="Unhealthy"),
    ),
    Sabotage(
        "the metric's alarm looked for elsewhere",
        check(METRIC, cloudwatch_alarm_region="ap-south-1"),
    ),
    Sabotage("the alarm in the primary's region", _alarm_in_the_primarys_region),
    Sabotage("the alarm renamed", _alarm(alarm_name="renamed")),
    Sabotage("the alarm on another metric", _alarm(metric_name="Set")),
    Sabotage("the alarm of another deployment", _alarm(dimensions={"Deployment": "other"})),
    Sabotage("the alarm compares the other way", _alarm(comparison_operator="LessThanThreshold")),
    Sabotage("the alarm wants two", _alarm(threshold=2)),
    Sabotage("the alarm of high resolution", _alarm(period=10)),
    # What the control asks, and the standby.
    Sabotage(
        "the control hears of the standby's check",
        record("primary_health_healthy", health_check_id=of(STANDBY)),
    ),
    Sabotage(
        "the control hears that all is well",
        drop("primary_health_healthy", "health_check_id"),
    ),
    Sabotage(
        "the operator hears of the endpoint alone",
        record("primary_in_service_healthy", health_check_id=of(ENDPOINT)),
    ),
    Sabotage(
        "a pilot light's check each 30 s",
        check(STANDBY, request_interval=30),
        ("pilot_light", "manual", "alias"),
    ),
    Sabotage("a hot standby of no instances", _standby_empty),
    Sabotage(
        "a pilot light's targets found late",
        _slow_target_probes,
        ("pilot_light", "manual", "alias"),
    ),
    Sabotage(
        "the control's name remembered for 5 minutes",
        record("primary_health_healthy", ttl=300),
        ("pilot_light", "manual", "alias"),
    ),
    *FRONT,
)
