"""Keeps a failover in place and wakes the standby, from the standby's region."""

from modules.failover_control.control import (
    FailoverControl,
    StandbyResources,
    endpoint_alarm_pattern,
)
from modules.failover_control.switch import (
    SwitchBucket,
    switch_object_host,
    switch_object_path,
)

__all__ = [
    "FailoverControl",
    "StandbyResources",
    "SwitchBucket",
    "endpoint_alarm_pattern",
    "switch_object_host",
    "switch_object_path",
]
