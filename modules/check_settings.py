"""What each of Route 53's health checks is to be: the DNS module creates them so, and `failover
ready` finds them so."""

from typing import Any

from environments import Environment, Role, SwitchPlace
from functions.failover_control.agreed import SET_KEY
from modules.ports import HTTP, HTTPS
from modules.timing import SWITCH_INTERVAL, SWITCH_THRESHOLD


def endpoint_check(environment: Environment, role: Role) -> dict[str, Any]:
    """Probes the port that serves: on the other one, the redirect would hide a dead
    application. Terraform's arguments, as all of these."""
    settings, tls = environment.health_check, environment.tls
    application = environment.application
    searched = application.health_check_string
    protocol = "HTTPS" if tls else "HTTP"
    return {
        "type": f"{protocol}_STR_MATCH" if searched else protocol,
        "fqdn": environment.regional_name(role),
        "port": HTTPS if tls else HTTP,
        "enable_sni": tls,
        "resource_path": application.health_check_path,
        "search_string": searched,
        "request_interval": settings.interval,
        "failure_threshold": settings.failure_threshold,
        "regions": settings.regions,
    }


def switch_checks(environment: Environment) -> dict[str, dict[str, Any]]:
    """The checks that are healthy while the switch is clear, by their ids; none without a
    switch."""
    failover = environment.failover
    if not failover.latches:
        return {}
    control = failover.routing_control
    if control is not None:
        # Route 53 gets its state from ARC and probes nothing. A check cannot switch to another
        # control, so a new control replaces the check:
        # https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.create-health-check.html
        return {
            "routing_control_check": {
                "type": "RECOVERY_CONTROL",
                "routing_control_arn": control.arn,
            }
        }
    ids = ("switch_check_standby", "switch_check_global")
    places = environment.switch_places
    return {name: _switch_object(place) for name, place in zip(ids, places, strict=False)}


def _switch_object(place: SwitchPlace) -> dict[str, Any]:
    """Healthy unless S3 returns the object that sets the switch, even while S3 is down."""
    return {
        "type": "HTTPS",
        "fqdn": switch_object_host(place.bucket, place.region),
        "port": HTTPS,
        "resource_path": switch_object_path(),
        "enable_sni": True,
        "request_interval": SWITCH_INTERVAL,
        "failure_threshold": SWITCH_THRESHOLD,
        "invert_healthcheck": True,
    }


def switch_object_host(bucket: str, region: str) -> str:
    """The host to request a switch's object from: its own region's endpoint, no other region's."""
    return f"{bucket}.s3.{region}.amazonaws.com"


def switch_object_path() -> str:
    """The path that exists while the switch is set."""
    return f"/{SET_KEY}"
