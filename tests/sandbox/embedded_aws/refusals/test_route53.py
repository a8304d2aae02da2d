"""What Route 53 refuses: health checks, their tags, query logs."""

import json
from typing import Any

import pytest

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import Service, unique

INPUT = "InvalidInput"
HTTPS = {"Type": "HTTPS", "FullyQualifiedDomainName": "www.example.com", "Port": 443}


@pytest.fixture(scope="module")
def route53(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "route53")


def check(route53: Service, **config: Any) -> str:
    asked = {"CallerReference": unique(), "HealthCheckConfig": {**HTTPS, **config}}
    return route53.ok("create_health_check", **asked)["HealthCheck"]["Id"]


@pytest.fixture(scope="module")
def child(route53: Service) -> str:
    return check(route53)


@pytest.mark.parametrize(
    ("said", "config"),
    [
        ("RequestInterval: 20", {**HTTPS, "RequestInterval": 20}),
        ("SearchString", {**HTTPS, "SearchString": "ok"}),
        ("SearchString", {**HTTPS, "Type": "HTTPS_STR_MATCH"}),
        ("ResourcePath", {**HTTPS, "Type": "TCP", "ResourcePath": "/"}),
        ("ResourcePath", {**HTTPS, "ResourcePath": "/a b"}),
        ("FullyQualifiedDomainName", {"Type": "HTTPS", "Port": 443}),
        ("FullyQualifiedDomainName", {**HTTPS, "FullyQualifiedDomainName": "www..example"}),
        ("IPAddress: 10.0.0.1", {"Type": "TCP", "Port": 443, "IPAddress": "10.0.0.1"}),
        ("HealthThreshold", {"Type": "CALCULATED", "ChildHealthChecks": []}),
        ("AlarmIdentifier", {"Type": "CLOUDWATCH_METRIC"}),
        ("RoutingControlArn", {"Type": "RECOVERY_CONTROL"}),
        ("ChildHealthChecks", {**HTTPS, "ChildHealthChecks": ["x"]}),
    ],
)
def test_checks_are_possible(route53: Service, said: str, config: dict[str, Any]) -> None:
    route53.refused(
        "create_health_check", INPUT, said, CallerReference=unique(), HealthCheckConfig=config
    )


def test_good_checks(route53: Service, child: str) -> None:
    for config in (
        {"RequestInterval": 10, "ResourcePath": "/", "EnableSNI": True, "Inverted": True},
        {"Type": "HTTPS_STR_MATCH", "SearchString": "ok"},
    ):
        check(route53, **config)
    calculated = {"Type": "CALCULATED", "ChildHealthChecks": [child], "HealthThreshold": 1}
    route53.ok("create_health_check", CallerReference=unique(), HealthCheckConfig=calculated)


def test_children(route53: Service, child: str) -> None:
    def asked(*children: str) -> dict[str, Any]:
        config = {"Type": "CALCULATED", "ChildHealthChecks": [*children], "HealthThreshold": 1}
        return {"CallerReference": unique(), "HealthCheckConfig": config}

    parent = route53.ok("create_health_check", **asked(child))["HealthCheck"]["Id"]
    route53.refused("create_health_check", INPUT, "CALCULATED", **asked(parent))
    route53.refused("create_health_check", INPUT, "nothing does not exist", **asked("nothing"))
    route53.refused("create_health_check", INPUT, "twice", **asked(child, child))
    route53.refused("create_health_check", INPUT, "256, of at most 255", **asked(*[child] * 256))
    route53.refused(
        "update_health_check", INPUT, "CALCULATED", HealthCheckId=parent, ChildHealthChecks=[parent]
    )
    route53.ok("update_health_check", HealthCheckId=parent, HealthThreshold=0)
    route53.refused(
        "update_health_check", INPUT, "ResourcePath", HealthCheckId=parent, ResourcePath="/"
    )


