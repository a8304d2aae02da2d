"""Alarms on the failover control, and on a standby that is needed."""

from dataclasses import dataclass
from typing import Any

from constructs import Construct

from environments import Environment
from functions.failover_control.metrics import (
    METRIC_DIMENSION,
    METRIC_NAMESPACE,
    NEED_METRIC,
    PROMOTION_METRIC,
    READ_ONLY_METRIC,
    REPLICATION_METRIC,
    SWITCH_METRIC,
)
from modules.alarms import MINUTE, Alarm, MissingData, control_kinds, expression, metric
from modules.module import Module
from modules.recovery_time import until_awake

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
HOSTS, ANSWERS = "HealthyHostCount", "HTTPCode_Target_2XX_Count"
# Minutes that a needed standby may take to serve, in addition to its boot time.
SERVING_TIMEOUT_MINUTES = 3
# In minutes, and thus in runs, one a minute: a later run makes up for a failed one.
SILENT_MINUTES = 5
FAILED_MINUTES = 3
# One, so that a person is told at once; and what a switchover takes.
READ_ONLY_MINUTES = 1
BROKEN_MINUTES = 10
OF_MINUTES = 5


@dataclass(frozen=True)
class WatchedControl:
    """What the alarms watch, in the standby's region."""

    function: str
    """Name of the function."""
    dead_letters: str
    """Name of the queue."""
    load_balancer: str
    """ARN suffix, the dimension of its metrics."""
    target_group: str
    """ARN suffix, the dimension of its metrics."""


