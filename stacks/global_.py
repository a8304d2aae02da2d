"""The stack `global`."""

from cdktf import App, TerraformStack

from environments import Environment
from modules.account import account_id
from modules.alarm_names import global_prefix
from modules.alerts import Alerting
from modules.check_settings import CheckSettings
from modules.dns import (
    AlarmForwarding,
    Dashboard,
    FailoverDns,
    FailoverNames,
    HealthAlarms,
    QueryLog,
)
from modules.hosted_zone import HostedZone
from modules.recovery_point import recovery_point, write_recovery
from modules.recovery_time import recovery_time
from modules.regions import GLOBAL_REGION
from stacks.terraform import (
    hosted_zone,
    output,
    provider,
    remote_state,
    require_terraform,
)


class GlobalStack(TerraformStack):
    """The names that users open. Route 53 has no region, so the provider has the state's."""

    def __init__(self, app: App, environment: Environment) -> None:
        super().__init__(app, "global")
        require_terraform(self)
        dns = environment.dns
        remote_state(self, environment, "global")
        region = environment.backend("global").region
        provider(self, environment, "global", region)
        metrics_provider = None
        if region != GLOBAL_REGION:
            metrics_provider = provider(self, environment, "global", GLOBAL_REGION, alias="metrics")
        account = account_id(self)
        alerting = Alerting(
            self,
            "alerting",
            name=global_prefix(environment),
            region=GLOBAL_REGION,
            account_id=account,
            alarms=environment.alarms,
            provider=metrics_provider,
        )
        zone = hosted_zone(self, environment, "global", region)
        failover = self._failover(environment, zone)
        HealthAlarms(
            failover,
            "health_alarms",
            environment=environment,
            checks=failover.checks,
            topic_arn=alerting.topic_arn,
            provider=metrics_provider,
        )
        if environment.failover.controlled and environment.dr.region != GLOBAL_REGION:
            AlarmForwarding(
                failover,
                "alarm_forwarding",
                environment=environment,
                metrics_provider=metrics_provider,
            )
        Dashboard(self, "dashboard", environment=environment, checks=failover.checks)
        if dns.query_logs:
            QueryLog(
                self,
                "query_log",
                name=environment.name,
                zone=dns.zone,
                zone_id=zone.id,
                account_id=account,
                days=environment.logs.days,
                key_arn=alerting.key_arn,
                provider=metrics_provider,
            )
        self._outputs(environment, failover)

    def _failover(self, environment: Environment, zone: HostedZone) -> FailoverDns:
        """The failover records, and those that show each check's status to the failover control."""
        dns = environment.dns
        failover = FailoverDns(
            self,
            "failover_dns",
            names=FailoverNames(
                users=dns.names,
                primary=environment.regional_name("primary"),
                standby=environment.regional_name("dr"),
                ipv6=environment.ipv6,
                cname_ttl=dns.failover_ttl,
                primary_set_identifier=dns.primary_set_identifier,
                secondary_set_identifier=dns.secondary_set_identifier,
            ),
            settings=CheckSettings.of(environment),
            zone=zone,
        )
        checks = failover.checks
        if environment.failover.controlled:
            failover.publish("primary_health", environment.health_name("primary"), checks.primary)
            failover.publish("standby_health", environment.health_name("dr"), checks.standby)
        if environment.failover.latches:
            failover.publish("primary_in_service", environment.in_service_name, checks.in_service)
        return failover

    def _outputs(self, environment: Environment, failover: FailoverDns) -> None:
        """Where users go, and what the design promises them."""
        dns = environment.dns
        recovery = recovery_time(environment)
        urls = [f"{environment.scheme}://{name}/" for name in dns.names]
        output(self, "url", urls[0])
        if dns.aliases:
            output(self, "alias_urls", " ".join(urls[1:]))
        output(self, "primary_health_check_id", failover.checks.primary)
        output(self, "worst_case_recovery_seconds", recovery.total)
        output(self, "worst_case_recovery_terms", str(recovery))
        point, writes = recovery_point(environment), write_recovery(environment)
        if point is not None:
            output(self, "worst_case_data_loss_seconds", point.total)
            output(self, "worst_case_data_loss_terms", str(point))
        if writes is not None:
            output(self, "worst_case_write_recovery_seconds", writes.total)
            output(self, "worst_case_write_recovery_terms", str(writes))
