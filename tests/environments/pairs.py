"""Environment files in which any two options' values occur together: a pairwise set over the
schema.

`rows` chooses few files that together contain every pair of the values in pair_values.py, except
pairs that the rules reject. The first of them, as few as there can be, contain every value.
"""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations
from typing import Any

from environments import ROLES, Role
from tests.environments.pair_values import REFUSED, REGIONS, VALUES, ZONES

File = dict[str, Any]
Value = tuple[str, str]
Pair = tuple[Value, Value]

# The rules refuse automatic failback with any database, and each other file that contains new
# values needs a new database.
FIRST = {"failback": "automatic", "data": "none"}


def allowed(row: Mapping[str, str]) -> bool:
    """Whether the rules allow these values together."""
    return not any(
        row.get(one) == value and row.get(other) == second
        for (one, value), (other, second) in REFUSED
    )


@cache
def rows() -> tuple[dict[str, str], ...]:
    """The names of each file's values. Greedy: each file takes a new value where it can, and then
    as many new pairs as it can."""
    missing, unseen, chosen = all_pairs(), all_values(), list[dict[str, str]]()
    while missing:
        newest = min(missing, key=lambda pair: (-len(unseen & set(pair)), pair))
        row = dict(newest) if chosen else dict(FIRST)
        for name in sorted(VALUES, key=lambda name: -len(VALUES[name])):
            if name not in row:
                row[name] = _best(name, row, missing, unseen)
        chosen.append({name: row[name] for name in VALUES})
        missing -= pairs_of(chosen[-1])
        unseen -= values_of(chosen[-1])
    return tuple(chosen)


def every_value() -> tuple[dict[str, str], ...]:
    """The first rows that together contain every value, each where it has an effect."""
    missing = all_values()
    for number, row in enumerate(rows()):
        missing -= values_of(row)
        if not missing:
            return rows()[: number + 1]
    raise AssertionError(f"in no row: {missing}")


def _best(name: str, row: Mapping[str, str], missing: set[Pair], unseen: set[Value]) -> str:
    """The value of a factor that is new in its row, or else adds the most new pairs to it."""

    def new(value: str) -> tuple[bool, int]:
        mine = (name, value)
        pairs = sum((mine, one) in missing or (one, mine) in missing for one in row.items())
        return mine in unseen and has_effect(mine, row), pairs

    return max((value for value in VALUES[name] if allowed({**row, name: value})), key=new)


def has_effect(value: Value, row: Mapping[str, str]) -> bool:
    """Whether the file of a row says anything of this value."""
    match value:
        case ("deliverers", "workflows" | "pipelines"):
            needed = "release"
        case ("primary.page" | "dr.page", _):
            needed = "page"
        case _:
            return True
    return VALUES["workload"][row["workload"]].get("kind", "page") == needed


def values_of(row: Mapping[str, str]) -> set[Value]:
    """The values that have an effect in a file."""
    return {value for value in row.items() if has_effect(value, row)}


def all_values() -> set[Value]:
    return {(name, value) for name, values in VALUES.items() for value in values}


def pairs_of(row: Mapping[str, str]) -> set[Pair]:
    """Every pair of values in a file."""
    return set(combinations(row.items(), 2))


def all_pairs() -> set[Pair]:
    """Every allowed pair of values."""
    return {
        ((one, first), (other, second))
        for one, other in combinations(VALUES, 2)
        for first in VALUES[one]
        for second in VALUES[other]
        if allowed({one: first, other: second})
    }


