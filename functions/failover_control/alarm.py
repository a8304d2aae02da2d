"""A CloudWatch alarm's state change, as EventBridge delivers it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

SOURCE = "aws.cloudwatch"
DETAIL_TYPE = "CloudWatch Alarm State Change"


def failure_began(event: Mapping[str, Any], alarm: str) -> datetime | None:
    """The start of the data that set off this alarm; None for any other event.

    Not the time of the event: an alarm may report a failure when it is long over.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    if event.get("source") != SOURCE or event.get("detail-type") != DETAIL_TYPE:
        return None
    detail: Mapping[str, Any] = event.get("detail", {})
    state: Mapping[str, Any] = detail.get("state", {})
    if detail.get("alarmName") != alarm or state.get("value") != "ALARM":
        return None
    return _time(_start(state.get("reasonData")) or state.get("timestamp") or event["time"])


def _start(reason_data: str | None) -> str | None:
    """The start of the data; None if the reason does not contain it, as when a drill sets the alarm
    by hand."""
    try:
        said: Any = json.loads(reason_data or "{}")
    except ValueError:
        return None
    return cast("dict[str, Any]", said).get("startDate") if isinstance(said, dict) else None


def _time(text: str) -> datetime:
    """CloudWatch writes 2026-11-24T10:00:00.000+0000, EventBridge 2026-11-24T10:00:00Z."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
