"""The functions' CloudWatch metrics. They are for alarms and people; nothing acts on them."""

from typing import Any

METRIC_NAMESPACE = "Failover"
METRIC_DIMENSION = "Deployment"
NEED_METRIC = "StandbyNeeded"
SWITCH_METRIC = "FailedOver"
# Of a deployment with a database.
READ_ONLY_METRIC = "StandbyReadOnly"
REPLICATION_METRIC = "ReplicationBroken"
PROMOTION_METRIC = "PromotionFailed"
# Published by the standby's readiness checks: how many of their findings stand in the way.
FAULTS_METRIC = "StandbyFaults"
# Both published by the standby watch, in the primary's region.
STANDBY_METRIC = "StandbyThere"
RELEASES_METRIC = "ReleasesDiffer"


class Metrics:
    """Publishes metrics, such as whether users need the standby and whether the switch is set.
    Every run publishes, which serves as a heartbeat.

    cloudwatch: a boto3 client for the function's region. deployment: value of the metrics'
    dimension.
    """

    def __init__(self, cloudwatch: Any, *, deployment: str) -> None:
        self._cloudwatch = cloudwatch
        self._deployment = deployment
        self._published: dict[str, float] = {}

    def publish(self, **values: float | None) -> None:
        """Publishes the known values of these metrics; of a question, 1 is yes. Each is published
        once per object, until it changes.

        Alarms take the maximum of a minute, so if a value changes, the "yes" counts. Raises
        botocore's errors.
        """
        news = {
            name: value
            for name, value in values.items()
            if value is not None and self._published.get(name) != value
        }
        if not news:
            return
        self._cloudwatch.put_metric_data(
            Namespace=METRIC_NAMESPACE,
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": METRIC_DIMENSION, "Value": self._deployment}],
                    "Value": float(value),
                }
                for name, value in news.items()
            ],
        )
        self._published |= news
