"""What tells people, from the primary's region, that the standby is lost."""

from constructs import Construct

from environments import Environment
from functions.failover_control.metrics import METRIC_DIMENSION, METRIC_NAMESPACE, STANDBY_METRIC
from modules.alarms import MINUTE, WATCH_KIND, Alarm
from modules.alerts import Alerting
from modules.functions import EveryMinute, Function, FunctionSettings, on_metric
from modules.module import Module

HANDLER = "functions.standby_watch.handler.handle"
# Seconds: a lookup or an answer, and CloudWatch, at the slowest that the function waits for; and a
# start of Lambda's.
TIMEOUT = 30
# What is over by then, nobody has to be woken for.
LOST_MINUTES = 5


class StandbyWatch(Module):
    """A function that looks at the standby each minute, and an alarm.

    It asks what Route 53 thinks of the standby. A pilot light is unhealthy by design while it
    sleeps: there, and where no record tells, it asks whether the standby's load balancer answers.

    Args:
        environment: The deployment.
        alerting: Whom the alarm tells, and what encrypts the log; of this region.
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
            # Before `global` is there for the first time, nothing is known, and nothing lost.
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
