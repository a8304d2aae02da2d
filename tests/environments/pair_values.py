"""The values of the options of which tests/environments/pairs.py makes environment files.

A factor is a key of the file, or a few keys that only make sense together. For each factor, VALUES
has how each value changes a file, and COVERED the schema's keys that it covers, so that a test
notices keys that are never varied.
"""

from collections.abc import Mapping
from typing import Any

from environments import ROLES, Backend, Data, Table, limits
from environments.dns import HealthCheck
from sandbox.embedded_aws.process import ACCOUNT
from tests.arc import ROUTING_CONTROL

# Primary, standby, and the third region with the global state. The second set has opt-in regions;
# the third has no third region.
REGIONS = {
    "shipped": ("ap-south-1", "us-east-1", "us-west-2"),
    "opt_in": ("eu-south-2", "il-central-1", "us-west-2"),
    "two_alone": ("us-west-2", "us-east-1", "us-east-1"),
}
ZONES = {"us-east-1": "abcdef", "us-west-2": "abcd"}
STRING = "&<'\">".ljust(limits.HEALTH_CHECK_STRING.most, "x")
PLACEHOLDER = "vpc-00000000"
"""The ID of a network that must be created before the file can be used."""

Values = Mapping[str, Mapping[str, Any]]

VALUES: Values = {
    "name": {"short": "x", "long": "-of-twenty-letters"},
    "allowed_account_ids": {"any": [], "one": [ACCOUNT]},
    "tls": {"https": True, "http": False},
    "deletion_protection": {"on": True, "off": False},
    "dns": {
        "apex": {"label": ""},
        "below": {"label": "www.", "record": "alias", "aliases": ["", "shop.a."]},
        "cname": {"label": "www.", "record": "cname", "cname_ttl": 300, "aliases": ["shop."]},
        "cname_default": {"label": "a.b.", "record": "cname"},
    },
    "zone": {"top": "", "delegated": "sub."},
    "zone_id": {"looked_up": False, "given": True},
    "zone_account": {"own": None, "another": "222233334444"},
    "set_identifiers": {"default": {}, "own": {"primary": "Main, 1", "secondary": "Spare, 2"}},
    "query_logs": {"on": True, "off": False},
    "health_check": {
        "quick": {"interval": 10, "failure_threshold": 1},
        "slow": {
            "interval": 30,
            "failure_threshold": 10,
            "regions": ["eu-west-1", "us-east-1", "sa-east-1"],
        },
    },
    "strategy": {
        "hot": {"strategy": "hot"},
        "hot_alone": {"strategy": "hot", "activation": False},
        "warm": {"strategy": "warm"},
        "pilot_light": {"strategy": "pilot_light"},
    },
    "failback": {
        "manual": {"failback": "manual"},
        "automatic": {"failback": "automatic"},
        "routing_control": {"failback": "manual", "routing_control": ROUTING_CONTROL},
    },
    "firewall.common": {"block": "block", "count": "count"},
    "firewall.known_bad_inputs": {"block": "block", "count": "count"},
    "firewall.ip_reputation": {"block": "block", "count": "count"},
    "firewall.rate": {"block": "block", "count": "count"},
    "firewall.rate_limit": {"least": 10, "most": 2_000_000_000},
    "alarms.emails": {"none": [], "two": ["a@example.com", "b@example.com"]},
    "alarms.runbooks": {"none": None, "linked": "https://wiki.example.com/alarms.md"},
    "alarms.webhooks": {"none": [], "one": ["https://alerts.example.com/sns"]},
    "alarms.error_percent": {"least": 1, "more": 99},
    "alarms.latency_seconds": {"least": 0.01, "most": 60.0},
    "alarms.blocked_requests": {"least": 1, "most": 1_000_000_000},
    "logs.days": {"least": 1, "most": 1827},
    "workload": {
        "page": {},
        "page_set_up": {
            "setup": "#!/bin/bash\necho ok > /var/www/html/health\n",
            "health_check_path": "/health",
            "health_check_string": "ok",
        },
        "release": {
            "kind": "release",
            "health_check_path": f"/{'a' * (limits.HEALTH_CHECK_PATH.most - 1)}",
        },
        "release_set_up": {
            "kind": "release",
            "setup": "#!/bin/sh\n",
            "health_check_string": STRING,
            "live_path": f"/{'b' * (limits.HEALTH_CHECK_PATH.most - 1)}",
        },
        "image": {"kind": "image", "health_check_path": "/health", "live_path": "/live"},
    },
    "application.port": {"http": 80, "own": 8080},
    "application.times": {
        "quick": {"boot": 30, "grace": 60},
        "slow": {"boot": 1800, "grace": 7200},
    },
    "application.environment": {"none": {}, "two": {"GREETING": 'it\'s "$HOME" \\ é', "EMPTY": ""}},
    "application.packages": {"none": [], "two": ["jq", "php8.4"]},
    "application.large_requests": {"off": False, "on": True},
    "delivery.bake": {"none": 0, "long": 3600},
    "delivery.skew_minutes": {"short": 10, "long": 1440},
    # Only where the workload is a release. An account has one identity provider.
    "deliverers": {
        "nobody": {},
        "workflows": {"github": "octo-org/shop", "github_provider": False},
        "pipelines": {"pipeline": "codepipeline"},
    },
    "data": {
        "none": {},
        "aurora_postgresql": {
            "engine": "aurora-postgresql",
            "instances": 1,
            "backup_days": 1,
            "final_snapshot": False,
            "performance_insights": False,
            "lag_seconds": 5,
        },
        "aurora_mysql": {
            "engine": "aurora-mysql",
            "engine_version": "8.0.mysql_aurora.3.10.0",
            "promotion": "automatic",
            "promote_after_minutes": 60,
        },
        "rds_postgres": {
            "engine": "rds-postgres-replica",
            "instance_class": "db.t4g.micro",
            "database": "shop_2",
            "storage_gib": 100,
            "promotion": "automatic",
        },
        "rds_mysql": {"engine": "rds-mysql-replica", "password_version": 2, "connections": 1},
    },
    "drill": {
        "none": {},
        "closing": {"live": True, "minutes": 5},
        "experiment": {"live": True, "fis": True, "minutes": 60},
    },
    "regions": {name: name for name in REGIONS},
    **{
        f"{role}.{key}": values
        for role in ("primary", "dr")
        for key, values in {
            "network": {
                "large": {"cidr": 16},
                "single_nat": {"cidr": 22, "nat_gateways": "single"},
                "nat_per_zone": {"cidr": 20, "nat_gateways": "per_az"},
                "existing": {"existing_network": {"vpc_id": PLACEHOLDER, "ipv6": False}},
                "existing_ipv6": {"existing_network": {"vpc_id": PLACEHOLDER, "ipv6": True}},
            },
            "zones": {"two": 2, "all": 6},
            "session_manager_endpoints": {"off": False, "on": True},
            "zonal_shift": {"off": False, "on": True},
            "names": {"short": "", "long": "-with-a-long-name-x"},
            "instance": {
                "x86": {"instance_type": "t3.micro"},
                "arm": {"instance_type": "t4g.micro", "ami": "ami-0123456789abcdef0"},
            },
            "target_cpu_percent": {"least": 10, "most": 90},
            # Only where the workload is a page.
            "page": {"plain": "<h1>It works</h1>", "quotes": '<p>It\'s "fine": $HOME `id` é\n</p>'},
            "application.environment": {"none": {}, "one": {"GREETING": "hello"}},
        }.items()
    },
    "primary.capacity": {
        "one": {"min": 1, "desired": 1, "max": 1},
        "more": {"min": 1, "desired": 2, "max": 3},
    },
    "dr.max": {"few": 2, "many": 4},
    "state.key": {"default": None, "own": "a/b_c.d-e.tfstate"},
    # The stack of tables has no test of its own here: its replicas take minutes to wait for.
    "data.tables": {
        "none": [],
        "plain": [{"name": "one", "partition_key": "id"}],
        "full": [
            {
                "name": "all-of_it",
                "partition_key": "account",
                "partition_key_type": "B",
                "sort_key": "number",
                "sort_key_type": "N",
                "time_to_live": "expires",
                "point_in_time_recovery": False,
                "max_read_units": 1,
                "max_write_units": 40_000,
                "own_keys": True,
            },
            {"name": "other", "partition_key": "id"},
        ],
    },
    "tags": {"none": {}, "six": {f"Key {number}": f"a: b/{number}" for number in range(6)}},
}

