"""Every strategy and failback, in every place: what is emitted."""

import itertools
import json
import re
from dataclasses import asdict
from functools import cache
from typing import Any

import pytest
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic

from environments import Application
from modules.recovery_time import recovery_time, until_served
from tests.conftest import Synthesised
from tests.synthesis import Stack, Stacks
from tests.variants import FAILBACKS, PLACES, SIZES, STRATEGIES, changed

BOOT_TIME = until_served(Application())

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def variants() -> Any:
    @cache
    def variant(*which: Any) -> Synthesised:
        environment = changed(*which)
        return Synthesised(environment, Stacks(environment))

    return variant


@pytest.fixture(
    params=[
        *itertools.product(STRATEGIES, FAILBACKS, PLACES, ["alias"]),
        *itertools.product(STRATEGIES, FAILBACKS, PLACES[:1], ["cname"]),
    ],
    ids=lambda which: f"{which[0]}-{which[1]}-{which[2][0]}-{which[2][1]}-{which[3]}",
)
def variant(request: pytest.FixtureRequest, variants: Any) -> Synthesised:
    return variants(*request.param)


def checks(variant: Synthesised) -> dict[str, dict[str, Any]]:
    return variant.stacks["global"].resources(Route53HealthCheck)


def test_the_primary_obeys_the_switch_where_there_is_one(variant: Synthesised) -> None:
    latches = variant.environment.failover.failback == "manual"
    records = variant.stacks["global"].resources(Route53Record)
    obeyed = "primary_in_service" if latches else "primary_health_check"
    primary = records["primary_record"]
    assert primary["health_check_id"] == f"${{aws_route53_health_check.{obeyed}.id}}"
    if "alias" in primary:
        assert primary["alias"]["evaluate_target_health"] is not latches
    endpoints = {"primary_health_check", "standby_health_check"}
    switch = {"primary_in_service", "switch_check_standby", "switch_check_global"}
    assert set(checks(variant)) == endpoints | (switch if latches else set())


def test_the_standby_is_answered_only_if_it_serves(variant: Synthesised) -> None:
    """Under every strategy, both its own check and its targets' health count."""
    secondary = variant.stacks["global"].resources(Route53Record)["secondary_record"]
    check_id = "${aws_route53_health_check.standby_health_check.id}"
    assert secondary["health_check_id"] == check_id
    if "alias" in secondary:
        assert secondary["alias"]["evaluate_target_health"] is True
    else:
        assert variant.environment.dns.record == "cname"


def test_the_switch_is_in_the_standbys_region_and_in_a_third(variant: Synthesised) -> None:
    environment = variant.environment
    latches = environment.failover.failback == "manual"
    alarms = variant.stacks["dr"].resources(CloudwatchMetricAlarm)
    assert ("failover_switch_alarm" in alarms) is latches
    if latches:
        found = checks(variant)
        third = environment.state.global_.region
        assert third not in {environment.primary.region, environment.dr.region}
        assert f".s3.{environment.dr.region}." in found["switch_check_standby"]["fqdn"]
        assert f".s3.{third}." in found["switch_check_global"]["fqdn"]


def test_the_function_is_in_the_standbys_region(variant: Synthesised) -> None:
    environment = variant.environment
    assert "control" not in variant.stacks["primary"].resources(LambdaFunction)
    function = variant.stacks["dr"].resources(LambdaFunction)["control"]
    places = [asdict(place) for place in environment.switch_places]
    own = environment.failover.failback == "manual"
    assert function["environment"]["variables"] == {
        "DEPLOYMENT": "awspractice",
        "SWITCH": json.dumps(places if own else places[:1]),
        "FAILBACK": environment.failover.failback,
        "PRIMARY_HEALTH_NAME": f"primary-health.{environment.dns.domain}",
        "STANDBY_HEALTH_NAME": f"standby-health.{environment.dns.domain}",
        "ENDPOINT_ALARM": "awspractice-primary-endpoint",
        "GROUP": "${aws_autoscaling_group.auto_scaling_group.name}",
        "REST": str(SIZES[environment.failover.strategy]),
        "AWAKE": "3",
    }


def test_no_standby_needs_another_region(variant: Synthesised) -> None:
    """A standby elsewhere knows us-east-1 only as the source of the alarm's event, and the third
    region only as the switch's other place, which may be lost."""
    environment = variant.environment
    stack = variant.stacks["dr"]
    pattern = stack.resources(CloudwatchEventRule)["control_alarm"]["event_pattern"]
    function = stack.resources(LambdaFunction)["control"]
    text = stack.text.replace(json.dumps(pattern), "")
    text = text.replace(json.dumps(function["environment"]["variables"]["SWITCH"]), "")
    for region in {*PLACES[0], *PLACES[1], *PLACES[2]} - {environment.dr.region}:
        assert region not in text


def region_of(stack: Stack, body: dict[str, Any]) -> str:
    """The region of a resource, by its provider."""
    by_alias = {
        provider.get("alias"): provider["region"] for provider in stack.json["provider"]["aws"]
    }
    return by_alias[body.get("provider", "aws").partition(".")[2] or None]


def test_the_endpoints_alarm_is_in_us_east_1(variant: Synthesised) -> None:
    stack = variant.stacks["global"]
    alarm = stack.resources(CloudwatchMetricAlarm)["primary_endpoint_alarm"]
    assert region_of(stack, alarm) == "us-east-1"
    forwarded = stack.resources(CloudwatchEventRule)
    assert bool(forwarded) == (variant.environment.dr.region != "us-east-1")
    for rule in forwarded.values():
        assert rule.get("provider") == alarm.get("provider")


