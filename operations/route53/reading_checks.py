"""Health checks and alarms, read from the emitted JSON. What Route 53 would refuse is unknown."""

from typing import Any, get_args

from operations.route53.configuration import (
    Alarm,
    CalculatedCheck,
    Check,
    EndpointCheck,
    MetricCheck,
    WithoutData,
)
from operations.route53.errors import UnknownToTheModelError
from operations.route53.terraform_json import Json, known, one_of, reference

# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
INTERVALS = (10, 30)
FAILURE_THRESHOLDS = range(1, 11)
MAX_SEARCH_STRING = 255
MAX_CHILDREN = 255
STATISTICS = ("Average", "Minimum", "Maximum", "Sum", "SampleCount")
HIGHEST_RESOLUTION = 60
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_CloudWatchAlarmConfiguration.html
COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanThreshold",
)
FLAGS = ("type", "invert_healthcheck", "disabled")


def read_check(body: Json) -> Check:
    """One health check."""
    flags = {
        "inverted": body.get("invert_healthcheck", False),
        "disabled": body.get("disabled", False),
    }
    match body["type"]:
        case "HTTP" | "HTTPS" | "HTTP_STR_MATCH" | "HTTPS_STR_MATCH" | "TCP":
            return _endpoint(body, flags)
        case "CALCULATED":
            return _calculated(body, flags)
        case "CLOUDWATCH_METRIC":
            return _metric(body, flags)
        case other:
            raise UnknownToTheModelError(f"a health check of type {other}")


def _endpoint(body: Json, flags: dict[str, Any]) -> EndpointCheck:
    """By name: a check by address has a field that is unknown here. `enable_sni` is left out: who
    names no host is shown a load balancer's default certificate, and checkers look at none.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    known(
        body,
        *(*FLAGS, "fqdn", "port", "resource_path", "request_interval", "failure_threshold"),
        *("enable_sni", "search_string"),
    )
    searched: str | None = body.get("search_string")
    if (searched is not None) != body["type"].endswith("_STR_MATCH"):
        raise UnknownToTheModelError(f"a search string of {body['type']}: {searched!r}")
    if searched is not None and not 0 < len(searched) <= MAX_SEARCH_STRING:
        raise UnknownToTheModelError(f"a search string of {len(searched)} characters")
    return EndpointCheck(
        type=body["type"],
        fqdn=body["fqdn"],
        port=body["port"],
        path=body.get("resource_path", "/"),
        interval=one_of(body.get("request_interval", 30), INTERVALS, "the interval"),
        threshold=one_of(body.get("failure_threshold", 3), FAILURE_THRESHOLDS, "the threshold"),
        search_string=searched,
        **flags,
    )


def _calculated(body: Json, flags: dict[str, Any]) -> CalculatedCheck:
    known(body, *FLAGS, "child_healthchecks", "child_health_threshold")
    children = tuple(map(reference, body["child_healthchecks"]))
    one_of(len(children), range(1, MAX_CHILDREN + 1), "the number of children")
    return CalculatedCheck(children, body["child_health_threshold"], **flags)


def _metric(body: Json, flags: dict[str, Any]) -> MetricCheck:
    known(
        body,
        *(*FLAGS, "cloudwatch_alarm_name", "cloudwatch_alarm_region"),
        "insufficient_data_health_status",
    )
    # Terraform's documentation names no default, and Route 53's is this one:
    # https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html
    without_data = body.get("insufficient_data_health_status", "LastKnownStatus")
    return MetricCheck(
        alarm=body["cloudwatch_alarm_name"],
        region=body["cloudwatch_alarm_region"],
        without_data=one_of(without_data, get_args(WithoutData), "without data"),
        **flags,
    )


def read_alarm(body: Json, region: str) -> Alarm:
    """One alarm, of those that a health check can follow: a standard statistic of a metric of
    standard resolution, all of the periods. `treat_missing_data` and the actions are the alarm's
    own; Route 53 does not copy them.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CloudWatchAlarmConfiguration.html
    """
    known(
        body,
        *("alarm_name", "alarm_description", "namespace", "metric_name", "dimensions"),
        *("statistic", "period", "evaluation_periods", "comparison_operator", "threshold"),
        *("treat_missing_data", "alarm_actions", "ok_actions"),
    )
    if body["period"] < HIGHEST_RESOLUTION:
        raise UnknownToTheModelError(f"a high-resolution alarm: {body['alarm_name']}")
    return Alarm(
        name=body["alarm_name"],
        region=region,
        namespace=body["namespace"],
        metric=body["metric_name"],
        dimensions=tuple(sorted(body.get("dimensions", {}).items())),
        statistic=one_of(body["statistic"], STATISTICS, "the statistic"),
        period=body["period"],
        periods=body["evaluation_periods"],
        comparison=one_of(body["comparison_operator"], COMPARISONS, "the comparison"),
        threshold=body["threshold"],
    )
