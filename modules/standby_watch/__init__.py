"""Tells people, from the primary's region, that the standby is lost."""

from constructs import Construct

from environments import Environment
from functions.failover_control.metrics import METRIC_DIMENSION, METRIC_NAMESPACE, STANDBY_METRIC
from modules.alarms import MINUTE, WATCH_KIND, Alarm
from modules.alerts import Alerting
from modules.functions import EveryMinute, Function, FunctionSettings, on_metric
from modules.module import Module

HANDLER = "functions.standby_watch.handler.handle"
# Seconds: the slowest lookup or answer that the function waits for, CloudWatch, and a cold start.
TIMEOUT = 30
# Nobody has to be woken for a shorter loss.
LOST_MINUTES = 5


class StandbyWatch(Module):
    """A function that looks at the standby each minute, and an alarm.

    It looks up the standby's health according to Route 53. A sleeping pilot light is unhealthy by
    design: for that, and if there is no record to look up, it checks whether the standby's load
    balancer answers.

    Args:
        environment: The deployment.
        alerting: This region's alarm topic, and the key that encrypts the log.
    """

    def __init__(
        self, scope: Construct, id: str, *, environment: Environment, alerting: Alerting
    ) -> None:
        super().__init__(scope, id)
        self._environment = environment
        name = f"{environment.name}-standby-watch"
        settings = FunctionSettings(
            name=name,
            description="Tells whether the standby is there",
            purpose="Watch over the standby: a metric",
            handler=HANDLER,
            timeout=TIMEOUT,
            permissions=list(on_metric()),
            variables={"DEPLOYMENT": environment.name, **_asked(environment)},
        )
        function = Function(
            self,
            "standby_watch",
            settings=settings,
            log_days=environment.logs.days,
            key_arn=alerting.key_arn,
        )
        EveryMinute(
            self,
            "standby_watch_minute",
            function=function,
            name=f"{name}-minute",
            description="Has the watch over the standby look",
        )
        self._alarm(alerting.topic_arn)

    def _alarm(self, topic_arn: str) -> None:
        Alarm(
            self,
            "standby_lost_alarm",
            prefix=self._environment.name,
            kind=WATCH_KIND,
            description="Seen from the primary's region, the standby has been gone for"
            f" {LOST_MINUTES} minutes, or nobody knows: were the primary lost, nobody might be"
            " moved.",
            topic_arn=topic_arn,
            # Until `global` is deployed for the first time, nothing is known, and nothing is lost.
            treat_missing_data="missing",
            namespace=METRIC_NAMESPACE,
            metric_name=STANDBY_METRIC,
            dimensions={METRIC_DIMENSION: self._environment.name},
            statistic="Maximum",
            period=MINUTE,
            evaluation_periods=LOST_MINUTES,
            comparison_operator="LessThanThreshold",
            threshold=1,
        )


def _asked(environment: Environment) -> dict[str, str]:
    failover = environment.failover
    if failover.controlled and failover.strategy != "pilot_light":
        return {"STANDBY_HEALTH_NAME": environment.health_name("dr")}
    return {"STANDBY_URL": f"{environment.scheme}://{environment.regional_name('dr')}/"}
