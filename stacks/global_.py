"""The stack `global`."""

from cdktf import App, TerraformStack

from environments import Environment
from modules.account import account_id
from modules.alarm_names import global_prefix
from modules.alerts import Alerting
from modules.dns import Dashboard, FailoverDns, QueryLog
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
        failover = FailoverDns(
            self,
            "failover_dns",
            environment=environment,
            zone=zone,
            topic_arn=alerting.topic_arn,
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
