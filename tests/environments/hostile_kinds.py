"""Values of the wrong type for each type of field in an environment file, and texts that mean what
they must not."""

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
    "application.port": (*NO_NUMBER, 80.0),
    "application.boot": (*NO_NUMBER, 180.0),
    "application.grace": (*NO_NUMBER, 600.0),
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
            "application.large_requests",
            "dns.query_logs",
            "failover.activation",
            "dr.session_manager_endpoints",
            "dr.zonal_shift",
        ),
        NO_SWITCH,
    ),
    **dict.fromkeys(
        (
            "allowed_account_ids",
            "alarms.emails",
            "alarms.webhooks",
            "application.packages",
            "dns.aliases",
            "health_check.regions",
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
            "application",
            "application.environment",
            "primary.application",
            "dr.application.environment",
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
    for field in (
        "allowed_account_ids",
        "alarms.emails",
        "alarms.webhooks",
        "application.packages",
        "primary.zones",
    )
}
# Texts that look right, and mean another place or thing.
WRONG_PLACES = (
    ("application.health_check_path", "health"),
    ("application.health_check_path", "https://example.com/health"),
    ("application.health_check_path", "/a//b"),
    ("application.health_check_path", "//"),
    ("application.health_check_path", "/./health"),
    ("application.health_check_path", "/a/.."),
    ("application.health_check_path", "/health?deep=1"),
    ("application.health_check_path", "/health#x"),
    ("application.health_check_path", "/%2e%2e/"),
    ("application.health_check_path", "/" + "a" * 200),
    ("application.live_path", "live"),
    ("application.live_path", "//"),
    ("application.live_path", "/live?deep=1"),
    ("application.health_check_string", "a" * 256),
    ("application.health_check_string", "\u00e9"),
    ("application.packages.0", "--nogpgcheck"),
    ("application.packages.0", "-y"),
    ("application.packages.0", "https://example.com/x.rpm"),
    ("application.packages.0", "/tmp/x.rpm"),
    ("application.packages.0", "./x.rpm"),
    ("application.packages.0", "@development"),
    ("application.packages.0", "nginx*"),
    ("application.packages.0", "nginx httpd"),
    ("application.packages.0", "\uff4eginx"),
    ("application.setup", "echo hello\n"),
    ("application.setup", "#!bash\n"),
    ("application.setup", " #!/bin/sh\n"),
    ("application.setup", "\ufeff#!/bin/sh\n"),
    ("application.setup", "#!/bin/sh\r\necho\r\n"),
    ("application.setup", "#cloud-config\n"),
    ("state.dr.key", "../x"),
    ("state.dr.key", "a/./b"),
    ("state.dr.key", ".."),
    ("state.dr.key", "."),
    ("alarms.webhooks.0", "https://user:secret@example.com/"),
    ("alarms.webhooks.0", "https://example.com/?key=secret"),
    ("alarms.webhooks.0", "http://example.com/"),
    ("alarms.webhooks.0", "https://../../"),
    ("alarms.webhooks.0", "https://example.com:99999/"),
    ("alarms.webhooks.0", "https://-/"),
    ("alarms.webhooks.0", "javascript:alert(1)"),
    ("alarms.webhooks.0", "file:///etc/passwd"),
    ("alarms.runbooks", "docs/alarms.md"),
    ("alarms.runbooks", "http://example.com/alarms"),
    ("alarms.runbooks", "https://user:secret@example.com/alarms"),
    ("alarms.runbooks", "https://example.com/alarms?token=secret"),
    ("alarms.runbooks", "https://example.com/alarms#primary-endpoint"),
    ("alarms.runbooks", "https://example.com/%zz"),
    ("alarms.runbooks", "https://example.com:99999/"),
    ("alarms.runbooks", "https://-/"),
    ("alarms.runbooks", "javascript:alert(1)"),
    ("alarms.emails.0", "Name <oncall@example.com>"),
    ("alarms.emails.0", "a@b@example.com"),
    ("alarms.emails.0", "a@-.-"),
    ("alarms.emails.0", "..@example.com"),
    ("failover.routing_control.endpoints.us-east-1", "https://../v1"),
    ("failover.routing_control.endpoints.us-east-1", "https://a.example.com:99999/v1"),
    ("dns.zone", "xn--" + "a" * 60 + ".com"),
    ("dns.zone", "a..com"),
    ("dns.zone", "\uff41wspractice.space"),
    ("dns.zone", "*.awspractice.space"),
    ("allowed_account_ids.0", "１２３４５６７８９０１２"),  # noqa: RUF001 - full-width digits
    ("allowed_account_ids.0", "0x1234567890"),
    ("primary.cidr", "10.0.0.0/16/16"),
    ("primary.cidr", "0x0a000000/16"),
    ("primary.cidr", "１0.0.0.0/16"),  # noqa: RUF001
    ("primary.page", "\x00"),
    ("primary.page", "\x1b[2J"),
    ("primary.page", "a\x08b"),
    ("primary.page", "'" * 12_288),
    ("primary.page", "\U0001f600" * 12_288),
)
