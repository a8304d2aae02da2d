"""Whether the standby is needed, as a metric: nothing obeys it, alarms and people read it."""

from typing import Any

from functions.failover_control.switch import METRIC_DIMENSION, METRIC_NAMESPACE

NEED_METRIC = "StandbyNeeded"


class NeedMetric:
    """Tells CloudWatch whether users need the standby; a run is the heartbeat.

    cloudwatch: a boto3 client of the standby's region. deployment: the metric's dimension.
    """

    def __init__(self, cloudwatch: Any, *, deployment: str) -> None:
        self._cloudwatch = cloudwatch
        self._deployment = deployment
        self._published: bool | None = None

    def publish(self, *, needed: bool) -> None:
        """Publishes it, once for this object as long as it does not change.

        Alarms take the highest value of a minute, so that of a change the "needed" remains. Raises
        botocore's errors.
        """
        if needed == self._published:
            return
        self._cloudwatch.put_metric_data(
            Namespace=METRIC_NAMESPACE,
            MetricData=[
                {
                    "MetricName": NEED_METRIC,
                    "Dimensions": [{"Name": METRIC_DIMENSION, "Value": self._deployment}],
                    "Value": float(needed),
                }
            ],
        )
        self._published = needed
