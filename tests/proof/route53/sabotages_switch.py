"""Ways to break the switch: its checks, the objects they read, and the order of an apply."""

import json
from collections.abc import Iterator
from typing import Any

from tests.proof.route53.breaking import (
    ENDPOINT,
    HERE,
    IN_SERVICE,
    PRIMARY,
    SECONDARY,
    STANDBY,
    THERE,
    VARIANT,
    ModelSabotage,
    check,
    checks,
    drop,
    ipv6,
    of,
    record,
    records,
)
from tests.sabotage import Edit, Stacks, change, gone, resources

Json = dict[str, Any]
CHECK = "aws_route53_health_check"
# The switch's places by what they are called: the check, its bucket and its region.
PLACES = {
    "the standby's": (HERE, "awspractice-space-state-dr-switch", "us-east-1"),
    "the third region's": (THERE, "awspractice-space-state-global-switch", "us-west-2"),
}
ONE_PLACE, ROUTING_CONTROL = (*VARIANT, "one place"), (*VARIANT, "routing control")
CONTROL = "routing_control_check"
SHOP = "primary_record_shop_awspractice_space"


def _obeys(*children: str) -> Edit:
    """Gives the calculated check exactly these children."""
    return check(
        IN_SERVICE,
        child_healthchecks=[of(child) for child in children],
        child_health_threshold=len(children),
    )


