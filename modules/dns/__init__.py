"""The name that users open, and what moves it from the primary region to the standby."""

from modules.dns.failover import FailoverDns

__all__ = ["FailoverDns"]
