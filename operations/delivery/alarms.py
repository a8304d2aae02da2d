"""A region's alarms that speak against a release."""

from datetime import datetime

from environments import Environment, Role
from modules.alarm_names import about_the_application
from operations.aws import Connect, client, refused


class RegionalAlarms:
    """The alarms on one region's application."""

    def __init__(self, environment: Environment, role: Role, connect: Connect = client) -> None:
        self._region = environment.regional(role).region
        self._cloudwatch = connect("cloudwatch", self._region)
        self.names = about_the_application(environment, role)

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
