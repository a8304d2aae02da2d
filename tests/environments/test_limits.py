"""Every limit of an environment file: where it comes from, and that it is enforced at both ends."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from environments import EnvironmentFileError, limits
from environments.limits import Limit
from environments.loading import check
from tests.environments.extremes import (
    File,
    least,
    most,
    most_of_an_application,
    most_of_tables,
)
from tests.refresh import schema_text

LIMITS = {name: limit for name, limit in vars(limits).items() if isinstance(limit, Limit)}
# Each limit's key in a file.
KEYS = {
    "name": "NAME",
    "allowed_account_ids": "ACCOUNT_IDS",
    "dns.domain": "DOMAIN",
    "dns.aliases": "ALIASES",
    "dns.aliases.0": "PUBLIC_NAME",
    "dns.primary_set_identifier": "SET_IDENTIFIER",
    "dns.secondary_set_identifier": "SET_IDENTIFIER",
    "dns.cname_ttl": "CNAME_TTL",
    "health_check.failure_threshold": "FAILURE_THRESHOLD",
    "health_check.regions": "CHECKER_REGIONS",
    "data.database": "DATABASE_NAME",
    "data.instances": "DATABASE_INSTANCES",
    "data.storage_gib": "DATABASE_STORAGE",
    "data.backup_days": "BACKUP_DAYS",
    "data.password_version": "PASSWORD_VERSION",
    "data.lag_seconds": "LAG_SECONDS",
    "data.connections": "CONNECTIONS",
    "data.promote_after_minutes": "PROMOTE_AFTER",
    "delivery.bake": "BAKE",
    "delivery.skew_minutes": "SKEW_MINUTES",
    "application.port": "PORT",
    "application.health_check_path": "HEALTH_CHECK_PATH",
    "application.live_path": "HEALTH_CHECK_PATH",
    "application.health_check_string": "HEALTH_CHECK_STRING",
    "application.boot": "BOOT",
    "application.grace": "GRACE",
    "application.environment": "VARIABLES",
    "application.environment.LONGEST": "VARIABLE_VALUE",
    "application.packages": "PACKAGES",
    "application.packages.0": "PACKAGE_NAME",
    "data.tables": "TABLES",
    "data.tables.0.name": "TABLE_NAME",
    "data.tables.0.partition_key": "ATTRIBUTE_NAME",
    "data.tables.0.sort_key": "ATTRIBUTE_NAME",
    "data.tables.0.time_to_live": "ATTRIBUTE_NAME",
    "data.tables.0.max_read_units": "ON_DEMAND_UNITS",
    "data.tables.0.max_write_units": "ON_DEMAND_UNITS",
    "drill.minutes": "DRILL_MINUTES",
    "firewall.rate_limit": "RATE_LIMIT",
    "alarms.emails": "RECEIVERS",
    "alarms.emails.0": "EMAIL",
    "alarms.webhooks": "RECEIVERS",
    "alarms.webhooks.0": "URL",
    "alarms.runbooks": "RUNBOOKS",
    "alarms.error_percent": "ERROR_PERCENT",
    "alarms.latency_seconds": "LATENCY_SECONDS",
    "alarms.blocked_requests": "BLOCKED_REQUESTS",
    "primary.zones": "ZONES",
    "primary.launch_template": "LAUNCH_TEMPLATE",
    "primary.auto_scaling_group": "AUTO_SCALING_GROUP",
    "primary.load_balancer": "LOAD_BALANCING",
    "primary.target_group": "LOAD_BALANCING",
    "primary.capacity.max": "INSTANCES",
    "primary.target_cpu_percent": "TARGET_CPU_PERCENT",
    "primary.page": "PAGE",
    "dr.existing_network.public_subnets": "ZONES",
    "dr.existing_network.private_subnets": "ZONES",
    "dr.existing_network.load_balancer_security_groups": "BALANCER_GROUPS",
    "state.primary.key": "STATE_KEY",
    "tags": "TAGS",
}
# Enforced elsewhere: by the parts of a name, in another form, or within another limit.
ELSEWHERE = {
    "HOST_NAME": "tests/environments/test_model.py, URLs and addresses",
    "LABEL": "tests/environments/test_model.py",
    "ZONE_ID": "tests/environments/test_model.py",
    "CLUSTER_ENDPOINTS": "tests/environments/test_routing_control.py",
    "CLUSTER_ENDPOINT": "tests/environments/test_routing_control.py",
    "VPC_PREFIX": "tests/environments/test_model.py",
    "BUCKET": "tests/environments/test_model.py; the suffixes in test_rules.py",
    "VARIABLE_NAME": "tests/environments/hostile.py",
    "CHECKED_NAMES": "tests/environments/test_tables.py",
    "USER_DATA": "tests/environments/test_application_rules.py",
    "TAG_KEY": "tests/environments/test_model.py",
    "TAG_VALUE": "tests/environments/test_model.py",
    "TAGS_OF_A_HEALTH_CHECK": "TAGS, and this project's own",
}


def largest(path: str) -> File:
    """The file in which this key has its maximum."""
    if path.startswith("data.tables"):
        return most_of_tables()
    return most_of_an_application() if path.startswith("application.") else most()


def at(file: File, path: str) -> Any:
    found: Any = file
    for part in path.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def with_value(file: File, path: str, value: Any) -> File:
    changed = copy.deepcopy(file)
    *tables, key = path.split(".")
    table: Any = at(changed, ".".join(tables)) if tables else changed
    table[int(key) if isinstance(table, list) else key] = value
    return changed


def size(value: Any) -> float:
    return value if isinstance(value, int | float) else len(value)


def one_more(value: Any) -> Any:
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        # Lengthened inside, which leaves both ends valid.
        return value[0] + value[1] + value[1:]
    if isinstance(value, dict):
        return {**value, "another": "value"}
    return [*value, another(value[-1])]


def another(item: Any) -> Any:
    """A different item of the same form: its last letter or digit is changed, a table's in its
    name."""
    if isinstance(item, dict):
        return {**item, "name": another(item["name"])}
    if item[-1].isdigit():
        return f"{item[:-1]}{(int(item[-1]) + 7) % 10}"
    return f"{item[:-1]}{chr(ord(item[-1]) + 1)}" if "@" not in item else f"0{item[1:]}"


def mistakes(file: File) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file, "some.toml")
    return [mistake.field for mistake in caught.value.mistakes]


def test_every_limit_has_its_source_and_a_key() -> None:
    assert set(LIMITS) == set(KEYS.values()) | set(ELSEWHERE)
    for name, limit in LIMITS.items():
        assert limit.least < limit.most, name
        assert re.match(r"https://docs\.aws\.amazon\.com/.+\.html$|RFC \d+|ours: \w", limit.source)


@pytest.mark.parametrize("path", KEYS)
def test_what_is_at_the_most_is_taken_and_one_more_refused(path: str) -> None:
    value = at(largest(path), path)
    assert size(value) == LIMITS[KEYS[path]].most
    (field, *_) = mistakes(with_value(largest(path), path, one_more(value)))
    assert field.startswith(path)


@pytest.mark.parametrize("path", [path for path, name in KEYS.items() if LIMITS[name].least])
def test_less_than_the_least_is_refused(path: str) -> None:
    limit = LIMITS[KEYS[path]]
    value = at(largest(path), path)
    less: Any = limit.least - 1 if isinstance(value, int) else value[: limit.least - 1]
    (field, *_) = mistakes(with_value(largest(path), path, less))
    assert field.startswith(path)


def test_the_ends_are_environments() -> None:
    assert check(least(), "least.toml").dns.domain == "a.bc"
    assert len(check(most(), "most.toml").dns.domain) == limits.DOMAIN.most
    assert check(most_of_an_application(), "most.toml").application.boot == limits.BOOT.most
    assert len(check(most_of_tables(), "most.toml").data.tables) == limits.TABLES.most


def test_no_limit_is_wider_than_the_apis_own() -> None:
    models = {name: limit for name, limit in LIMITS.items() if limit.model}
    assert len(models) >= 7
    session = botocore.session.get_session()
    for name, limit in models.items():
        service, _, shape = limit.model.partition(".")
        found = session.get_service_model(service).shape_for(shape).metadata
        assert found.get("min", 0) <= limit.least, (name, found)
        assert limit.most <= found.get("max", limit.most), (name, found)


def numbers(schema: Any) -> Iterator[float]:
    """Every number that sets a limit in a JSON Schema."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in {"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"}:
                yield value
            if key in {"maxProperties", "minProperties"}:
                yield value
            yield from numbers(value)
    elif isinstance(schema, list):
        for one in schema:
            yield from numbers(one)


def test_no_number_of_the_schema_is_from_elsewhere() -> None:
    table = {end for limit in LIMITS.values() for end in (limit.least, limit.most)}
    # 0.01 is the minimum of the slowest requests, a hundredth of a second. A page needs at least
    # one character.
    assert set(numbers(json.loads(schema_text()))) - table == {0.01}
