"""The name that users open, and what moves it from the primary region to the standby."""

from modules.dns.alarms import HealthAlarms
from modules.dns.dashboard import Dashboard
from modules.dns.failover import FailoverDns, FailoverNames
from modules.dns.forwarding import AlarmForwarding
from modules.dns.query_log import QueryLog

__all__ = [
    "AlarmForwarding",
    "Dashboard",
    "FailoverDns",
    "FailoverNames",
    "HealthAlarms",
    "QueryLog",
]
