"""Alarms that notify people, and their names."""

from modules.alarm_names import (
    WATCH_KIND,
    alarm_name,
    all_alarms,
    control_kinds,
    global_kinds,
    regional_kinds,
)
from modules.alarms.alarm import MINUTE, Alarm, MissingData, expression, metric

__all__ = [
    "MINUTE",
    "WATCH_KIND",
    "Alarm",
    "MissingData",
    "alarm_name",
    "all_alarms",
    "control_kinds",
    "expression",
    "global_kinds",
    "metric",
    "regional_kinds",
]
