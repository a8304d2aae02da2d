"""The alarms on a region's web tier."""

from typing import Any

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.wafv2_web_acl import Wafv2WebAcl

from environments import Application
from environments.loading import check
from modules.recovery_time import until_served
from modules.regional.web_tier import GROUP_METRICS
from tests.conftest import Region
from tests.synthesis import Stacks

BOOT_TIME = until_served(Application())

BALANCER = {"LoadBalancer": "${aws_lb.load_balancer.arn_suffix}"}
TARGETS = {**BALANCER, "TargetGroup": "${aws_lb_target_group.target_group.arn_suffix}"}


def alarm(region: Region, kind: str) -> dict[str, Any]:
    name = f"{region.environment.name}-{region.settings.region}-{kind}"
    (found,) = [
        body
        for body in region.stack.resources(CloudwatchMetricAlarm).values()
        if body["alarm_name"] == name
    ]
    return found


def has(region: Region, kind: str, **settings: Any) -> None:
    name = f"{region.environment.name}-{region.settings.region}-{kind}"
    assert region.stack.has(CloudwatchMetricAlarm, alarm_name=name, **settings)


def test_hosts_that_stay_unhealthy(region: Region) -> None:
    has(
        region,
        "unhealthy-hosts",
        namespace="AWS/ApplicationELB",
        metric_name="UnHealthyHostCount",
        dimensions=TARGETS,
        statistic="Minimum",
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        treat_missing_data="notBreaching",
    )
    found = alarm(region, "unhealthy-hosts")
    assert found["period"] * found["evaluation_periods"] > BOOT_TIME, "one that boots is no failure"


def test_too_few_hosts_even_if_none_is_registered(region: Region) -> None:
    """With none registered, nothing is reported. And there is no alarm before the first instances
    serve."""
    has(
        region,
        "too-few-hosts",
        metric_name="HealthyHostCount",
        dimensions=TARGETS,
        comparison_operator="LessThanThreshold",
        threshold=region.settings.capacity.min,
        treat_missing_data="breaching",
        depends_on=["aws_autoscaling_group.auto_scaling_group"],
    )
    found = alarm(region, "too-few-hosts")
    assert found["period"] * found["evaluation_periods"] > 2 * BOOT_TIME, "time to replace one"


@pytest.mark.parametrize(
    ("kind", "counted", "percent"),
    [
        (
            "load-balancer-errors",
            "HTTPCode_ELB_5XX_Count",
            "100 * errors / (requests + errors)",
        ),
        ("target-errors", "HTTPCode_Target_5XX_Count", "100 * errors / requests"),
    ],
)
def test_errors_in_percent_of_the_requests(
    region: Region, kind: str, counted: str, percent: str
) -> None:
    found = alarm(region, kind)
    queries = {query["id"]: query for query in found["metric_query"]}
    assert [name for name, query in queries.items() if query.get("return_data")] == ["result"]
    assert queries["result"]["expression"] == percent
    for name, metric in (("errors", counted), ("requests", "RequestCount")):
        assert queries[name]["metric"] == {
            "namespace": "AWS/ApplicationELB",
            "metric_name": metric,
            "dimensions": BALANCER,
            "stat": "Sum",
            "period": 60,
        }
    assert found["threshold"] == region.environment.alarms.error_percent
    assert found["treat_missing_data"] == "notBreaching", "without requests nobody meets an error"


@pytest.mark.parametrize(
    ("errors", "requests", "percent"),
    [(50, 0, 100), (0, 100, 0), (50, 50, 50), (5, 95, 5)],
    ids=["no target at all", "no error", "all failed after the choice", "few turned away"],
)
def test_errors_of_the_load_balancers_own(
    region: Region, errors: int, requests: int, percent: int
) -> None:
    """RequestCount excludes requests that reached no target; CloudWatch counts a missing value as
    0."""
    result, *_ = alarm(region, "load-balancer-errors")["metric_query"]
    assert eval(result["expression"], {}, {"errors": errors, "requests": requests}) == percent


def test_slow_responses(region: Region) -> None:
    has(
        region,
        "slow-responses",
        namespace="AWS/ApplicationELB",
        metric_name="TargetResponseTime",
        dimensions=BALANCER,
        extended_statistic="p99",
        comparison_operator="GreaterThanThreshold",
        threshold=region.environment.alarms.latency_seconds,
        treat_missing_data="notBreaching",
    )


def test_a_surge_of_blocked_requests(region: Region) -> None:
    has(
        region,
        "firewall-blocks",
        namespace="AWS/WAFV2",
        metric_name="BlockedRequests",
        statistic="Sum",
        period=300,
        evaluation_periods=1,
        comparison_operator="GreaterThanThreshold",
        threshold=region.environment.alarms.blocked_requests,
        treat_missing_data="notBreaching",
    )
    dimensions = alarm(region, "firewall-blocks")["dimensions"]
    assert (dimensions["Rule"], dimensions["Region"]) == ("ALL", region.settings.region)


def test_the_surge_is_of_the_regions_own_firewall(region: Region) -> None:
    """By the name used in its metrics."""
    acl = region.stack.only(Wafv2WebAcl)
    named = alarm(region, "firewall-blocks")["dimensions"]["WebACL"]
    assert named == acl["visibility_config"]["metric_name"]


def test_a_certificate_that_is_not_renewed(region: Region) -> None:
    has(
        region,
        "certificate-expiry",
        namespace="AWS/CertificateManager",
        metric_name="DaysToExpiry",
        statistic="Minimum",
        period=86400,
        comparison_operator="LessThanThreshold",
        threshold=30,
        treat_missing_data="ignore",
    )
    (arn,) = alarm(region, "certificate-expiry")["dimensions"].values()
    assert arn.startswith("${aws_acm_certificate")


def test_without_a_certificate_none_expires(mission_file: dict[str, Any]) -> None:
    stacks = Stacks(check({**mission_file, "tls": False}, "x.toml"))
    for stack in stacks.values():
        assert "certificate-expiry" not in stack.text


def test_the_group_reports_what_the_dashboard_shows(region: Region) -> None:
    (group,) = region.stack.json["resource"]["aws_autoscaling_group"].values()
    assert group["enabled_metrics"] == list(GROUP_METRICS)
