"""A region's alarms that speak against a release."""

from datetime import datetime

from environments import Environment, Role
from modules.alarm_names import alarm_name, regional_kinds
from operations.aws import Connect, client, refused

# What an application's own fault sets off. A blocked request or an old certificate is none.
ABOUT_THE_APPLICATION = (
    "unhealthy-hosts",
    "too-few-hosts",
    "load-balancer-errors",
    "target-errors",
    "slow-responses",
)


class RegionalAlarms:
    """The alarms on one region's application."""

    def __init__(self, environment: Environment, role: Role, connect: Connect = client) -> None:
        self._region = environment.regional(role).region
        self._cloudwatch = connect("cloudwatch", self._region)
        prefix, least = environment.regional_prefix(role), environment.regional(role).capacity.min
        self.names = [
            alarm_name(prefix, kind)
            for kind in regional_kinds(min_size=least, tls=environment.tls)
            if kind in ABOUT_THE_APPLICATION
        ]

    def ringing(self) -> dict[str, datetime]:
        """Those in ALARM, and since when. Raises OperationError where CloudWatch refuses or does
        not answer."""
        with refused(f"{self._region}: alarms cannot be read"):
            found = self._cloudwatch.describe_alarms(AlarmNames=self.names)
        return {
            alarm["AlarmName"]: alarm["StateUpdatedTimestamp"]
            for alarm in found["MetricAlarms"]
            if alarm["StateValue"] == "ALARM"
        }