def test_what_a_strategy_runs(variant: Synthesised) -> None:
    environment, stack = variant.environment, variant.stacks["dr"]
    size = SIZES[environment.failover.strategy]
    group = stack.only(AutoscalingGroup)
    assert (group["min_size"], group["desired_capacity"], group["max_size"]) == (size, size, 6)
    assert group["lifecycle"] == {"ignore_changes": ["desired_capacity"]}
    assert group.get("min_elb_capacity") == (size or None)
    assert len(stack.resources(Lb)) == 1, "the records need it, and it takes minutes to make"
    if size == 0:
        assert not stack.resources(NatGateway)
        assert "Interface" not in stack.text


def test_the_outputs_say_how_long_it_takes(variant: Synthesised) -> None:
    outputs = variant.stacks["global"].outputs
    recovery = recovery_time(variant.environment)
    assert outputs["worst_case_recovery_seconds"] == recovery.total
    sleeps = variant.environment.failover.strategy == "pilot_light"
    # Seconds: look 65, start 180, targets 10, the standby's check 30, propagation 10.
    assert recovery.activation == (295 if sleeps else 0)
    ttl = variant.environment.dns.failover_ttl or 60
    assert recovery.total == 58 + ttl + recovery.activation


def alarms_of(variant: Synthesised) -> dict[tuple[str, str], dict[str, Any]]:
    """Every emitted alarm, by region and name."""
    return {
        (region_of(stack, alarm), alarm["alarm_name"]): alarm
        for stack in variant.stacks.values()
        for alarm in stack.resources(CloudwatchMetricAlarm).values()
    }


def test_every_alarm_tells_somebody_what_it_means(variant: Synthesised) -> None:
    for (_, name), alarm in alarms_of(variant).items():
        assert name.startswith(f"{variant.environment.name}-")
        assert alarm["alarm_actions"] == ["${aws_sns_topic.alerts.arn}"], name
        told = r"First run ./failover status\. What to do: docs/alarms\.md#(\S+)$"
        (kind,) = re.findall(told, alarm["alarm_description"])
        assert name.endswith(f"-{kind}")
        assert len(alarm["alarm_description"]) <= 1024
        settled = {"breaching", "notBreaching", "ignore"}
        if alarm["treat_missing_data"] not in settled:  # unknown data alarms by itself
            assert alarm["treat_missing_data"] == "missing", name
            assert alarm["insufficient_data_actions"] == alarm["alarm_actions"], name


def test_every_alarm_is_in_its_topics_region(variant: Synthesised) -> None:
    for stack in variant.stacks.values():
        for alarm in stack.resources(CloudwatchMetricAlarm).values():
            assert region_of(stack, alarm) == region_of(stack, stack.only(SnsTopic))


def test_every_alarm_is_on_the_dashboard(variant: Synthesised) -> None:
    body = json.loads(variant.stacks["global"].only(CloudwatchDashboard)["dashboard_body"])
    (shown,) = [widget for widget in body["widgets"] if widget["type"] == "alarm"]
    account = "${data.aws_caller_identity.account.account_id}"
    arns = [
        f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}" for region, name in alarms_of(variant)
    ]
    assert sorted(shown["properties"]["alarms"]) == sorted(arns)
    assert len(arns) <= 100, "as many as CloudWatch shows"


def test_a_standby_is_told_of_when_it_is_not_as_it_should_be(variant: Synthesised) -> None:
    """A pilot light sleeps: until it is needed, it has no host and its check is unhealthy."""
    region, name = variant.environment.dr.region, variant.environment.name
    alarms = alarms_of(variant)
    sleeps = variant.environment.failover.strategy == "pilot_light"
    assert ((region, f"{name}-{region}-too-few-hosts") in alarms) is not sleeps
    assert (("us-east-1", f"{name}-standby-endpoint") in alarms) is not sleeps
    waits = alarms[region, f"{name}-standby-cannot-serve"]["datapoints_to_alarm"]
    assert waits == (7 if sleeps else 3)
    assert not sleeps or 60 * waits > BOOT_TIME


def test_the_function_may_tell_what_the_alarms_want_to_know(variant: Synthesised) -> None:
    policies = variant.stacks["dr"].resources(IamRolePolicy)
    assert "cloudwatch:PutMetricData" in policies["control_policy"]["policy"]


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_hot_and_automatic_needs_no_control_at_all(place: tuple[str, str, str]) -> None:
    stacks = Stacks(changed("hot", "automatic", place, activation=False))
    assert not stacks["dr"].resources(LambdaFunction)
    assert "switch" not in stacks["dr"].text
    records = {"primary_record", "secondary_record"}
    ipv6 = {f"{record}_ipv6" for record in records}
    assert set(stacks["global"].resources(Route53Record)) == records | ipv6
    alarms = set(stacks["global"].resources(CloudwatchMetricAlarm))
    assert alarms == {"primary_endpoint_alarm", "standby_endpoint_alarm"}
    assert not stacks["global"].resources(CloudwatchEventRule), "nobody there hears of it"
    assert not [name for name in stacks["dr"].resources(CloudwatchMetricAlarm) if "control" in name]


def test_hot_may_latch_without_growing() -> None:
    stacks = Stacks(changed("hot", "manual", PLACES[0], activation=False))
    function = stacks["dr"].resources(LambdaFunction)["control"]
    assert not {"GROUP", "REST", "AWAKE"} & set(function["environment"]["variables"])
    policies = stacks["dr"].resources(IamRolePolicy)
    assert "autoscaling:" not in policies["control_policy"]["policy"]
