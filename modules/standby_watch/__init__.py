"""What tells people, from the primary's region, that the standby is lost."""

from constructs import Construct

from environments import Environment
from functions.failover_control.metrics import METRIC_DIMENSION, METRIC_NAMESPACE, STANDBY_METRIC
from modules.alarms import MINUTE, WATCH_KIND, Alarm
from modules.functions import Function, every_minute, on_metric

HANDLER = "functions.standby_watch.handler.handle"
# Seconds: a lookup or an answer, and CloudWatch, at the slowest that the function waits for; and a
# start of Lambda's.
TIMEOUT = 30
# What is over by then, nobody has to be woken for.
LOST_MINUTES = 5


class StandbyWatch:
    """A function that looks at the standby each minute, and an alarm.

    It asks what Route 53 thinks of the standby. A pilot light is unhealthy by design while it
    sleeps: there, and where no record tells, it asks whether the standby's load balancer answers.
    topic_arn: whom the alarm tells. key_arn: of the KMS key for the log. Both of this region.
    """

    def __init__(
        self, scope: Construct, *, environment: Environment, topic_arn: str, key_arn: str
    ) -> None:
        name = f"{environment.name}-standby-watch"
        function = Function(
            scope,
            "standby_watch",
            name=name,
            description="Tells whether the standby is there",
            purpose="Watch over the standby: a metric",
            handler=HANDLER,
            timeout=TIMEOUT,
            permissions=list(on_metric()),
            variables={"DEPLOYMENT": environment.name, **_asked(environment)},
            log_days=environment.logs.days,
            key_arn=key_arn,
        )
        every_minute(
            scope,
            "standby_watch_minute",
            function,
            name=f"{name}-minute",
            description="Has the watch over the standby look",
        )
        Alarm(
            scope,
            "standby_lost_alarm",
            prefix=environment.name,
            kind=WATCH_KIND,
            says=f"Seen from the primary's region, the standby has been gone for {LOST_MINUTES}"
            " minutes, or nobody knows: were the primary lost, nobody might be moved.",
            topic_arn=topic_arn,
            # Before `global` is there for the first time, nothing is known, and nothing lost.
            treat_missing_data="missing",
            namespace=METRIC_NAMESPACE,
            metric_name=STANDBY_METRIC,
            dimensions={METRIC_DIMENSION: environment.name},
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
