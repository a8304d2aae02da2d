"""What people are told of Route 53's view: in us-east-1, where the metrics of health checks are."""

from cdktf import TerraformProvider
from constructs import Construct

from environments import Environment
from modules.alarms import Alarm, global_kinds
from modules.dns.endpoint_alarm import EndpointAlarm, health_status
from modules.dns.health_checks import HealthChecks

# Consecutive minutes. The standby has no users who notice a blip.
STANDBY_MINUTES = 3


class HealthAlarms:
    """The alarms on the health checks.

    provider: of us-east-1, or None where that is the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        checks: HealthChecks,
        topic_arn: str,
        provider: TerraformProvider | None,
    ) -> None:
        self._scope = scope
        self._environment = environment
        self._checks = checks
        self._topic_arn = topic_arn
        self._provider = provider
        make = {
            "primary-endpoint": self._primary,
            "standby-endpoint": self._standby,
            "primary-out-of-service": self._out_of_service,
        }
        for kind in global_kinds(environment):
            make[kind](kind)

    def _primary(self, _: str) -> None:
        EndpointAlarm(
            self._scope,
            environment=self._environment,
            health_check_id=self._checks.primary,
            topic_arn=self._topic_arn,
            provider=self._provider,
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
        """Its end tells as much as its beginning."""
        self._alarm(
            kind,
            "Route 53 answers the standby, if that serves. When this is over, users are on their"
            " way back to the primary.",
            self._checks.in_service,
            1,
        )

    def _alarm(self, kind: str, says: str, check_id: str, minutes: int) -> None:
        Alarm(
            self._scope,
            f"{kind.replace('-', '_')}_alarm",
            prefix=self._environment.name,
            kind=kind,
            says=says,
            topic_arn=self._topic_arn,
            evaluation_periods=minutes,
            provider=self._provider,
            **health_status(check_id),
        )