def _host(name: str, old: str, new: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        found = checks(stacks)[name]
        change(found, fqdn=found["fqdn"].replace(old, new))

    return apply


def _bucket(stacks: Stacks, name: str) -> str:
    """A bucket's address by its name."""
    buckets = resources(stacks, "bootstrap", "aws_s3_bucket")
    (found,) = (place for place, body in buckets.items() if body["bucket"] == name)
    return found


def _policy_of(stacks: Stacks, name: str) -> Json:
    reference = f"${{aws_s3_bucket.{_bucket(stacks, name)}."
    policies = resources(stacks, "bootstrap", "aws_s3_bucket_policy").values()
    (found,) = (body for body in policies if body["bucket"].startswith(reference))
    return found


def _without_the_checkers(bucket: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        body = _policy_of(stacks, bucket)
        policy = json.loads(body["policy"])
        policy["Statement"] = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
        body["policy"] = json.dumps(policy)

    return apply


def _with_some_checkers_alone(bucket: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        body = _policy_of(stacks, bucket)
        policy = json.loads(body["policy"])
        (allowed,) = (one for one in policy["Statement"] if one["Effect"] == "Allow")
        del allowed["Condition"]["IpAddress"]["aws:SourceIp"][:5]
        body["policy"] = json.dumps(policy)

    return apply


def _for_another(bucket: str, old: str, new: str) -> Edit:
    """Makes a policy let checkers read something else."""

    def apply(stacks: Stacks) -> None:
        body = _policy_of(stacks, bucket)
        change(body, policy=body["policy"].replace(old, new))

    return apply


def _encrypted_with_kms(bucket: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        kind = "aws_s3_bucket_server_side_encryption_configuration"
        default = {"sse_algorithm": "aws:kms", "kms_master_key_id": "alias/failover"}
        stacks["bootstrap"]["resource"].setdefault(kind, {})["sabotage"] = {
            "bucket": _policy_of(stacks, bucket)["bucket"],
            "rule": [{"apply_server_side_encryption_by_default": default}],
        }

    return apply


def _made_elsewhere(bucket: str) -> Edit:
    """Creates the bucket in the primary's region."""

    def apply(stacks: Stacks) -> None:
        providers = stacks["bootstrap"]["provider"]["aws"]
        (primarys,) = (one for one in providers if one["region"] == "ap-south-1")
        body = resources(stacks, "bootstrap", "aws_s3_bucket")[_bucket(stacks, bucket)]
        body["provider"] = f"aws.{primarys['alias']}" if "alias" in primarys else "aws"

    return apply


def _of_each_place() -> Iterator[ModelSabotage]:
    for whose, (name, bucket, region) in PLACES.items():
        for what, apply in {
            "check not inverted": check(name, invert_healthcheck=False),
            "check disabled": check(name, disabled=True),
            "check asks for another key": check(name, resource_path="/failed_over"),
            "check asks when it was cleared": check(name, resource_path="/cleared"),
            "check asks the primary's region": _host(name, region, "ap-south-1"),
            "check asks S3's global name": _host(name, f"s3.{region}", "s3"),
            "check is without TLS": check(name, type="HTTP", port=80),
            "check notices after 10 probes": check(name, failure_threshold=10),
            "check asks each 30 s": check(name, request_interval=30),
            "bucket lets no checkers in": _without_the_checkers(bucket),
            "bucket lets some checkers in alone": _with_some_checkers_alone(bucket),
            "bucket lets them read another object": _for_another(
                bucket, "/failed-over", "/cleared"
            ),
            "bucket lets them read another bucket": _for_another(bucket, bucket, "another"),
            "bucket encrypted with a key of KMS": _encrypted_with_kms(bucket),
            "bucket in the primary's region": _made_elsewhere(bucket),
        }.items():
            yield ModelSabotage(f"{whose} {what}", apply)


def _asks_the_other_bucket(stacks: Stacks) -> None:
    change(checks(stacks)[THERE], fqdn=checks(stacks)[HERE]["fqdn"])


def _a_metric_instead(stacks: Stacks) -> None:
    checks(stacks)[THERE] = {
        "type": "CLOUDWATCH_METRIC",
        "cloudwatch_alarm_name": "awspractice-failover-switch",
        "cloudwatch_alarm_region": "us-east-1",
        "insufficient_data_health_status": "LastKnownStatus",
    }


def _before(first: str, second: str) -> Edit:
    """Reverses a dependency."""

    def apply(stacks: Stacks) -> None:
        found = records(stacks)
        del found[second]["depends_on"]
        found[first]["depends_on"] = [f"aws_route53_record.{second}"]

    return apply


def _without_dependency(*names: str) -> Edit:
    def apply(stacks: Stacks) -> None:
        for name in names:
            del records(stacks)[name]["depends_on"]

    return apply


CHECKS = (
    ModelSabotage(
        "one healthy check of three suffices", check(IN_SERVICE, child_health_threshold=1)
    ),
    ModelSabotage(
        "two healthy checks of three suffice", check(IN_SERVICE, child_health_threshold=2)
    ),
    ModelSabotage("no healthy check suffices", check(IN_SERVICE, child_health_threshold=0)),
    ModelSabotage(
        "four healthy checks of three wanted", check(IN_SERVICE, child_health_threshold=4)
    ),
    ModelSabotage("all checks together inverted", check(IN_SERVICE, invert_healthcheck=True)),
    ModelSabotage("all checks together disabled", check(IN_SERVICE, disabled=True)),
    ModelSabotage("the standby's object not asked", _obeys(ENDPOINT, THERE)),
    ModelSabotage("the third region's object not asked", _obeys(ENDPOINT, HERE)),
    ModelSabotage("the endpoint not asked beside the switch", _obeys(HERE, THERE)),
    ModelSabotage("the standby obeyed beside the switch", _obeys(ENDPOINT, HERE, THERE, STANDBY)),
    ModelSabotage("the standby's object asked twice", _obeys(ENDPOINT, HERE, HERE)),
    ModelSabotage("the third region's check gone", gone("global", f"{CHECK}.{THERE}")),
    ModelSabotage("both checks ask the standby's bucket", _asks_the_other_bucket),
    ModelSabotage("a metric in place of an object", _a_metric_instead),
    ModelSabotage("one place: its object not asked", _obeys(ENDPOINT), ONE_PLACE),
    ModelSabotage(
        "one place: either check suffices", check(IN_SERVICE, child_health_threshold=1), ONE_PLACE
    ),
    ModelSabotage("one place: not inverted", check(HERE, invert_healthcheck=False), ONE_PLACE),
    ModelSabotage("a second name without a check", drop(SHOP, "health_check_id"), ONE_PLACE),
    ModelSabotage(
        "a second name beside the switch", record(SHOP, health_check_id=of(ENDPOINT)), ONE_PLACE
    ),
    ModelSabotage("the routing control not asked", _obeys(ENDPOINT), ROUTING_CONTROL),
    ModelSabotage(
        "the routing control inverted", check(CONTROL, invert_healthcheck=True), ROUTING_CONTROL
    ),
    ModelSabotage("the routing control disabled", check(CONTROL, disabled=True), ROUTING_CONTROL),
    ModelSabotage(
        "another routing control",
        check(CONTROL, routing_control_arn="arn:aws:route53-recovery-control::111122223333:other"),
        ROUTING_CONTROL,
    ),
    ModelSabotage(
        "the routing control or the endpoint",
        check(IN_SERVICE, child_health_threshold=1),
        ROUTING_CONTROL,
    ),
)
ORDER = (
    ModelSabotage("SECONDARY before PRIMARY: the domain", drop(SECONDARY, "depends_on")),
    ModelSabotage("SECONDARY before PRIMARY: AAAA alone", _without_dependency(ipv6(SECONDARY))),
    ModelSabotage(
        "SECONDARY before PRIMARY: a CNAME", drop(SECONDARY, "depends_on"), (*VARIANT[:2], "cname")
    ),
    ModelSabotage(
        "SECONDARY before PRIMARY: the primary's health",
        _without_dependency("primary_health_unhealthy"),
    ),
    ModelSabotage(
        "SECONDARY before PRIMARY: the standby's health",
        _without_dependency("standby_health_unhealthy"),
    ),
    ModelSabotage(
        "SECONDARY before PRIMARY: in service",
        _without_dependency("primary_in_service_unhealthy"),
    ),
    ModelSabotage("PRIMARY waits for SECONDARY", _before(PRIMARY, SECONDARY)),
    ModelSabotage(
        "automatic failback: SECONDARY before PRIMARY",
        drop(SECONDARY, "depends_on"),
        ("hot", "automatic", "alias"),
    ),
)
SWITCH = (*CHECKS, *_of_each_place(), *ORDER)
