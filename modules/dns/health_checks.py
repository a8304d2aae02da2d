"""Route 53's health checks: each region's endpoint, and the failover switch."""

from collections.abc import Sequence
from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from constructs import Construct

from modules.check_settings import CheckSettings, endpoint_check
from modules.module import Module

# Changing the interval replaces a check; the new one must be in the record before the old one goes.
SUCCESSOR_FIRST = TerraformResourceLifecycle(create_before_destroy=True)


class HealthChecks(Module):
    """The checks of both regions' endpoints, and of the switch if there is one.

    A check probes the region's own name. Route 53 calls checks on the failover name itself
    unpredictable, since their result would change what they probe.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html

    Args:
        primary: The primary region's own name.
        standby: The standby region's own name.
        settings: How they are watched.

    Attributes:
        primary: ID of the check on the primary's endpoint.
        standby: ID of the check on the standby's endpoint.
        in_service: ID of the check that the PRIMARY record follows. With a switch, it is healthy
            while the endpoint is healthy and the switch is clear.
    """

    def __init__(
        self, scope: Construct, id: str, *, primary: str, standby: str, settings: CheckSettings
    ) -> None:
        super().__init__(scope, id)
        self._name = settings.name
        self.primary = self._check("primary_health_check", **endpoint_check(primary, settings))
        self.standby = self._check("standby_health_check", **endpoint_check(standby, settings))
        self.in_service = self.primary
        switch = [self._check(name, **of) for name, of in settings.switch.items()]
        if switch:
            self.in_service = self._all_of("primary_in_service", [self.primary, *switch])

    def _all_of(self, id: str, parts: Sequence[str]) -> str:
        return self._check(
            id,
            type="CALCULATED",
            child_healthchecks=list(parts),
            child_health_threshold=len(parts),
        )

    def _check(self, id: str, **settings: Any) -> str:
        name = f"{self._name}-{id.removesuffix('_check').replace('_', '-')}"
        return Route53HealthCheck(
            self, id, tags={"Name": name}, lifecycle=SUCCESSOR_FIRST, **settings
        ).id
