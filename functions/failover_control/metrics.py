"""What the functions tell CloudWatch: nothing obeys it, alarms and people read it."""

from typing import Any

METRIC_NAMESPACE = "Failover"
METRIC_DIMENSION = "Deployment"
NEED_METRIC = "StandbyNeeded"
SWITCH_METRIC = "FailedOver"
# Of the watch in the primary's region.
STANDBY_METRIC = "StandbyThere"


class Metrics:
    """Tells CloudWatch, such as whether users need the standby and whether the switch is set; a run
    is the heartbeat.

    cloudwatch: a boto3 client of the function's region. deployment: the metrics' dimension.
    """

    def __init__(self, cloudwatch: Any, *, deployment: str) -> None:
        self._cloudwatch = cloudwatch
        self._deployment = deployment
        self._published: dict[str, bool] = {}

    def publish(self, **values: bool | None) -> None:
        """Publishes what is known of these metrics (1 is yes), each once for this object as long as
        it does not change.

        Alarms take the highest value of a minute, so that of a change the "yes" remains. Raises
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
