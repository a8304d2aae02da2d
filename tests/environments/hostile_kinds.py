"""Values of the wrong type for each type of field in an environment file."""

import datetime
from typing import Any

DAY = datetime.date(1979, 5, 27)
MOMENT = datetime.datetime(1979, 5, 27, 7, 32, tzinfo=datetime.UTC)
NAN = float("nan")
INFINITE = float("inf")
DEEP: Any = []
for _ in range(60):
    DEEP = [DEEP]

# For each type of field: values that are not of it.
NO_TEXT = (True, 0, 10**30, 1.5, NAN, DAY, MOMENT, [], ["x"], DEEP, {}, {"x": "y"}, [{"x": 1}])
NO_NUMBER = (True, False, -(10**30), 10**30, 0.5, 1e300, INFINITE, NAN, "3", "", DAY, [], [3], {})
NO_SWITCH = (0, 1, -1, 1.0, "true", "yes", "", DAY, [], [True], {})
NO_LIST = ("x", 1, True, 1.0, DAY, {}, {"0": "x"}, [[]], [1], [True], [{}], [DEEP], [""], ["\n"])
NO_TABLE = ("x", "", 1, True, 1.5, DAY, [], ["x"], [{}], [[{}]], DEEP)
WRONG_KINDS = {
    "health_check.interval": (*NO_NUMBER, 10.0, 30.0),
    "health_check.failure_threshold": (*NO_NUMBER, 3.0),
    "dns.cname_ttl": (*NO_NUMBER, 10.0),
    "primary.capacity.min": (*NO_NUMBER, 3.0),
    "primary.capacity.desired": (*NO_NUMBER, 3.0),
    "dr.capacity.max": (*NO_NUMBER, 6.0),
    "dr.target_cpu_percent": (*NO_NUMBER, 50.0),
    "firewall.rate_limit": (*NO_NUMBER, 2000.0),
    "alarms.error_percent": (*NO_NUMBER, 5.0),
    "alarms.blocked_requests": (*NO_NUMBER, 1000.0),
    "alarms.latency_seconds": tuple(value for value in NO_NUMBER if value != 0.5),
    "logs.days": (*NO_NUMBER, 1.0, 365.0),
    **dict.fromkeys(
        (
            "tls",
            "deletion_protection",
            "dns.query_logs",
            "failover.activation",
            "dr.session_manager_endpoints",
        ),
        NO_SWITCH,
    ),
    **dict.fromkeys(
        (
            "allowed_account_ids",
            "alarms.emails",
            "alarms.webhooks",
            "primary.zones",
            "dr.existing_network.public_subnets",
            "dr.existing_network.load_balancer_security_groups",
        ),
        NO_LIST,
    ),
    **dict.fromkeys(
        (
            "dns",
            "health_check",
            "failover",
            "failover.routing_control",
            "firewall",
            "alarms",
            "logs",
            "primary",
            "primary.capacity",
            "dr.existing_network",
            "state",
            "state.global",
            "tags",
        ),
        NO_TABLE,
    ),
}
HUGE_LISTS = {
    field: (["x"] * 5_000, [10**30] * 5_000, ["\u202e" * 50] * 500)
    for field in ("allowed_account_ids", "alarms.emails", "alarms.webhooks", "primary.zones")
}
