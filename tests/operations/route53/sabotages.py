"""Ways to break what is emitted, each with what is then wrong. They edit stacks by name, in place.

Whoever wants to know whether a check of the deployment would notice, breaks it with these."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Stacks = dict[str, Any]
VARIANT = ("hot", "manual", "alias")


@dataclass(frozen=True)
class Sabotage:
    """What is broken, how, and in which variant: strategy, failback and record."""

    name: str
    apply: Callable[[Stacks], None]
    variant: tuple[str, str, str] = VARIANT


def _checks(stacks: Stacks) -> dict[str, Any]:
    return stacks["global"]["resource"]["aws_route53_health_check"]


def _records(stacks: Stacks) -> dict[str, Any]:
    return stacks["global"]["resource"]["aws_route53_record"]


def _of(check: str) -> str:
    return f"${{aws_route53_health_check.{check}.id}}"


def _set(kind: Callable[[Stacks], Any], name: str, **changes: Any) -> Callable[[Stacks], None]:
    def apply(stacks: Stacks) -> None:
        body = kind(stacks)[name]
        assert body != {**body, **changes}, "the sabotage changes nothing"
        body |= changes

    return apply


def _check(name: str, **changes: Any) -> Callable[[Stacks], None]:
    return _set(_checks, name, **changes)


def _record(name: str, **changes: Any) -> Callable[[Stacks], None]:
    return _set(_records, name, **changes)


def _alarm(**changes: Any) -> Callable[[Stacks], None]:
    return _set(_switch_alarm, "switch_alarm", **changes)


def _drop(kind: Callable[[Stacks], Any], name: str, field: str) -> Callable[[Stacks], None]:
    def apply(stacks: Stacks) -> None:
        del kind(stacks)[name][field]

    return apply


def _swap(field: str) -> Callable[[Stacks], None]:
    def apply(stacks: Stacks) -> None:
        one, other = _records(stacks)["primary_record"], _records(stacks)["secondary_record"]
        one[field], other[field] = other[field], one[field]

    return apply


def _ask_targets(record: str, *, ask: bool) -> Callable[[Stacks], None]:
    def apply(stacks: Stacks) -> None:
        alias = _records(stacks)[record]["alias"]
        assert alias["evaluate_target_health"] is not ask
        alias["evaluate_target_health"] = ask

    return apply


def _regional_name_asks_nothing(stacks: Stacks) -> None:
    alias = stacks["dr"]["resource"]["aws_route53_record"]["regional_name"]["alias"]
    assert alias["evaluate_target_health"]
    alias["evaluate_target_health"] = False


def _point(check: str, other: str | None) -> Callable[[Stacks], None]:
    """At another check's name, or at the failover name."""

    def apply(stacks: Stacks) -> None:
        name = _records(stacks)["primary_record"]["name"]
        _checks(stacks)[check]["fqdn"] = name if other is None else _checks(stacks)[other]["fqdn"]

    return apply


def _switch_alarm(stacks: Stacks) -> dict[str, Any]:
    return stacks["dr"]["resource"]["aws_cloudwatch_metric_alarm"]


def _alarm_in_the_primarys_region(stacks: Stacks) -> None:
    alarm = _switch_alarm(stacks).pop("switch_alarm")
    alarms = stacks["primary"]["resource"].setdefault("aws_cloudwatch_metric_alarm", {})
    alarms["switch_alarm"] = alarm


def _object_asked_in_the_primarys_region(stacks: Stacks) -> None:
    check = _checks(stacks)["switch_object_check"]
    check["fqdn"] = check["fqdn"].replace("us-east-1", "ap-south-1")


def _policy_without_checkers(stacks: Stacks) -> None:
    body = stacks["bootstrap"]["resource"]["aws_s3_bucket_policy"]["switch_policy"]
    policy = json.loads(body["policy"])
    policy["Statement"] = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
    body["policy"] = json.dumps(policy)


def _policy_for_another_object(stacks: Stacks) -> None:
    body = stacks["bootstrap"]["resource"]["aws_s3_bucket_policy"]["switch_policy"]
    assert "/failed-over" in body["policy"]
    body["policy"] = body["policy"].replace("/failed-over", "/cleared")


def _standby_empty(stacks: Stacks) -> None:
    group = stacks["dr"]["resource"]["aws_autoscaling_group"]["auto_scaling_group"]
    group |= {"min_size": 0, "desired_capacity": 0}


def _slow_target_probes(stacks: Stacks) -> None:
    group = stacks["dr"]["resource"]["aws_lb_target_group"]["target_group"]
    group["health_check"] |= {"interval": 30, "healthy_threshold": 5}


def _listener_redirects(stacks: Stacks) -> None:
    listener = stacks["primary"]["resource"]["aws_lb_listener"]["http_listener"]
    listener["default_action"] = [{"type": "redirect", "redirect": {"status_code": "HTTP_301"}}]


def _weighted(stacks: Stacks) -> None:
    record = _records(stacks)["primary_record"]
    del record["failover_routing_policy"]
    record["weighted_routing_policy"] = {"weight": 100}


def _aaaa_outside_the_failover(stacks: Stacks) -> None:
    records = _records(stacks)
    primary = records["primary_record"]
    regional = stacks["primary"]["resource"]["aws_route53_record"]
    regional["six"] = regional["regional_name"] | {"type": "AAAA"}
    records["six"] = {"name": primary["name"], "type": "AAAA", "alias": primary["alias"]}


