"""Route 53: a health check on the primary region, and the failover records that obey it."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.route53_record import (
    Route53Record,
    Route53RecordAlias,
    Route53RecordFailoverRoutingPolicy,
)
from constructs import Construct

from modules.ports import HTTP


class FailoverDns:
    """PRIMARY and SECONDARY records of one name. Both regions are known by their names alone.

    domain: the name that users open.
    primary_name, standby_name: the regions' own names, in the same hosted zone.
    set_identifiers: tell the two records apart; a changed one replaces its record.
    cname_ttl: seconds, for CNAME records; None for A alias records, whose TTL is 60 s.
    interval: seconds between a checker's probes, 10 or 30.
    failure_threshold: probes in a row that change a checker's mind.

    The check probes the primary's own name: Route 53 calls a check on the failover name itself
    unpredictable, since its answer would change what it checks.
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        zone_id: str,
        domain: str,
        primary_name: str,
        standby_name: str,
        set_identifiers: tuple[str, str],
        cname_ttl: int | None,
        interval: int,
        failure_threshold: int,
        health_check_path: str,
    ) -> None:
        self._scope = scope
        self._zone_id = zone_id
        self._domain = domain
        self._cname_ttl = cname_ttl
        check = Route53HealthCheck(
            self._scope,
            "primary_health_check",
            type="HTTP",
            fqdn=primary_name,
            port=HTTP,
            resource_path=health_check_path,
            request_interval=interval,
            failure_threshold=failure_threshold,
            tags={"Name": f"{name}-primary"},
            # A changed interval replaces the check: its successor is in the record before it goes.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.health_check_id = check.id
        primary_id, secondary_id = set_identifiers
        self._record("PRIMARY", primary_id, primary_name, health_check_id=check.id)
        # Without a check of its own the standby is always taken as healthy; as an alias it is
        # skipped while its load balancer has no healthy target.
        self._record("SECONDARY", secondary_id, standby_name, health_check_id=None)

    def _record(
        self, role: str, set_identifier: str, target: str, *, health_check_id: str | None
    ) -> None:
        alias = self._cname_ttl is None
        Route53Record(
            self._scope,
            f"{role.lower()}_record",
            zone_id=self._zone_id,
            name=self._domain,
            type="A" if alias else "CNAME",
            set_identifier=set_identifier,
            failover_routing_policy=Route53RecordFailoverRoutingPolicy(type=role),
            health_check_id=health_check_id,
            alias=Route53RecordAlias(
                name=target, zone_id=self._zone_id, evaluate_target_health=True
            )
            if alias
            else None,
            records=None if alias else [target],
            ttl=self._cname_ttl,
        )
