"""Fixes of moto's CloudWatch."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

from typing import Any

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.sns.models import sns_backends

from sandbox.embedded_aws.mail import notify

ACTIONS = {
    "ALARM": "alarm_actions",
    "OK": "ok_actions",
    "INSUFFICIENT_DATA": "insufficient_data_actions",
}


def alarms_have_a_history() -> None:
    """moto has no DescribeAlarmHistory, and its alarms take no actions. Here, an alarm's history
    records each state change and each action, including whether the topic to notify exists, which
    is mailed:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
    """
    update_state = Alarm.update_state

    def update(self: Alarm, reason: str, reason_data: str, state_value: str) -> None:
        before = self.state_value
        update_state(self, reason, reason_data, state_value)
        if state_value == before:
            return
        _note(self, "StateUpdate", f"Alarm updated from {before} to {state_value}")
        if self.actions_enabled:
            for arn in getattr(self, ACTIONS[state_value]):
                _act(self, before, arn)

    def describe(self: CloudWatchResponse) -> ActionResult:
        name, kind = self._get_param("AlarmName"), self._get_param("HistoryItemType")
        alarms = [
            alarm
            for alarm in self.cloudwatch_backend.describe_alarms()
            if name in {None, alarm.name}
        ]
        items = [
            item
            for alarm in alarms
            for item in reversed(alarm.__dict__.get("happened", []))
            if kind in {None, item["HistoryItemType"]}
        ]
        return ActionResult({"AlarmHistoryItems": items})

    Alarm.update_state = update
    CloudWatchResponse.describe_alarm_history = describe


def _note(alarm: Alarm, kind: str, summary: str) -> None:
    item: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmType": "MetricAlarm",
        "Timestamp": utcnow(),
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": "{}",
    }
    alarm.__dict__.setdefault("happened", []).append(item)


def _act(alarm: Alarm, before: str, arn: str) -> None:
    *_, region, account, _ = arn.split(":")
    if arn in sns_backends[account][region].topics:
        _note(alarm, "Action", f"Successfully executed action {arn}")
        notify(alarm, before, arn)
    else:
        said = f"Failed to execute action {arn}. Received error: Topic does not exist"
        _note(alarm, "Action", said)
