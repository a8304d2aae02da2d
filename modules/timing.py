"""Probe timing: intervals and timeouts in seconds, thresholds in probes. Target groups come first.

They use the shortest interval that AWS allows. An instance that dies right after a probe is out
after two more intervals and the last probe's timeout: 5 + 5 + 4 = 14.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

PROBE_INTERVAL = 5
PROBE_TIMEOUT = 4
PROBES_TO_FAIL = 2
PROBES_TO_RECOVER = 2

# Route 53's checks of the failover switch's object. One probe is enough: a missing object is never
# read by mistake, and an existing one would have to be unreadable for most checkers at once.
SWITCH_INTERVAL = 10
SWITCH_THRESHOLD = 1