COVERED: Mapping[str, tuple[str, ...]] = {
    "dns": ("dns.domain", "dns.aliases", "dns.record", "dns.cname_ttl"),
    "zone": ("dns.zone",),
    "zone_id": ("dns.zone_id",),
    "zone_account": ("dns.role_arn",),
    "query_logs": ("dns.query_logs",),
    "set_identifiers": ("dns.primary_set_identifier", "dns.secondary_set_identifier"),
    "health_check": tuple(f"health_check.{key}" for key in HealthCheck.model_fields),
    "strategy": (
        "failover.strategy",
        "failover.activation",
        "dr.capacity.min",
        "dr.capacity.desired",
    ),
    "failback": (
        "failover.failback",
        "failover.routing_control.arn",
        "failover.routing_control.endpoints",
    ),
    "workload": tuple(
        f"application.{key}"
        for key in ("kind", "setup", "health_check_path", "live_path", "health_check_string")
    ),
    "application.times": ("application.boot", "application.grace"),
    "data": tuple(f"data.{key}" for key in Data.model_fields if key != "tables"),
    "drill": ("drill.live", "drill.fis", "drill.minutes"),
    "deliverers": ("delivery.github", "delivery.github_provider", "delivery.pipeline"),
    "regions": (
        "primary.region",
        "dr.region",
        *(f"state.{one}.region" for one in ("primary", "dr", "global")),
    ),
    **{
        f"{role}.{key}": tuple(f"{role}.{name}" for name in names)
        for role in ("primary", "dr")
        for key, names in {
            "network": (
                "cidr",
                "nat_gateways",
                *(
                    f"existing_network.{name}"
                    for name in (
                        "vpc_id",
                        "public_subnets",
                        "private_subnets",
                        "load_balancer_security_groups",
                        "ipv6",
                    )
                ),
            ),
            "names": ("launch_template", "auto_scaling_group", "load_balancer", "target_group"),
            "instance": ("instance_type", "ami"),
        }.items()
    },
    "primary.capacity": tuple(f"primary.capacity.{name}" for name in ("min", "desired", "max")),
    "dr.max": ("dr.capacity.max",),
    "name": ("name", *(f"state.{one}.bucket" for one in ("primary", "dr", "global"))),
    "state.key": tuple(f"state.{one}.key" for one in ("primary", "dr", "global")),
    "data.tables": (
        *(f"data.tables.{key}" for key in Table.model_fields),
        *(f"state.tables.{key}" for key in Backend.model_fields),
    ),
}

EXISTING = ("existing", "existing_ipv6")
NAT = ("single_nat", "nat_per_zone")
# Pairs that the rules reject.
REFUSED = {
    *((("failback", "automatic"), ("data", name)) for name in VALUES["data"] if name != "none"),
    *((("strategy", "pilot_light"), ("dr.network", network)) for network in NAT),
    (("strategy", "pilot_light"), ("dr.session_manager_endpoints", "on")),
    (("zone_account", "another"), ("query_logs", "on")),
    *((("drill", "experiment"), ("primary.network", network)) for network in EXISTING),
    (("workload", "image"), ("application.packages", "two")),
    *((("workload", "image"), (f"{role}.instance", "x86")) for role in ROLES),  # without an ami
}
