"""The name that users open, and what moves it from the primary region to the standby."""

from modules.dns.failover import FailoverDns
from modules.dns.recovery_time import ALIAS_TTL, RecoveryTime, worst_case

__all__ = ["ALIAS_TTL", "FailoverDns", "RecoveryTime", "worst_case"]
