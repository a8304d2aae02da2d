"""Environment files with every limit at its minimum or at its maximum. Two have the maximums, since
a page and an application share what EC2 allows of user data."""

from typing import Any

from environments import limits
from environments.application import variables_file
from environments.dns import CHECKER_REGIONS
from environments.quoting import quoted

File = dict[str, Any]
NUMBERS_OF_DATA = {
    "instances": limits.DATABASE_INSTANCES,
    "storage_gib": limits.DATABASE_STORAGE,
    "backup_days": limits.BACKUP_DAYS,
    "password_version": limits.PASSWORD_VERSION,
    "lag_seconds": limits.LAG_SECONDS,
    "connections": limits.CONNECTIONS,
    "promote_after_minutes": limits.PROMOTE_AFTER,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def text(length: int, character: str = "a") -> str:
    return character * length


def subnets(first: int, count: int) -> list[str]:
    return [f"subnet-{number:08x}" for number in range(first, first + count)]


def _name_of(length: int, zone: str, letter: str = "a") -> str:
    """A name of this length in a zone, whose first label has this letter."""
    rest = length - len(zone)
    labels = (f"{text(60)}." * 9)[: rest // 61 * 61]
    return f"{text(rest - len(labels) - 1, letter)}.{labels}{zone}"


def least() -> File:
    region = {
        "launch_template": text(limits.LAUNCH_TEMPLATE.least, "("),
        "auto_scaling_group": text(limits.AUTO_SCALING_GROUP.least, "_"),
        "load_balancer": text(limits.LOAD_BALANCING.least),
        "target_group": text(limits.LOAD_BALANCING.least),
        "target_cpu_percent": limits.TARGET_CPU_PERCENT.least,
        "page": text(limits.PAGE.least),
    }
    return {
        "name": text(limits.NAME.least),
        "dns": {
            "zone": "a.bc",
            "domain": "a.bc",
            "primary_set_identifier": "a",
            "secondary_set_identifier": "b",
        },
        "health_check": {
            "failure_threshold": limits.FAILURE_THRESHOLD.least,
            "regions": list(CHECKER_REGIONS[: limits.CHECKER_REGIONS.least]),
        },
        "application": {
            "port": limits.PORT.least,
            "health_check_string": text(limits.HEALTH_CHECK_STRING.least),
            "boot": limits.BOOT.least,
            "grace": limits.GRACE.least,
        },
        "data": {key: limit.least for key, limit in NUMBERS_OF_DATA.items()} | {"database": "a"},
        "delivery": {"bake": limits.BAKE.least, "skew_minutes": limits.SKEW_MINUTES.least},
        "failover": {"strategy": "pilot_light"},
        "drill": {"live": True, "minutes": limits.DRILL_MINUTES.least},
        "firewall": {"rate_limit": limits.RATE_LIMIT.least},
        "alarms": {
            "emails": ["a@b.cd"],
            "runbooks": "https://w",
            "error_percent": limits.ERROR_PERCENT.least,
            "latency_seconds": 0.01,
            "blocked_requests": limits.BLOCKED_REQUESTS.least,
        },
        "logs": {"days": 1},
        "primary": region
        | {
            "region": "eu-west-1",
            "zones": ["eu-west-1a", "eu-west-1b"],
            "cidr": f"10.0.0.0/{limits.VPC_PREFIX.most}",
            "capacity": {"min": 1, "desired": 1, "max": 1},
        },
        "dr": region
        | {
            "region": "us-east-1",
            "zones": ["us-east-1a", "us-east-1b"],
            "cidr": f"10.0.4.0/{limits.VPC_PREFIX.most}",
            "capacity": {"min": 0, "desired": 0, "max": 1},
        },
        "state": {
            role: {"bucket": letter * limits.BUCKET.least, "region": region, "key": "k"}
            for role, letter, region in (
                ("primary", "a", "eu-west-1"),
                ("dr", "b", "us-east-1"),
                ("global", "c", "us-west-2"),
            )
        },
        "tags": {text(limits.TAG_KEY.least): text(limits.TAG_VALUE.least)},
    }


def most() -> File:
    suffixes = {"primary": len("-logs"), "dr": len("-switch"), "global": len("-switch")}
    regions = {"primary": "ap-northeast-1", "dr": "ap-southeast-1", "global": "us-west-2"}
    count = limits.ZONES.most
    zone = f"{text(limits.DOMAIN.most - len('www.') - len('.com'))}.com"
    region = {
        "launch_template": text(limits.LAUNCH_TEMPLATE.most, ")"),
        "auto_scaling_group": text(limits.AUTO_SCALING_GROUP.most),
        "load_balancer": text(limits.LOAD_BALANCING.most),
        "target_group": text(limits.LOAD_BALANCING.most, "b"),
        "target_cpu_percent": limits.TARGET_CPU_PERCENT.most,
        "page": text(limits.PAGE.most),
        "capacity": dict.fromkeys(("min", "desired", "max"), limits.INSTANCES.most),
    }
    email = f"{text(64)}@{text(63)}.{text(63, 'b')}.{text(57, 'c')}.com"
    host = "https://alerts.example.com/"
    return {
        "name": text(limits.NAME.most),
        "allowed_account_ids": [
            f"{123456789012 + number}" for number in range(limits.ACCOUNT_IDS.most)
        ],
        "dns": {
            "zone": zone,
            "domain": f"www.{zone}",
            "aliases": [
                _name_of(limits.PUBLIC_NAME.most, zone),
                *(f"{letter}.{zone}" for letter in LETTERS[1 : limits.ALIASES.most]),
            ],
            "record": "cname",
            "cname_ttl": limits.CNAME_TTL.most,
            "primary_set_identifier": text(limits.SET_IDENTIFIER.most),
            "secondary_set_identifier": text(limits.SET_IDENTIFIER.most, "b"),
        },
        "health_check": {
            "interval": 30,
            "failure_threshold": limits.FAILURE_THRESHOLD.most,
            "regions": list(CHECKER_REGIONS),
        },
        "data": {key: limit.most for key, limit in NUMBERS_OF_DATA.items()}
        | {"database": text(limits.DATABASE_NAME.most)},
        "delivery": {"bake": limits.BAKE.most, "skew_minutes": limits.SKEW_MINUTES.most},
        "drill": {"live": True, "minutes": limits.DRILL_MINUTES.most},
        "firewall": {"rate_limit": limits.RATE_LIMIT.most},
        "alarms": {
            "emails": [f"{letter}{email[1:]}" for letter in LETTERS[: limits.RECEIVERS.most]],
            "webhooks": [
                f"{host}{text(limits.URL.most - len(host), letter)}"
                for letter in LETTERS[: limits.RECEIVERS.most]
            ],
            "runbooks": f"{host}{text(limits.RUNBOOKS.most - len(host))}",
            "error_percent": limits.ERROR_PERCENT.most,
            "latency_seconds": limits.LATENCY_SECONDS.most,
            "blocked_requests": limits.BLOCKED_REQUESTS.most,
        },
        "logs": {"days": 1827},
        "primary": region
        | {
            "region": regions["primary"],
            "zones": [f"{regions['primary']}{letter}" for letter in LETTERS[:count]],
            "cidr": f"10.0.0.0/{limits.VPC_PREFIX.least}",
            "nat_gateways": "per_az",
            "session_manager_endpoints": True,
        },
        "dr": region
        | {
            "region": regions["dr"],
            "zones": [f"{regions['dr']}{letter}" for letter in LETTERS[:count]],
            "existing_network": {
                "vpc_id": "vpc-0123456789abcdef0",
                "public_subnets": subnets(0, count),
                "private_subnets": subnets(count, count),
                "load_balancer_security_groups": [
                    f"sg-{number:08x}" for number in range(limits.BALANCER_GROUPS.most)
                ],
                "ipv6": True,
            },
        },
        "state": {
            role: {
                "bucket": text(limits.BUCKET.most - suffixes[role], letter),
                "region": regions[role],
                "key": text(limits.STATE_KEY.most),
            }
            for role, letter in (("primary", "a"), ("dr", "b"), ("global", "c"))
        },
        "tags": {
            f"{letter}{text(limits.TAG_KEY.most - 1)}": text(limits.TAG_VALUE.most)
            for letter in LETTERS[: limits.TAGS.most]
        },
    }


def most_of_an_application() -> File:
    """The rest of the limits: a release with as much of everything as user data holds together."""
    file = most()
    names = [f"{letter}{number}" for letter in "AB" for number in range(limits.VARIABLES.most // 2)]
    environment = dict.fromkeys(names[2:], "") | {
        text(limits.VARIABLE_NAME.most, "A"): "",
        "LONGEST": text(limits.VARIABLE_VALUE.most),
    }
    rest = text(limits.PACKAGE_NAME.most - 1)
    packages = [f"{letter}{rest}" for letter in LETTERS[: limits.PACKAGES.most]]
    for role in ("primary", "dr"):
        del file[role]["page"]
    used = sum(
        len(quoted(one).encode()) for one in (variables_file(environment), " ".join(packages))
    )
    file["application"] = {
        "kind": "release",
        "port": limits.PORT.most,
        "health_check_path": f"/{text(limits.HEALTH_CHECK_PATH.most - 1)}",
        "live_path": f"/{text(limits.HEALTH_CHECK_PATH.most - 1, 'b')}",
        "health_check_string": text(limits.HEALTH_CHECK_STRING.most),
        "boot": limits.BOOT.most,
        "grace": limits.GRACE.most,
        "environment": environment,
        "packages": packages,
        "setup": f"#!/{text(limits.USER_DATA.most - used - len(quoted('#!/')))}",
    }
    for place in file["state"].values():  # with room for -releases
        place["bucket"] = place["bucket"][: limits.BUCKET.most - len("-releases")]
    return file


def most_of_tables() -> File:
    """The least, with as many tables as there may be, all with the longest names."""
    rest, attribute = text(limits.TABLE_NAME.most - 1), text(limits.ATTRIBUTE_NAME.most - 1)
    file = least()
    file["data"] = {
        "tables": [
            {
                "name": f"{letter}{rest}",
                "partition_key": f"p{attribute}",
                "sort_key": f"s{attribute}",
                "time_to_live": f"t{attribute}",
                "max_read_units": limits.ON_DEMAND_UNITS.most,
                "max_write_units": limits.ON_DEMAND_UNITS.most,
                "own_keys": True,
            }
            for letter in LETTERS[: limits.TABLES.most]
        ]
    }
    file["state"]["tables"] = {"bucket": text(limits.BUCKET.least, "d"), "region": "us-west-2"}
    return file


def most_of_names(longest: int) -> File:
    """Everything that the standby's checks have names of, at its most; aliases of this length."""
    file = most_of_an_application()
    zone = file["dns"]["zone"]
    file["dns"]["aliases"] = [
        _name_of(longest, zone, letter) for letter in LETTERS[: limits.ALIASES.most]
    ]
    file["application"]["setup"] = "#!/bin/sh\n"
    file["data"] |= {
        "engine": "aurora-postgresql",
        "instance_class": "db.r6g.large",
        "promotion": "automatic",
        "tables": most_of_tables()["data"]["tables"],
    }
    file["state"]["tables"] = most_of_tables()["state"]["tables"]
    return file
