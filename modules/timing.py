"""How often things are probed, in seconds and probes: the target groups first.

The shortest interval that AWS allows; an instance that dies right after a probe is out after two
more intervals and the last probe's timeout: 5 + 5 + 4 = 14.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

PROBE_INTERVAL = 5
PROBE_TIMEOUT = 4
PROBES_TO_FAIL = 2
PROBES_TO_RECOVER = 2

# Of the failover switch's object, by Route 53. One probe settles it: an object that is not there is
# never read by mistake, and one that is must go unread by most checkers at once.
SWITCH_INTERVAL = 10
SWITCH_THRESHOLD = 1
