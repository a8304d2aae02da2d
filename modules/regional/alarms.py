"""Alarms on a region's web tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable, TerraformProvider
from constructs import Construct

from environments import Alarms
from modules.alarms import (
    MINUTE,
    Alarm,
    MissingData,
    alarm_name,
    expression,
    metric,
    regional_kinds,
)
from modules.module import Module

BALANCERS = "AWS/ApplicationELB"
# Consecutive minutes. A minute in which an instance dies is no reason to wake anybody: the load
# balancer takes it out within seconds.
SUSTAINED = 3
FIREWALL_PERIOD = 300
DAY = 24 * 3600
# ACM starts renewing 60 days before expiry, or 45 for certificates valid for less than a year. So
# by now it has been failing for two weeks.
# https://docs.aws.amazon.com/acm/latest/userguide/dns-renewal-validation.html
DAYS_TO_EXPIRY = 30


def booting_minutes(boot: int) -> int:
    """For how long an instance that boots in `boot` seconds may be unhealthy."""
    return -(-boot // MINUTE) + 1


def replacing_minutes(boot: int) -> int:
    """Until a dead instance is noticed, terminated, and replaced by one that boots."""
    return 2 * booting_minutes(boot)


@dataclass(frozen=True)
class WatchedRegion:
    """What the alarms watch."""

    load_balancer: str
    """ARN suffix, the dimension of its metrics."""
    target_group: str
    """ARN suffix, the dimension of its metrics."""
    firewall: str
    """Name of the web ACL's metric."""
    certificate_arn: str | None
    """None for plain HTTP."""
    min_size: int
    """Minimum number of instances."""
    boot: int
    """Seconds from an instance's launch until the load balancer sends it users."""


