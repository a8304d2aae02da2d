"""How the target groups probe, in seconds and probes.

The shortest interval that AWS allows; an instance that dies right after a probe is out after two
more intervals and the last probe's timeout: 5 + 5 + 4 = 14.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

PROBE_INTERVAL = 5
PROBE_TIMEOUT = 4
PROBES_TO_FAIL = 2
PROBES_TO_RECOVER = 2
