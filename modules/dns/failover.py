"""Route 53: the failover records that users and the failover control ask."""

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
from modules.module import Module
from modules.regions import GLOBAL_METRICS_REGION


class FailoverDns(Module):
    """PRIMARY and SECONDARY records of the domain. Both regions are known by their names alone.

    Either record obeys a health check, so that Route 53 knows of every loss; with both unhealthy
    it answers the primary. docs/failover.md has the table of all cases.

    Args:
        environment: The deployment.
        zone_id: Of the hosted zone.
        health_check_path: What the endpoints are asked for.
        topic_arn: Whom the alarms tell, in us-east-1, where the metrics of health checks are.
        metrics_provider: Of us-east-1; None where that is the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        zone_id: str,
        health_check_path: str,
        topic_arn: str,
        metrics_provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self._zone_id = zone_id
        self._first: dict[tuple[str, str], Route53Record] = {}
        self.checks = HealthChecks(
            self, "health_checks", environment=environment, path=health_check_path
        )
        self._records()
        HealthAlarms(
            self,
            "health_alarms",
            environment=environment,
            checks=self.checks,
            topic_arn=topic_arn,
            provider=metrics_provider,
        )
        if environment.failover.controlled and environment.dr.region != GLOBAL_METRICS_REGION:
            AlarmForwarding(
                self,
                "alarm_forwarding",
                environment=environment,
                metrics_provider=metrics_provider,
            )

    def _records(self) -> None:
        environment, checks = self._environment, self.checks
        latches = environment.failover.latches
        # With a switch, the primary's health check alone decides: were its target's health asked
        # too, users would leave and come back without the switch having noticed.
        self._domain_record("primary", checks.in_service, evaluate_target_health=not latches)
        self._domain_record("dr", checks.standby, evaluate_target_health=True)
        if environment.failover.controlled:
            self._tell("primary_health", environment.health_name("primary"), checks.primary)
            self._tell("standby_health", environment.health_name("dr"), checks.standby)
        if latches:
            self._tell("primary_in_service", environment.in_service_name, checks.in_service)

    def _domain_record(
        self, role: Role, health_check_id: str, *, evaluate_target_health: bool
    ) -> None:
        """A CNAME leads to every address of the region; of aliases, IPv6 has one of its own, which
        obeys the same."""
        if self._environment.dns.record == "cname":
            kinds = {"": "CNAME"}
        else:
            kinds = {"": "A", "_ipv6": "AAAA"} if self._environment.ipv6 else {"": "A"}
        for suffix, kind in kinds.items():
            self._record(role, suffix, kind, health_check_id, evaluate_target_health)

    def _record(
        self, role: Role, suffix: str, kind: str, health_check_id: str, evaluate_target_health: bool
    ) -> None:
        dns, target = self._environment.dns, self._environment.regional_name(role)
        alias = kind != "CNAME"
        primary = role == "primary"
        self._pair(
            "PRIMARY" if primary else "SECONDARY",
            f"{'primary' if primary else 'secondary'}_record{suffix}",
            name=dns.domain,
            type=kind,
            set_identifier=dns.primary_set_identifier if primary else dns.secondary_set_identifier,
            health_check_id=health_check_id,
            alias=Route53RecordAlias(
                name=target,
                zone_id=self._zone_id,
                evaluate_target_health=evaluate_target_health,
            )
            if alias
            else None,
            records=None if alias else [target],
            ttl=dns.failover_ttl,
        )

    def _tell(self, id: str, name: str, check_id: str) -> None:
        """Publishes a check's status as one of two addresses, for whoever can ask DNS."""
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
        """One of a pair of failover records. The SECONDARY comes after its PRIMARY, and goes before
        it: alone, it is answered, however well the primary is."""
        primary = self._first.get((name, type))
        self._first[name, type] = Route53Record(
            self,
            id,
            zone_id=self._zone_id,
            name=name,
            type=type,
            failover_routing_policy=Route53RecordFailoverRoutingPolicy(type=role),
            depends_on=[primary] if primary else None,
            **settings,
        )
