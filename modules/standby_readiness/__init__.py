"""Tells people, from the standby's region, that the standby could not take over."""

from constructs import Construct

from environments import Environment
from functions.failover_control.metrics import FAULTS_METRIC, METRIC_DIMENSION, METRIC_NAMESPACE
from functions.standby_readiness.settings import BETWEEN_RUNS
from modules.alarms import MINUTE, Alarm, readiness_kinds
from modules.alerts import Alerting
from modules.functions import Every, Function, FunctionSettings, on_metric
from modules.module import Module
from modules.standby_permissions import on_standby
from modules.standby_settings import standby_settings

HANDLER = "functions.standby_readiness.handler.handle"
# Two runs.
ALARM_MINUTES = 2 * BETWEEN_RUNS
# Seconds. Most runs take a few; each of the checks' calls may take ten, and a run that is ended
# publishes nothing, which the alarm takes for a fault.
TIMEOUT = 300
# The clients of sixteen services alone take 90 MiB.
MEMORY_MIB = 256


class StandbyReadiness(Module):
    """A function that checks the standby twice an hour, and an alarm.

    Args:
        environment: The deployment.
        alerting: This region's alarm topic, and the key that encrypts the log.
    """

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, alerting: Alerting
    ) -> None:
        super().__init__(scope, id)
        self._environment = environment
        name = environment.readiness_name
        standby = standby_settings(environment)
        function = Function(
            self,
            "standby_readiness",
            settings=FunctionSettings(
                name=name,
                description="Tells whether the standby could take over",
                purpose="Readiness checks of the standby: reading, and a metric",
                handler=HANDLER,
                timeout=TIMEOUT,
                memory=MEMORY_MIB,
                permissions=[*on_standby(standby, alerting.topic_arn), *on_metric()],
                variables={"STANDBY": standby.to_json()},
            ),
            log_days=environment.logs.days,
            key_arn=alerting.key_arn,
        )
        Every(
            self,
            "standby_readiness_schedule",
            function=function,
            minutes=BETWEEN_RUNS,
            name=f"{name}-schedule",
            description="Has the standby checked",
        )
        for kind in readiness_kinds(environment):
            self._not_ready(kind, alerting.topic_arn)

    def _not_ready(self, kind: str, topic_arn: str) -> None:
        """Every run of an hour found something, or there was none: the minimum of both runs, in a
        window that CloudWatch moves on each minute. A fault is told at most an hour after it began.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
        """
        Alarm(
            self,
            "standby_not_ready_alarm",
            prefix=self._environment.name,
            kind=kind,
            description=f"For {ALARM_MINUTES} minutes, each run of the standby's readiness checks"
            " has found something that would keep it from taking over, or none has run.",
            alarms=self._environment.alarms,
            topic_arn=topic_arn,
            treat_missing_data="breaching",
            namespace=METRIC_NAMESPACE,
            metric_name=FAULTS_METRIC,
            dimensions={METRIC_DIMENSION: self._environment.name},
            statistic="Minimum",
            period=ALARM_MINUTES * MINUTE,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1,
        )
