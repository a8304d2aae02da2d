"""Tells people, from the primary's region, that the standby is lost or has another release."""

import json
from collections.abc import Iterator
from typing import Any

from constructs import Construct

from environments import ROLES, Environment
from functions.failover_control.metrics import (
    METRIC_DIMENSION,
    METRIC_NAMESPACE,
    RELEASES_METRIC,
    STANDBY_METRIC,
)
from modules.alarms import MINUTE, RELEASES_KIND, WATCH_KIND, Alarm, watch_kinds
from modules.alerts import Alerting
from modules.functions import Every, Function, FunctionSettings, on_metric
from modules.iam import allow
from modules.lost_writes import on_lost_writes, watched_cluster
from modules.module import Module
from releases import CURRENT

HANDLER = "functions.standby_watch.handler.handle"
# Seconds: the slowest lookup or answer that the function waits for, S3 in both regions, CloudWatch,
# RDS, and a cold start.
TIMEOUT = 40
# Nobody has to be woken for a shorter loss.
LOST_MINUTES = 5


class StandbyWatch(Module):
    """A function that looks at the standby each minute, and alarms.

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
            permissions=[
                *on_metric(),
                *_on_releases(environment),
                *on_lost_writes(environment, "primary"),
            ],
            variables={
                "DEPLOYMENT": environment.name,
                **_asked(environment),
                **_compared(environment),
                **_kept(environment),
            },
        )
        function = Function(
            self,
            "standby_watch",
            settings=settings,
            log_days=environment.logs.days,
            key_arn=alerting.key_arn,
        )
        Every(
            self,
            "standby_watch_minute",
            function=function,
            name=f"{name}-minute",
            description="Has the watch over the standby look",
        )
        self._standby_lost(alerting.topic_arn)
        if RELEASES_KIND in watch_kinds(environment):
            self._releases_differ(alerting.topic_arn)

    def _standby_lost(self, topic_arn: str) -> None:
        Alarm(
            self,
            "standby_lost_alarm",
            prefix=self._environment.name,
            kind=WATCH_KIND,
            description="Seen from the primary's region, the standby has been gone for"
            f" {LOST_MINUTES} minutes, or nobody knows: were the primary lost, nobody might be"
            " moved.",
            alarms=self._environment.alarms,
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

    def _releases_differ(self, topic_arn: str) -> None:
        minutes = self._environment.delivery.skew_minutes
        Alarm(
            self,
            "releases_differ_alarm",
            prefix=self._environment.name,
            kind=RELEASES_KIND,
            description=f"For {minutes} minutes, the two regions have had different releases: after"
            " a failover, users would get another one. Deploy one to both.",
            alarms=self._environment.alarms,
            topic_arn=topic_arn,
            # A region that does not answer has alarms of its own.
            treat_missing_data="notBreaching",
            namespace=METRIC_NAMESPACE,
            metric_name=RELEASES_METRIC,
            dimensions={METRIC_DIMENSION: self._environment.name},
            statistic="Minimum",
            period=MINUTE,
            evaluation_periods=minutes,
            # A minute without a report does not restart the count.
            datapoints_to_alarm=minutes - minutes // 10,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=1,
        )


def _kept(environment: Environment) -> dict[str, str]:
    """Whose lost writes are kept."""
    cluster = watched_cluster(environment, "primary")
    return {"DATABASE_CLUSTER": cluster} if cluster else {}


def _compared(environment: Environment) -> dict[str, str]:
    """Where the regions' releases are."""
    if environment.application.kind != "release":
        return {}
    buckets = {
        environment.regional(role).region: environment.releases_bucket(role) for role in ROLES
    }
    return {"RELEASES": json.dumps(buckets)}


def _on_releases(environment: Environment) -> Iterator[dict[str, Any]]:
    """Lets the function read what is current. To who may not list a bucket, S3 does not say that an
    object is missing."""
    if environment.application.kind != "release":
        return
    for role in ROLES:
        bucket = f"arn:aws:s3:::{environment.releases_bucket(role)}"
        yield allow("s3:GetObject", on=f"{bucket}/{CURRENT}")
        yield allow("s3:ListBucket", on=bucket)


def _asked(environment: Environment) -> dict[str, str]:
    failover = environment.failover
    if failover.controlled and failover.strategy != "pilot_light":
        return {"STANDBY_HEALTH_NAME": environment.health_name("dr")}
    return {"STANDBY_URL": f"{environment.scheme}://{environment.regional_name('dr')}/"}
