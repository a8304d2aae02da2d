"""Route 53's failover records, which users and the failover control look up."""

from typing import Any

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.route53_record import (
    Route53Record,
    Route53RecordAlias,
    Route53RecordFailoverRoutingPolicy,
)
from constructs import Construct

from environments import Environment, Role
from functions.failover_control.agreed import HEALTHY_ADDRESS, TTL, UNHEALTHY_ADDRESS
from modules.dns.alarms import HealthAlarms
from modules.dns.forwarding import AlarmForwarding
from modules.dns.health_checks import HealthChecks
from modules.hosted_zone import HostedZone
from modules.module import Module
from modules.regions import GLOBAL_REGION


class FailoverDns(Module):
    """PRIMARY and SECONDARY records of every name that users open. They refer to both regions by
    name only.

    Each record follows a health check, so Route 53 notices the loss of either region. If both are
    unhealthy, it answers with the primary. docs/failover.md has a table of all cases.

    Args:
        environment: The deployment.
        zone: The hosted zone.
        topic_arn: Topic for the alarms, in us-east-1, where the metrics of health checks are.
        metrics_provider: Provider for us-east-1; None if that is the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        zone: HostedZone,
        topic_arn: str,
        metrics_provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self._zone = zone
        self._first: dict[tuple[str, str], Route53Record] = {}
        self.checks = HealthChecks(self, "health_checks", environment=environment)
        self._records()
        HealthAlarms(
            self,
            "health_alarms",
            environment=environment,
            checks=self.checks,
            topic_arn=topic_arn,
            provider=metrics_provider,
        )
        if environment.failover.controlled and environment.dr.region != GLOBAL_REGION:
            AlarmForwarding(
                self,
                "alarm_forwarding",
                environment=environment,
                metrics_provider=metrics_provider,
            )

    def _records(self) -> None:
        environment, checks = self._environment, self.checks
        latches = environment.failover.latches
        # With a switch, only the health check decides for the primary. If its target's health
        # counted too, users could leave and come back without the switch noticing.
        for name in environment.dns.names:
            self._records_of(name, "primary", checks.in_service, asks_target=not latches)
            self._records_of(name, "dr", checks.standby, asks_target=True)
        if environment.failover.controlled:
            self._tell("primary_health", environment.health_name("primary"), checks.primary)
            self._tell("standby_health", environment.health_name("dr"), checks.standby)
        if latches:
            self._tell("primary_in_service", environment.in_service_name, checks.in_service)

    def _records_of(
        self, name: str, role: Role, health_check_id: str, *, asks_target: bool
    ) -> None:
        """A CNAME covers all addresses of the region. With aliases, IPv6 needs a record of its own,
        which follows the same check."""
        dns, target = self._environment.dns, self._environment.regional_name(role)
        primary = role == "primary"
        record = f"{'primary' if primary else 'secondary'}_record{_suffix(name, dns.domain)}"
        if dns.record == "cname":
            kinds = {"": "CNAME"}
        else:
            kinds = {"": "A", "_ipv6": "AAAA"} if self._environment.ipv6 else {"": "A"}
        for family, kind in kinds.items():
            alias = kind != "CNAME"
            self._pair(
                "PRIMARY" if primary else "SECONDARY",
                f"{record}{family}",
                name=name,
                type=kind,
                set_identifier=dns.primary_set_identifier
                if primary
                else dns.secondary_set_identifier,
                health_check_id=health_check_id,
                alias=Route53RecordAlias(
                    name=target, zone_id=self._zone.id, evaluate_target_health=asks_target
                )
                if alias
                else None,
                records=None if alias else [target],
                ttl=dns.failover_ttl,
            )

    def _tell(self, id: str, name: str, check_id: str) -> None:
        """Publishes a check's status as one of two addresses, for anything that can query DNS."""
        for health, kind, address, obeyed in (
            ("healthy", "PRIMARY", HEALTHY_ADDRESS, check_id),
            ("unhealthy", "SECONDARY", UNHEALTHY_ADDRESS, None),
        ):
            self._pair(
                kind,
                f"{id}_{health}",
                name=name,
                type="A",
                set_identifier=health,
                health_check_id=obeyed,
                records=[address],
                ttl=TTL,
            )

    def _pair(self, role: str, id: str, *, name: str, type: str, **settings: Any) -> None:
        """One of a pair of failover records. The SECONDARY is created after its PRIMARY and
        destroyed before it: alone, it is the answer even if the primary is healthy."""
        primary = self._first.get((name, type))
        self._first[name, type] = Route53Record(
            self,
            id,
            provider=self._zone.provider,
            zone_id=self._zone.id,
            name=name,
            type=type,
            failover_routing_policy=Route53RecordFailoverRoutingPolicy(type=role),
            depends_on=[primary] if primary else None,
            **settings,
        )


def _suffix(name: str, domain: str) -> str:
    """Of the ids of a name's records. The domain has none: it was there first."""
    return "" if name == domain else f"_{name.replace('.', '_')}"
