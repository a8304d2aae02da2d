"""What was published to CloudWatch, and when: the embedded AWS keeps it by real minutes, and a
compressed minute is over in seconds."""

from typing import Any

from operations.drill.clock import Clock
from operations.route53 import UnknownToTheModelError
from operations.route53.configuration import Alarm
from operations.route53.world import MetricKey

STATISTICS = {"Maximum": max, "Minimum": min}


class Metrics:
    """All data of all metrics."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._data: list[tuple[float, MetricKey, float]] = []

    def client(self, cloudwatch: Any, region: str) -> Any:
        """A CloudWatch client whose data are noted here once it has published them."""
        return _Noting(cloudwatch, region, self)

    def note(self, region: str, namespace: str, data: list[dict[str, Any]]) -> None:
        """Takes in published data."""
        for datum in data:
            dimensions = tuple(sorted((one["Name"], one["Value"]) for one in datum["Dimensions"]))
            key = (region, namespace, datum["MetricName"], dimensions)
            self._data.append((self._clock.now, key, datum["Value"]))

    def values(self, alarms: tuple[Alarm, ...]) -> dict[MetricKey, float]:
        """Each alarm's statistic of the period that is under way, or else of the one before.

        An alarm's periods begin at full minutes:
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
        """
        found: dict[MetricKey, float] = {}
        for alarm in alarms:
            key = (alarm.region, alarm.namespace, alarm.metric, alarm.dimensions)
            value = self._value(alarm, key)
            if value is not None:
                found[key] = value
        return found

    def _value(self, alarm: Alarm, key: MetricKey) -> float | None:
        if not any(one == key for _, one, _ in self._data):
            return None
        if alarm.periods != 1 or alarm.statistic not in STATISTICS:
            raise UnknownToTheModelError(f"how often, or by what, {alarm.name} is evaluated")
        period = self._clock.now // alarm.period
        for wanted in (period, period - 1):
            data = [
                value
                for at, one, value in self._data
                if one == key and at // alarm.period == wanted
            ]
            if data:
                return STATISTICS[alarm.statistic](data)
        return None


class _Noting:
    def __init__(self, cloudwatch: Any, region: str, metrics: Metrics) -> None:
        self._cloudwatch = cloudwatch
        self._region = region
        self._metrics = metrics

    def put_metric_data(self, **arguments: Any) -> Any:
        published = self._cloudwatch.put_metric_data(**arguments)
        self._metrics.note(self._region, arguments["Namespace"], arguments["MetricData"])
        return published
