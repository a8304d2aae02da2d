"""The name that users open, and what moves it from the primary region to the standby."""

from modules.dns.dashboard import Dashboard
from modules.dns.failover import FailoverDns
from modules.dns.query_log import QueryLog

__all__ = ["Dashboard", "FailoverDns", "QueryLog"]
