"""Alarms on Route 53's health checks, in us-east-1, where their metrics are."""

from cdktf import TerraformProvider
from constructs import Construct

from environments import Environment
from modules.alarms import MINUTE, Alarm, global_kinds
from modules.dns.health_checks import HealthChecks
from modules.module import Module

# Consecutive minutes. A blip of the standby affects no users.
STANDBY_MINUTES = 3


class HealthAlarms(Module):
    """The alarms on the health checks.

    Args:
        environment: The deployment.
        checks: The health checks to watch.
        topic_arn: Topic to notify, in us-east-1.
        provider: Provider for us-east-1; None if that is the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        checks: HealthChecks,
        topic_arn: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self._environment = environment
        self._checks = checks
        self._topic_arn = topic_arn
        make = {
            "primary-endpoint": self._primary,
            "standby-endpoint": self._standby,
            "primary-out-of-service": self._out_of_service,
        }
        for kind in global_kinds(environment):
            make[kind](kind)

    def _primary(self, kind: str) -> None:
        """Goes off within a few minutes of any minute in which the check was unhealthy.

        The failover control's own DNS lookups are faster and do not need us-east-1; this alarm
        catches what falls between two of them.
        """
        self._alarm(
            kind,
            "The primary's health check is unhealthy: Route 53 moves users to the standby, if that"
            " serves.",
            self._checks.primary,
            1,
        )

    def _standby(self, kind: str) -> None:
        self._alarm(
            kind,
            "The standby's health check is unhealthy: were the primary lost, nobody would be moved"
            " to it.",
            self._checks.standby,
            STANDBY_MINUTES,
        )

    def _out_of_service(self, kind: str) -> None:
        """Its recovery matters as much: users are then on their way back."""
        self._alarm(
            kind,
            "Users are sent to the standby, if that serves. When this clears, they are on their way"
            " back to the primary.",
            self._checks.in_service,
            1,
        )

    def _alarm(self, kind: str, description: str, check_id: str, minutes: int) -> None:
        """The metric is 1 while the check is healthy. The minimum of each minute counts, so that it
        is 0 if the check was unhealthy at any time in it. Without data, the alarm keeps its state:
        nothing suggests a change."""
        Alarm(
            self,
            f"{kind.replace('-', '_')}_alarm",
            prefix=self._environment.name,
            kind=kind,
            description=description,
            alarms=self._environment.alarms,
            topic_arn=self._topic_arn,
            treat_missing_data="ignore",
            namespace="AWS/Route53",
            metric_name="HealthCheckStatus",
            dimensions={"HealthCheckId": check_id},
            statistic="Minimum",
            period=MINUTE,
            evaluation_periods=minutes,
            comparison_operator="LessThanThreshold",
            threshold=1,
        )
