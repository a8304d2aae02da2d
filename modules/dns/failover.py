"""Route 53's failover records, which users and the failover control look up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.route53_record import (
    Route53Record,
    Route53RecordAlias,
    Route53RecordFailoverRoutingPolicy,
)
from constructs import Construct

from functions.failover_control.agreed import HEALTHY_ADDRESS, TTL, UNHEALTHY_ADDRESS
from modules.check_settings import CheckSettings
from modules.dns.health_checks import HealthChecks
from modules.hosted_zone import HostedZone
from modules.module import Module


@dataclass(frozen=True)
class FailoverNames:
    """The names that users open, and what they lead to."""

    users: Sequence[str]
    """The names that users open, the domain first."""
    primary: str
    """The primary region's own name."""
    standby: str
    """The standby region's own name."""
    ipv6: bool = True
    """Whether both regions have IPv6 addresses."""
    cname_ttl: int | None = None
    """The TTL of failover CNAMEs in seconds; None for alias records."""
    primary_set_identifier: str = "primary"
    secondary_set_identifier: str = "secondary"


class FailoverDns(Module):
    """PRIMARY and SECONDARY records of every name that users open. They refer to both regions by
    name only.

    Each record follows a health check, so Route 53 notices the loss of either region. If both are
    unhealthy, it answers with the primary. docs/failover.md has a table of all cases.

    Args:
        names: The names that users open, and the regions' own.
        settings: How Route 53 watches the regions.
        zone: The hosted zone.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        names: FailoverNames,
        settings: CheckSettings,
        zone: HostedZone,
    ) -> None:
        super().__init__(scope, id)
        self._names = names
        self._zone = zone
        self._first: dict[tuple[str, str], Route53Record] = {}
        self.checks = checks = HealthChecks(
            self, "health_checks", primary=names.primary, standby=names.standby, settings=settings
        )
        # With a switch, only the health check decides for the primary. If its target's health
        # counted too, users could leave and come back without the switch noticing.
        for name in names.users:
            self._records("PRIMARY", name, checks.in_service, asks_target=not settings.switch)
            self._records("SECONDARY", name, checks.standby, asks_target=True)

    def _records(self, role: str, name: str, health_check_id: str, *, asks_target: bool) -> None:
        """A CNAME covers all addresses of the region. With aliases, IPv6 needs a record of its own,
        which follows the same check."""
        names, primary = self._names, role == "PRIMARY"
        target = names.primary if primary else names.standby
        record = f"{role.lower()}_record{_suffix(name, names.users[0])}"
        if names.cname_ttl is not None:
            kinds = {"": "CNAME"}
        else:
            kinds = {"": "A", "_ipv6": "AAAA"} if names.ipv6 else {"": "A"}
        for family, kind in kinds.items():
            alias = kind != "CNAME"
            self._pair(
                role,
                f"{record}{family}",
                name=name,
                type=kind,
                set_identifier=names.primary_set_identifier
                if primary
                else names.secondary_set_identifier,
                health_check_id=health_check_id,
                alias=Route53RecordAlias(
                    name=target, zone_id=self._zone.id, evaluate_target_health=asks_target
                )
                if alias
                else None,
                records=None if alias else [target],
                ttl=names.cname_ttl,
            )

    def publish(self, id: str, name: str, check_id: str) -> None:
        """Publishes a check's status under a name, as one of two addresses, for anything that can
        query DNS."""
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
