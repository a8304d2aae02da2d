"""What each of Route 53's health checks is to be: the DNS module creates them so, and `failover
ready` finds them so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from environments import Application, Environment, HealthCheck, SwitchPlace
from functions.failover_control.agreed import SET_KEY
from modules.ports import HTTP, HTTPS
from modules.timing import SWITCH_INTERVAL, SWITCH_THRESHOLD

Checks = Mapping[str, Mapping[str, Any]]
"""Terraform's arguments of health checks, by their ids."""


@dataclass(frozen=True)
class CheckSettings:
    """How Route 53 watches both regions."""

    name: str
    """Start of the checks' names."""
    application: Application = field(default_factory=Application)
    """Its health_check_path, and the health_check_string that the answer must contain, if any."""
    health_check: HealthCheck = field(default_factory=HealthCheck)
    """How often Route 53 probes, and when a region counts as failed."""
    tls: bool = True
    """Whether it probes over HTTPS."""
    switch: Checks = field(default_factory=dict[str, Mapping[str, Any]])
    """Checks that are healthy while the failover switch is clear; none without a switch."""

    @classmethod
    def of(cls, environment: Environment) -> "CheckSettings":
        """An environment's."""
        return cls(
            name=environment.name,
            application=environment.application,
            health_check=environment.health_check,
            tls=environment.tls,
            switch=switch_checks(environment),
        )


def endpoint_check(regional_name: str, settings: CheckSettings) -> dict[str, Any]:
    """Probes the port that serves: on the other one, the redirect would hide a dead
    application. Terraform's arguments, as all of these."""
    searched = settings.application.health_check_string
    protocol = "HTTPS" if settings.tls else "HTTP"
    return {
        "type": f"{protocol}_STR_MATCH" if searched else protocol,
        "fqdn": regional_name,
        "port": HTTPS if settings.tls else HTTP,
        "enable_sni": settings.tls,
        "resource_path": settings.application.health_check_path,
        "search_string": searched,
        "request_interval": settings.health_check.interval,
        "failure_threshold": settings.health_check.failure_threshold,
        "regions": settings.health_check.regions,
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