class RegionalAlarms(Module):
    """The alarms on one region's load balancer, instances, firewall and certificate.

    What each of the load balancer's metrics reports, and when:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html

    Args:
        prefix: Start of their names.
        region: Region of the alarms.
        watched: What they watch.
        thresholds: When they go off, and where their runbooks are.
        topic_arn: Topic to notify.
        depends_on: What must serve before too few hosts count as a failure.
        provider: Provider for `region`; None for the stack's own.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        prefix: str,
        region: str,
        watched: WatchedRegion,
        thresholds: Alarms,
        topic_arn: str,
        depends_on: Sequence[ITerraformDependable],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        self._prefix = prefix
        self._region = region
        self._watched = watched
        self._thresholds = thresholds
        self._topic_arn = topic_arn
        self._depends_on = depends_on
        self._balancer = {"LoadBalancer": watched.load_balancer}
        self._targets = {**self._balancer, "TargetGroup": watched.target_group}
        make = {
            "unhealthy-hosts": self._unhealthy_hosts,
            "too-few-hosts": self._too_few_hosts,
            "load-balancer-errors": self._load_balancer_errors,
            "target-errors": self._target_errors,
            "slow-responses": self._slow_responses,
            "firewall-blocks": self._firewall_blocks,
            "certificate-expiry": self._certificate_expiry,
        }
        self.by_name: dict[str, ITerraformDependable] = {}
        tls = watched.certificate_arn is not None
        for kind in regional_kinds(min_size=watched.min_size, tls=tls):
            make[kind](kind)

    def _unhealthy_hosts(self, kind: str) -> None:
        """Takes the minimum of each minute, so that a rolling replacement is no failure. Without
        registered targets nothing is reported; too-few-hosts covers that."""
        minutes = booting_minutes(self._watched.boot)
        self._alarm(
            kind,
            f"Instances have not answered the load balancer for {minutes} minutes.",
            "notBreaching",
            namespace=BALANCERS,
            metric_name="UnHealthyHostCount",
            dimensions=self._targets,
            statistic="Minimum",
            period=MINUTE,
            evaluation_periods=minutes,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
        )

    def _too_few_hosts(self, kind: str) -> None:
        """Without registered targets nothing is reported, so missing data means no hosts."""
        least, minutes = self._watched.min_size, replacing_minutes(self._watched.boot)
        self._alarm(
            kind,
            f"Fewer than {least} instances have served for {minutes} minutes: they are not"
            " replaced.",
            "breaching",
            namespace=BALANCERS,
            metric_name="HealthyHostCount",
            dimensions=self._targets,
            statistic="Maximum",
            period=MINUTE,
            evaluation_periods=minutes,
            comparison_operator="LessThanThreshold",
            threshold=least,
            depends_on=self._depends_on,
        )

    def _load_balancer_errors(self, kind: str) -> None:
        """RequestCount omits requests that the load balancer rejected before it chose a target,
        which is all of them if there is none. So errors are added to it. Requests that failed after
        the choice are then counted twice: the percentage comes out too low, but never below half
        the true value."""
        self._error_rate(
            kind,
            "The load balancer itself answers users with errors: it has no healthy instance, or"
            " instances do not answer it in time.",
            "HTTPCode_ELB_5XX_Count",
            "100 * errors / (requests + errors)",
        )

    def _target_errors(self, kind: str) -> None:
        self._error_rate(
            kind,
            "The application answers users with errors.",
            "HTTPCode_Target_5XX_Count",
            "100 * errors / requests",
        )

    def _error_rate(self, kind: str, description: str, counted: str, percent: str) -> None:
        """In metric math, missing values are 0, and a division by 0 gives no data point: without
        requests there is no data, and no alarm."""
        limit = self._thresholds.error_percent
        self._alarm(
            kind,
            f"{description} More than {limit} % of the requests for {SUSTAINED} minutes.",
            "notBreaching",
            metric_query=[
                expression(percent, label="% of requests"),
                metric("errors", BALANCERS, counted, self._balancer, stat="Sum"),
                metric("requests", BALANCERS, "RequestCount", self._balancer, stat="Sum"),
            ],
            evaluation_periods=SUSTAINED,
            comparison_operator="GreaterThanThreshold",
            threshold=limit,
        )

    def _slow_responses(self, kind: str) -> None:
        """Without requests there is no data, and nobody is waiting."""
        limit = self._thresholds.latency_seconds
        self._alarm(
            kind,
            f"One request in a hundred takes longer than {limit:g} s, for {SUSTAINED} minutes.",
            "notBreaching",
            namespace=BALANCERS,
            metric_name="TargetResponseTime",
            dimensions=self._balancer,
            extended_statistic="p99",
            period=MINUTE,
            evaluation_periods=SUSTAINED,
            comparison_operator="GreaterThanThreshold",
            threshold=limit,
        )

    def _firewall_blocks(self, kind: str) -> None:
        """AWS WAF reports nothing while it blocks nothing:
        https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
        """
        limit = self._thresholds.blocked_requests
        self._alarm(
            kind,
            f"The firewall blocked more than {limit:,} requests in five minutes: an attack, or a"
            " rule that turns users away.",
            "notBreaching",
            namespace="AWS/WAFV2",
            metric_name="BlockedRequests",
            dimensions={"WebACL": self._watched.firewall, "Rule": "ALL", "Region": self._region},
            statistic="Sum",
            period=FIREWALL_PERIOD,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=limit,
        )

    def _certificate_expiry(self, kind: str) -> None:
        """ACM reports twice a day, and stops once the certificate has expired:
        https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html
        """
        self._alarm(
            kind,
            f"The certificate expires in fewer than {DAYS_TO_EXPIRY} days: AWS could not renew it.",
            "ignore",
            namespace="AWS/CertificateManager",
            metric_name="DaysToExpiry",
            dimensions={"CertificateArn": self._watched.certificate_arn},
            statistic="Minimum",
            period=DAY,
            evaluation_periods=1,
            comparison_operator="LessThanThreshold",
            threshold=DAYS_TO_EXPIRY,
        )

    def _alarm(
        self, kind: str, description: str, treat_missing_data: MissingData, **settings: Any
    ) -> None:
        alarm = Alarm(
            self,
            f"{kind.replace('-', '_')}_alarm",
            prefix=self._prefix,
            kind=kind,
            description=description,
            alarms=self._thresholds,
            topic_arn=self._topic_arn,
            treat_missing_data=treat_missing_data,
            **settings,
        )
        self.by_name[alarm_name(self._prefix, kind)] = alarm
