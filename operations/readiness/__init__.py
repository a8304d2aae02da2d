"""`failover ready`: whether the standby could take over now.

What the standby's region alone can tell is checked by `functions.standby_readiness`, which also
runs there; what takes both regions, or DNS, is checked here.
"""
