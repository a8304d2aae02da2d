"""Route 53's health checks: each region's endpoint, and the failover switch."""

from collections.abc import Sequence
from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from constructs import Construct

from environments import Environment, Role, SwitchPlace
from modules.failover_control import switch_object_host, switch_object_path
from modules.module import Module
from modules.ports import HTTP, HTTPS
from modules.timing import SWITCH_INTERVAL, SWITCH_THRESHOLD

# Changing the interval replaces a check; the new one must be in the record before the old one goes.
SUCCESSOR_FIRST = TerraformResourceLifecycle(create_before_destroy=True)


class HealthChecks(Module):
    """The checks of one deployment.

    A check probes the region's own name. Route 53 calls checks on the failover name itself
    unpredictable, since their result would change what they probe.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html

    Args:
        environment: The deployment.

    Attributes:
        primary: ID of the check on the primary's endpoint.
        standby: ID of the check on the standby's endpoint.
        in_service: ID of the check that the PRIMARY record follows. With a switch, it is healthy
            while the endpoint is healthy and the switch is clear. The switch is a routing control
            if the environment names one, else an object in each place.
    """

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self.primary = self._endpoint("primary")
        self.standby = self._endpoint("dr")
        self.in_service = self.primary
        if environment.failover.latches:
            self.in_service = self._all_of("primary_in_service", [self.primary, *self._switch()])

    def _endpoint(self, role: Role) -> str:
        """Probes the port that serves: on the other one, the redirect would hide a dead
        application."""
        settings, tls = self._environment.health_check, self._environment.tls
        application = self._environment.application
        searched = application.health_check_string
        protocol = "HTTPS" if tls else "HTTP"
        return self._check(
            "primary_health_check" if role == "primary" else "standby_health_check",
            type=f"{protocol}_STR_MATCH" if searched else protocol,
            fqdn=self._environment.regional_name(role),
            port=HTTPS if tls else HTTP,
            enable_sni=tls,
            resource_path=application.health_check_path,
            search_string=searched,
            request_interval=settings.interval,
            failure_threshold=settings.failure_threshold,
            regions=settings.regions,
        )

    def _switch(self) -> list[str]:
        """IDs of the checks that are healthy while the switch is clear."""
        control = self._environment.failover.routing_control
        if control is not None:
            return [self._routing_control(control.arn)]
        ids = ("switch_check_standby", "switch_check_global")
        places = self._environment.switch_places
        return [self._switch_object(*one) for one in zip(ids, places, strict=False)]

    def _routing_control(self, arn: str) -> str:
        """Healthy while the routing control is on. Route 53 gets its state from ARC and probes
        nothing. A check cannot switch to another control, so a new control replaces the check:
        https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.create-health-check.html
        """
        return self._check(
            "routing_control_check", type="RECOVERY_CONTROL", routing_control_arn=arn
        )

    def _switch_object(self, id: str, place: SwitchPlace) -> str:
        """Healthy unless S3 returns the object that sets the switch, even while S3 is down."""
        return self._check(
            id,
            type="HTTPS",
            fqdn=switch_object_host(place.bucket, place.region),
            port=HTTPS,
            resource_path=switch_object_path(),
            enable_sni=True,
            request_interval=SWITCH_INTERVAL,
            failure_threshold=SWITCH_THRESHOLD,
            invert_healthcheck=True,
        )

    def _all_of(self, id: str, parts: Sequence[str]) -> str:
        return self._check(
            id,
            type="CALCULATED",
            child_healthchecks=list(parts),
            child_health_threshold=len(parts),
        )

    def _check(self, id: str, **settings: Any) -> str:
        name = f"{self._environment.name}-{id.removesuffix('_check').replace('_', '-')}"
        return Route53HealthCheck(
            self, id, tags={"Name": name}, lifecycle=SUCCESSOR_FIRST, **settings
        ).id
