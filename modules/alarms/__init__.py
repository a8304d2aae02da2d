"""Alarms that notify people, and their names."""

from modules.alarm_names import (
    DATABASE_KINDS,
    DELIVERY_KIND,
    RELEASES_KIND,
    WATCH_KIND,
    about_the_application,
    alarm_name,
    all_alarms,
    control_kinds,
    global_kinds,
    readiness_kinds,
    regional_kinds,
    table_kinds,
    table_prefix,
    watch_kinds,
)
from modules.alarms.alarm import MINUTE, Alarm, MissingData, expression, metric

__all__ = [
    "DATABASE_KINDS",
    "DELIVERY_KIND",
    "MINUTE",
    "RELEASES_KIND",
    "WATCH_KIND",
    "Alarm",
    "MissingData",
    "about_the_application",
    "alarm_name",
    "all_alarms",
    "control_kinds",
    "expression",
    "global_kinds",
    "metric",
    "readiness_kinds",
    "regional_kinds",
    "table_kinds",
    "table_prefix",
    "watch_kinds",
]