class ControlAlarms(Module):
    """The alarms on the switch, the function, and the standby when it is needed.

    Args:
        environment: The deployment.
        watched: What the alarms watch.
        topic_arn: Topic to notify.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        watched: WatchedControl,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self._watched = watched
        self._topic_arn = topic_arn
        self._deployment = {METRIC_DIMENSION: environment.name}
        make = {
            "failover-switch": self._switch,
            "standby-cannot-serve": self._standby,
            "control-silent": self._silent,
            "control-errors": self._errors,
            "control-throttles": self._throttles,
            "control-dead-letters": self._dead_letters,
            "standby-read-only": self._read_only,
            "replication-broken": self._replication,
            "promotion-failed": self._promotion,
        }
        for kind in control_kinds(environment):
            make[kind](kind)

    def _switch(self, kind: str) -> None:
        """In ALARM while the function reports that the switch is set. It only informs people.
        Without a report it keeps its state, as the switch does."""
        self._alarm(
            kind,
            "The failover switch is set: the primary is out of service until an operator clears"
            " it.",
            "ignore",
            namespace=METRIC_NAMESPACE,
            metric_name=SWITCH_METRIC,
            dimensions=self._deployment,
            statistic="Maximum",
            period=MINUTE,
            evaluation_periods=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1,
        )

    def _standby(self, kind: str) -> None:
        """A target group without targets reports no healthy hosts; in a comparison, missing data
        counts as 0. One minute without a report that the standby is needed does not restart the
        count; if there are no reports at all, control-silent goes off.

        An instance that says that it can serve may still fail the health page, so where the load
        balancer asks for a page of its own, good answers count: a standby that serves gives Route
        53's checkers some in every minute. A pilot light gets its boot time on top.
        """
        sleeps = self._environment.failover.strategy == "pilot_light"
        boot = until_awake(self._environment)
        minutes = SERVING_TIMEOUT_MINUTES + (-(-boot // MINUTE) if sleeps else 0)
        targets = {
            "LoadBalancer": self._watched.load_balancer,
            "TargetGroup": self._watched.target_group,
        }
        lives = self._environment.application.live_path is not None
        serving, stat = (ANSWERS, "Sum") if lives else (HOSTS, "Maximum")
        self._alarm(
            kind,
            f"The standby has been needed for {minutes} minutes and no instance of it serves.",
            "notBreaching",
            metric_query=[
                expression("needed > healthy", label="needed, and does not serve"),
                metric("needed", METRIC_NAMESPACE, NEED_METRIC, self._deployment, stat="Maximum"),
                metric("healthy", "AWS/ApplicationELB", serving, targets, stat=stat),
            ],
            evaluation_periods=minutes + 1,
            datapoints_to_alarm=minutes,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1,
        )

    def _silent(self, kind: str) -> None:
        """Each run reports whether the standby is needed, unless it cannot know: the function does
        not run, DNS does not tell it the primary's health, or S3 does not tell it the switch's
        position."""
        self._alarm(
            kind,
            f"For {SILENT_MINUTES} minutes the failover control has not known whether the standby"
            " is needed, or has not run: a failure of the primary may not latch.",
            "breaching",
            namespace=METRIC_NAMESPACE,
            metric_name=NEED_METRIC,
            dimensions=self._deployment,
            statistic="SampleCount",
            period=MINUTE,
            evaluation_periods=SILENT_MINUTES,
            comparison_operator="LessThanThreshold",
            threshold=1,
        )

    def _errors(self, kind: str) -> None:
        """A function that does not run has no errors; control-silent covers that."""
        self._of_lambda(kind, "Errors", "failed, in part at least")

    def _throttles(self, kind: str) -> None:
        self._of_lambda(kind, "Throttles", "were turned away by Lambda: the account's concurrency")

    def _of_lambda(self, kind: str, name: str, what: str) -> None:
        self._alarm(
            kind,
            f"Runs of the failover control {what}, in {FAILED_MINUTES} of {OF_MINUTES} minutes.",
            "notBreaching",
            namespace="AWS/Lambda",
            metric_name=name,
            dimensions={"FunctionName": self._watched.function},
            statistic="Sum",
            period=MINUTE,
            evaluation_periods=OF_MINUTES,
            datapoints_to_alarm=FAILED_MINUTES,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
        )

    def _dead_letters(self, kind: str) -> None:
        """Counts messages sent, not messages in the queue: a queue that nobody empties would keep
        the alarm on and mask the next failure. SQS reports nothing for a queue that has long been
        idle.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
        """
        self._alarm(
            kind,
            "A run of the failover control failed, and what it should have dealt with is kept.",
            "notBreaching",
            namespace="AWS/SQS",
            metric_name="NumberOfMessagesSent",
            dimensions={"QueueName": self._watched.dead_letters},
            statistic="Sum",
            period=5 * MINUTE,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            tells_of_end=False,
        )

    def _read_only(self, kind: str) -> None:
        """Without a report it keeps its state: control-silent covers that."""
        promotes = self._environment.data.promotes
        by = "The failover control does soon" if promotes else "No one does unless you do"
        self._reported(
            kind,
            "Users need the standby, and its database only takes reads until somebody promotes it."
            f" {by}.",
            READ_ONLY_METRIC,
            minutes=READ_ONLY_MINUTES,
        )

    def _replication(self, kind: str) -> None:
        self._reported(
            kind,
            f"For {BROKEN_MINUTES} minutes the regions' databases have not replicated: what is"
            " written now is in one region alone.",
            REPLICATION_METRIC,
            minutes=BROKEN_MINUTES,
        )

    def _promotion(self, kind: str) -> None:
        self._reported(
            kind,
            "The failover control could not see or promote the standby's database for"
            f" {FAILED_MINUTES} minutes.",
            PROMOTION_METRIC,
            minutes=FAILED_MINUTES,
        )

    def _reported(self, kind: str, description: str, metric_name: str, *, minutes: int) -> None:
        self._alarm(
            kind,
            description,
            "ignore",
            namespace=METRIC_NAMESPACE,
            metric_name=metric_name,
            dimensions=self._deployment,
            statistic="Minimum",
            period=MINUTE,
            evaluation_periods=minutes,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1,
        )

    def _alarm(
        self, kind: str, description: str, treat_missing_data: MissingData, **settings: Any
    ) -> None:
        Alarm(
            self,
            f"{kind.replace('-', '_')}_alarm",
            prefix=self._environment.name,
            kind=kind,
            description=description,
            alarms=self._environment.alarms,
            topic_arn=self._topic_arn,
            treat_missing_data=treat_missing_data,
            **settings,
        )
