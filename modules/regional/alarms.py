"""What people are told of a region's web tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable, TerraformProvider
from constructs import Construct

from environments import Alarms
from modules.alarms import MINUTE, Alarm, MissingData, expression, metric, regional_kinds
from modules.module import Module

BALANCERS = "AWS/ApplicationELB"
# Consecutive minutes. One in which an instance dies is nobody's business: the load balancer leaves
# it out within seconds.
SUSTAINED = 3
# An instance boots for about three minutes, and is unhealthy meanwhile.
BOOTING = 5
# A dead one is noticed, ended, and replaced by one that boots.
REPLACING = 10
FIREWALL_PERIOD = 300
DAY = 24 * 3600
# ACM begins to renew 60 days before the end, or 45 where it issues for less than a year: by then it
# has failed for two weeks. https://docs.aws.amazon.com/acm/latest/userguide/dns-renewal-validation.html
DAYS_TO_EXPIRY = 30


@dataclass(frozen=True)
class WatchedRegion:
    """What the alarms are on."""

    load_balancer: str
    """The end of its ARN, as CloudWatch knows it."""
    target_group: str
    """The end of its ARN, as CloudWatch knows it."""
    firewall: str
    """The name of the web ACL's metric."""
    certificate_arn: str | None
    """None for plain HTTP."""
    min_size: int
    """The least of the instances."""


class RegionalAlarms(Module):
    """The alarms on one region's load balancer, instances, firewall and certificate.

    The load balancer's metrics, and what of them is reported when:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html

    Args:
        prefix: Starts their names.
        region: Theirs.
        watched: What they are on.
        thresholds: When it is too much.
        topic_arn: Whom they tell.
        depends_on: What has to serve before too few hosts are a failure.
        provider: Of `region`; None for the stack's own.
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
        tls = watched.certificate_arn is not None
        for kind in regional_kinds(min_size=watched.min_size, tls=tls):
            make[kind](kind)

    def _unhealthy_hosts(self, kind: str) -> None:
        """The lowest of each minute: a rolling replacement is no failure. Without registered
        targets nothing is reported; of those, too-few-hosts tells."""
        self._alarm(
            kind,
            f"Instances have not answered the load balancer for {BOOTING} minutes.",
            "notBreaching",
            namespace=BALANCERS,
            metric_name="UnHealthyHostCount",
            dimensions=self._targets,
            statistic="Minimum",
            period=MINUTE,
            evaluation_periods=BOOTING,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
        )

    def _too_few_hosts(self, kind: str) -> None:
        """Without registered targets nothing is reported, so that no data mean no host."""
        least = self._watched.min_size
        self._alarm(
            kind,
            f"Fewer than {least} instances have served for {REPLACING} minutes: they are not"
            " replaced.",
            "breaching",
            namespace=BALANCERS,
            metric_name="HealthyHostCount",
            dimensions=self._targets,
            statistic="Maximum",
            period=MINUTE,
            evaluation_periods=REPLACING,
            comparison_operator="LessThanThreshold",
            threshold=least,
            depends_on=self._depends_on,
        )

    def _load_balancer_errors(self, kind: str) -> None:
        """RequestCount leaves out what the load balancer turned away before it chose a target, as
        it does all when there is none: those are added. What failed after the choice is in both,
        which makes the percentage smaller than it is, and never smaller than half.
        """
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
        """In a percentage missing values are 0, and what would be divided by 0 is dropped: without
        requests there are no data, and no alarm."""
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
        """Without requests there are no data, and nobody waits."""
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
        """AWS WAF reports nothing where it blocks nothing:
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
        """ACM reports twice a day, and of a certificate that has expired nothing any more:
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
        Alarm(
            self,
            f"{kind.replace('-', '_')}_alarm",
            prefix=self._prefix,
            kind=kind,
            description=description,
            topic_arn=self._topic_arn,
            treat_missing_data=treat_missing_data,
            **settings,
        )