def file(row: Mapping[str, str], number: int) -> File:
    """A row's file. number: keeps its names apart from those of other files."""
    chosen: dict[str, Any] = {name: VALUES[name][value] for name, value in row.items()}
    prefix = f"p{number:02d}"
    name = f"{prefix}{chosen['name']}"[:20].rstrip("-")
    zone = f"{chosen['zone']}{prefix}.example"
    dns = dict(chosen["dns"])
    dns.update(zone=zone, domain=f"{dns.pop('label')}{zone}", query_logs=chosen["query_logs"])
    if "aliases" in dns:
        dns["aliases"] = [f"{label}{zone}" for label in dns["aliases"]]
    if chosen["zone_id"]:
        dns["zone_id"] = f"Z{number:05d}PAIRS"
    if chosen["zone_account"]:
        dns["role_arn"] = f"arn:aws:iam::{chosen['zone_account']}:role/dns/zone-{prefix}"
    for which, identifier in chosen["set_identifiers"].items():
        dns[f"{which}_set_identifier"] = identifier.replace(",", ":")
    places = REGIONS[chosen["regions"]]
    key = {} if chosen["state.key"] is None else {"key": chosen["state.key"]}
    made: File = {
        **{
            top: chosen[top]
            for top in ("allowed_account_ids", "tls", "deletion_protection", "tags")
        },
        "name": name,
        "dns": dns,
        "health_check": chosen["health_check"],
        "failover": {**chosen["strategy"], **chosen["failback"]},
        "application": {
            **chosen["workload"],
            **chosen["application.times"],
            **{
                key: chosen[f"application.{key}"]
                for key in ("port", "environment", "packages", "large_requests")
            },
        },
        "data": chosen["data"],
        "drill": chosen["drill"],
        "delivery": {
            **{key: chosen[f"delivery.{key}"] for key in ("bake", "skew_minutes")},
            **(chosen["deliverers"] if chosen["workload"].get("kind") == "release" else {}),
        },
        "primary": _region("primary", places[0], number, chosen),
        "dr": _region("dr", places[1], number, chosen),
        "state": {
            stack: {"bucket": f"{prefix}-state-{stack}", "region": region, **key}
            for stack, region in zip(("primary", "dr", "global"), places, strict=True)
        },
    }
    if chosen["data.tables"]:
        made["data"] = {**made["data"], "tables": chosen["data.tables"]}
        made["state"]["tables"] = {"bucket": f"{prefix}-state-tables", "region": places[1], **key}
    for dotted, value in chosen.items():
        table, _, last = dotted.partition(".")
        if table in {"firewall", "alarms", "logs"} and value is not None:
            made.setdefault(table, {})[last] = value
    return made


def _region(role: Role, region: str, number: int, chosen: Mapping[str, Any]) -> File:
    def of(key: str) -> Any:
        return chosen[f"{role}.{key}"]

    instance = dict(of("instance"))
    letters = ZONES.get(region, "abc")[: of("zones")]
    if region == "us-east-1" and "e" in letters:  # which offers neither t3 nor t4g
        if "ami" in instance:
            letters = letters.replace("e", "")
        else:
            instance["instance_type"] = "t2.micro"
    network = dict(of("network"))
    if "cidr" in network:
        block = 2 * number + (role == "dr")
        network["cidr"] = f"10.{block}.0.0/{network['cidr']}"
    names = f"p{number:02d}-{role}{of('names')}"[:32].rstrip("-")
    page = {} if "kind" in chosen["workload"] else {"page": of("page")}
    return {
        "region": region,
        "zones": [f"{region}{letter}" for letter in letters],
        **network,
        **instance,
        "capacity": _capacity(role, chosen),
        **{
            field: of(field)
            for field in ("session_manager_endpoints", "target_cpu_percent", "zonal_shift")
        },
        **page,
        "application": {"environment": of("application.environment")},
        **dict.fromkeys(
            ("launch_template", "auto_scaling_group", "load_balancer", "target_group"), names
        ),
    }


def _capacity(role: Role, chosen: Mapping[str, Any]) -> dict[str, int]:
    if role == "primary":
        return dict(chosen["primary.capacity"])
    resting = {"hot": 2, "warm": 1, "pilot_light": 0}[chosen["strategy"]["strategy"]]
    return {"min": resting, "desired": resting, "max": chosen["dr.max"]}


Network = Callable[[File], File]


def with_networks(made: File, create: Network) -> File:
    """The file with existing networks in place of the placeholders. create: creates one for a
    region's table, and returns its `existing_network`."""
    for role in ROLES:
        if "existing_network" in made[role]:
            made[role]["existing_network"] = create(made[role])
    return made