def create_again(route53: Service, reference: str, config: dict[str, Any]) -> str:
    asked = {"CallerReference": reference, "HealthCheckConfig": config}
    return route53.ok("create_health_check", **asked)["HealthCheck"]["Id"]


def test_a_reference_is_of_one_check(route53: Service, child: str) -> None:
    """With the same settings, the existing check is returned."""
    code = "HealthCheckAlreadyExists"
    parent = {"Type": "CALCULATED", "ChildHealthChecks": [child], "HealthThreshold": 1}
    control = "arn:aws:route53-recovery-control::123456789012:controlpanel/0123456789abcdef"
    follower = {"Type": "RECOVERY_CONTROL", "RoutingControlArn": f"{control}/routingcontrol/0123"}
    for config in (HTTPS, {**HTTPS, "Inverted": True, "ResourcePath": "/"}, parent, follower):
        reference = unique()
        first = create_again(route53, reference, config)
        assert create_again(route53, reference, config) == first
        assert create_again(route53, reference, {**config, "Disabled": False}) == first
        other = {**config, "Disabled": True}
        asked = {"CallerReference": reference, "HealthCheckConfig": other}
        route53.refused("create_health_check", code, "exists with another Disabled", **asked)
    plain = {key: value for key, value in HTTPS.items() if key != "Type"}
    spoken = {**HTTPS, "RequestInterval": 30, "FailureThreshold": 3}
    reference = unique()
    assert create_again(route53, reference, HTTPS) == create_again(route53, reference, spoken)
    asked = {"CallerReference": reference, "HealthCheckConfig": {**plain, "Type": "TCP"}}
    route53.refused("create_health_check", code, "another Type", **asked)


def test_the_reference_of_a_deleted_check_is_used(route53: Service) -> None:
    asked = {"CallerReference": unique(), "HealthCheckConfig": HTTPS}
    gone = route53.ok("create_health_check", **asked)["HealthCheck"]["Id"]
    route53.ok("delete_health_check", HealthCheckId=gone)
    route53.refused("create_health_check", "HealthCheckAlreadyExists", "was deleted", **asked)


def test_a_check_that_is_deleted_is_there(route53: Service) -> None:
    gone = check(route53)
    route53.ok("delete_health_check", HealthCheckId=gone)
    route53.refused("delete_health_check", "NoSuchHealthCheck", gone, HealthCheckId=gone)


def test_ten_tags(route53: Service) -> None:
    one = check(route53)

    def asked(first: int, count: int) -> dict[str, Any]:
        tags = [{"Key": f"k{first + number}", "Value": ""} for number in range(count)]
        return {"ResourceType": "healthcheck", "ResourceId": one, "AddTags": tags}

    route53.ok("change_tags_for_resource", **asked(0, 10))
    route53.ok("change_tags_for_resource", **asked(0, 1))
    route53.refused("change_tags_for_resource", INPUT, "11 tags, of at most 10", **asked(10, 1))
    route53.ok("change_tags_for_resource", **asked(10, 1), RemoveTagKeys=["k0"])


def test_query_logs_may_be_written(route53: Service, refusing: EmbeddedAws) -> None:
    logs, domain = Service(refusing, "logs"), f"{unique()}.example"
    zone = route53.ok("create_hosted_zone", Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    name = f"/aws/route53/{domain}"
    logs.ok("create_log_group", logGroupName=name)
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}"
    asked = {"HostedZoneId": zone.removeprefix("/hostedzone/"), "CloudWatchLogsLogGroupArn": arn}
    refusal = "InsufficientCloudWatchLogsResourcePolicy"
    route53.refused("create_query_logging_config", refusal, "CreateLogStream", **asked)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{arn}:*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.ok("put_resource_policy", policyName=unique(), policyDocument=document)
    route53.ok("create_query_logging_config", **asked)
    route53.refused(
        "create_query_logging_config", "QueryLoggingConfigAlreadyExists", "hosted zone", **asked
    )