def _another_name(stacks: Stacks) -> None:
    for record in ("primary_record", "secondary_record"):
        _records(stacks)[record]["name"] = "other.awspractice.space"


PRIMARY, SECONDARY = "primary_record", "secondary_record"
ENDPOINT, STANDBY = "primary_health_check", "standby_health_check"
IN_SERVICE, OBJECT, METRIC = "primary_in_service", "switch_object_check", "switch_metric_check"

SABOTAGES = (
    # The failover records.
    Sabotage("the domain's records under another name", _another_name),
    Sabotage("PRIMARY and SECONDARY swapped", _swap("failover_routing_policy")),
    Sabotage("the records' health checks swapped", _swap("health_check_id")),
    Sabotage("the records' targets swapped", _swap("alias")),
    Sabotage("the primary's record without a check", _drop(_records, PRIMARY, "health_check_id")),
    Sabotage("the standby's record without a check", _drop(_records, SECONDARY, "health_check_id")),
    Sabotage("the standby's targets not asked", _ask_targets(SECONDARY, ask=False)),
    Sabotage("the standby's regional name asks no targets", _regional_name_asks_nothing),
    Sabotage("the primary's targets asked beside a switch", _ask_targets(PRIMARY, ask=True)),
    Sabotage("the switch left out", _record(PRIMARY, health_check_id=_of(ENDPOINT))),
    Sabotage("weighted in place of failover", _weighted),
    Sabotage("an AAAA record outside the failover", _aaaa_outside_the_failover),
    Sabotage("a CNAME remembered for an hour", _record(PRIMARY, ttl=3600), (*VARIANT[:2], "cname")),
    Sabotage(
        "no switch: the primary's targets not asked",
        _ask_targets(PRIMARY, ask=False),
        ("hot", "automatic", "alias"),
    ),
    # The endpoints' checks.
    Sabotage("the primary's check inverted", _check(ENDPOINT, invert_healthcheck=True)),
    Sabotage("the standby's check inverted", _check(STANDBY, invert_healthcheck=True)),
    Sabotage("the primary's check disabled", _check(ENDPOINT, disabled=True)),
    Sabotage("the primary's check asks the failover name", _point(ENDPOINT, None)),
    Sabotage("the primary's check asks the standby", _point(ENDPOINT, STANDBY)),
    Sabotage("the standby's check asks the primary", _point(STANDBY, ENDPOINT)),
    Sabotage("the primary's check asks a port nobody listens on", _check(ENDPOINT, port=8080)),
    Sabotage("the primary answers with a redirect", _listener_redirects),
    Sabotage("the primary's check each 30 s", _check(ENDPOINT, request_interval=30)),
    Sabotage("the primary's check fails after 10", _check(ENDPOINT, failure_threshold=10)),
    # The switch.
    Sabotage("one healthy check of three suffices", _check(IN_SERVICE, child_health_threshold=1)),
    Sabotage("two healthy checks of three suffice", _check(IN_SERVICE, child_health_threshold=2)),
    Sabotage("no healthy check suffices", _check(IN_SERVICE, child_health_threshold=0)),
    Sabotage("four healthy checks of three wanted", _check(IN_SERVICE, child_health_threshold=4)),
    Sabotage(
        "the metric is not asked",
        _check(
            IN_SERVICE, child_healthchecks=[_of(ENDPOINT), _of(OBJECT)], child_health_threshold=2
        ),
    ),
    Sabotage(
        "the object is not asked",
        _check(
            IN_SERVICE, child_healthchecks=[_of(ENDPOINT), _of(METRIC)], child_health_threshold=2
        ),
    ),
    Sabotage("the object's check not inverted", _check(OBJECT, invert_healthcheck=False)),
    Sabotage("another object is asked", _check(OBJECT, resource_path="/failed_over")),
    Sabotage("the object is asked in the wrong region", _object_asked_in_the_primarys_region),
    Sabotage("the object is asked without TLS", _check(OBJECT, type="HTTP", port=80)),
    Sabotage("the object is noticed after 10 probes", _check(OBJECT, failure_threshold=10)),
    Sabotage("checkers may not read the bucket", _policy_without_checkers),
    Sabotage("checkers may read another object", _policy_for_another_object),
    Sabotage("the metric's check inverted", _check(METRIC, invert_healthcheck=True)),
    Sabotage(
        "without data the switch is clear",
        _check(METRIC, insufficient_data_health_status="Healthy"),
    ),
    Sabotage(
        "without data the switch is set",
        _check(METRIC, insufficient_data_health_status="Unhealthy"),
    ),
    Sabotage(
        "the metric's alarm looked for elsewhere",
        _check(METRIC, cloudwatch_alarm_region="ap-south-1"),
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
        _record("primary_health_healthy", health_check_id=_of(STANDBY)),
    ),
    Sabotage(
        "the control hears that all is well",
        _drop(_records, "primary_health_healthy", "health_check_id"),
    ),
    Sabotage(
        "the operator hears of the endpoint alone",
        _record("primary_in_service_healthy", health_check_id=_of(ENDPOINT)),
    ),
    Sabotage(
        "a pilot light's check each 30 s",
        _check(STANDBY, request_interval=30),
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
        _record("primary_health_healthy", ttl=300),
        ("pilot_light", "manual", "alias"),
    ),
)
