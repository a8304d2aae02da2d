"""Reads health checks from the emitted JSON. Rejects as unknown what Route 53 would refuse, and
checks that follow an alarm: anyone who may publish its metric could move users."""

from typing import Any

from emitted import Json
from environments import limits
from environments.dns import CHECKER_REGIONS
from modules.checkers import CHECKERS_IN_REGION
from proof.route53.configuration import (
    CalculatedCheck,
    Check,
    EndpointCheck,
    RoutingControlCheck,
)
from proof.route53.errors import UnknownToTheModelError
from proof.route53.strict import known, one_of, reference

# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
INTERVALS = (10, 30)
FAILURE_THRESHOLDS = range(1, 11)
MAX_SEARCH_STRING = 255
MAX_CHILDREN = 255
FLAGS = ("type", "invert_healthcheck", "disabled")


def read_check(body: Json) -> Check:
    flags = {
        "inverted": body.get("invert_healthcheck", False),
        "disabled": body.get("disabled", False),
    }
    match body["type"]:
        case "HTTP" | "HTTPS" | "HTTP_STR_MATCH" | "HTTPS_STR_MATCH" | "TCP":
            return _endpoint(body, flags)
        case "CALCULATED":
            return _calculated(body, flags)
        case "RECOVERY_CONTROL":
            return _routing_control(body, flags)
        case other:
            raise UnknownToTheModelError(f"a health check of type {other}")


def _endpoint(body: Json, flags: dict[str, Any]) -> EndpointCheck:
    """Checks by domain name only: one by IP address has a field that is unknown here. `enable_sni`
    does not matter: without SNI a load balancer presents its default certificate, and checkers do
    not validate it.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """
    known(
        body,
        *FLAGS,
        "fqdn",
        "port",
        "resource_path",
        "request_interval",
        "failure_threshold",
        "enable_sni",
        "search_string",
        "regions",
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
        checkers=CHECKERS_IN_REGION * _regions(body),
        **flags,
    )


def _regions(body: Json) -> int:
    """In how many regions there are checkers: all where the check names none.

    https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
    """
    named: set[str] = set(body.get("regions", CHECKER_REGIONS))
    if len(named) < limits.CHECKER_REGIONS.least or not named <= set(CHECKER_REGIONS):
        raise UnknownToTheModelError(f"checkers in {', '.join(sorted(named)) or 'no region'}")
    return len(named)


def _calculated(body: Json, flags: dict[str, Any]) -> CalculatedCheck:
    known(body, *FLAGS, "child_healthchecks", "child_health_threshold")
    children = tuple(map(reference, body["child_healthchecks"]))
    one_of(len(children), range(1, MAX_CHILDREN + 1), "the number of children")
    return CalculatedCheck(children, body["child_health_threshold"], **flags)


def _routing_control(body: Json, flags: dict[str, Any]) -> RoutingControlCheck:
    """https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.create-health-check.html"""
    known(body, *FLAGS, "routing_control_arn")
    return RoutingControlCheck(body["routing_control_arn"], **flags)
