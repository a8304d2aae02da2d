"""Keeps a failover in place and wakes the standby, from the standby's region."""

from modules.failover_control.control import (
    FailoverControl,
    StandbyResources,
    endpoint_alarm_pattern,
)
from modules.failover_control.switch import SwitchBucket

__all__ = [
    "FailoverControl",
    "StandbyResources",
    "SwitchBucket",
    "endpoint_alarm_pattern",
]
