"""Environment files in which any two options' values occur together: a pairwise set over the
schema.

A factor is a key of the file, or a few keys that only make sense together. For each factor, VALUES
has how each value changes a file, and COVERED the schema's keys that it covers, so that a test
notices keys that are never varied. `rows` chooses few files that together contain every pair of
values, except pairs that the rules reject.
"""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations
from typing import Any

from environments import ROLES, Role
from sandbox.embedded_aws.process import ACCOUNT
from tests.arc import ROUTING_CONTROL

File = dict[str, Any]
# Primary, standby, and the third region with the global state. The second set has opt-in regions;
# the third has no third region.
REGIONS = {
    "shipped": ("ap-south-1", "us-east-1", "us-west-2"),
    "opt_in": ("eu-south-2", "il-central-1", "us-west-2"),
    "two_alone": ("us-west-2", "us-east-1", "us-east-1"),
}
ZONES = {"us-east-1": "abcdef", "us-west-2": "abcd"}
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
        "below": {"label": "www.", "record": "alias"},
        "cname": {"label": "www.", "record": "cname", "cname_ttl": 300},
        "cname_default": {"label": "a.b.", "record": "cname"},
    },
    "zone": {"top": "", "delegated": "sub."},
    "zone_id": {"looked_up": False, "given": True},
    "set_identifiers": {"default": {}, "own": {"primary": "Main, 1", "secondary": "Spare, 2"}},
    "query_logs": {"on": True, "off": False},
    "health_check": {
        "quick": {"interval": 10, "failure_threshold": 1},
        "slow": {"interval": 30, "failure_threshold": 10},
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
    "alarms.webhooks": {"none": [], "one": ["https://alerts.example.com/sns"]},
    "alarms.error_percent": {"least": 1, "more": 99},
    "alarms.latency_seconds": {"least": 0.01, "most": 60.0},
    "alarms.blocked_requests": {"least": 1, "most": 1_000_000_000},
    "logs.days": {"least": 1, "most": 1827},
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
            "names": {"short": "", "long": "-with-a-long-name-x"},
            "instance": {
                "x86": {"instance_type": "t3.micro"},
                "arm": {"instance_type": "t4g.micro", "ami": "ami-0123456789abcdef0"},
            },
            "target_cpu_percent": {"least": 10, "most": 90},
            "page": {"plain": "<h1>It works</h1>", "quotes": '<p>It\'s "fine": $HOME `id` é\n</p>'},
        }.items()
    },
    "primary.capacity": {
        "one": {"min": 1, "desired": 1, "max": 1},
        "more": {"min": 1, "desired": 2, "max": 3},
    },
    "dr.max": {"few": 2, "many": 4},
    "state.key": {"default": None, "own": "a/b_c.d-e.tfstate"},
    "tags": {"none": {}, "six": {f"Key {number}": f"a: b/{number}" for number in range(6)}},
}

COVERED: Mapping[str, tuple[str, ...]] = {
    "dns": ("dns.domain", "dns.record", "dns.cname_ttl"),
    "zone": ("dns.zone",),
    "zone_id": ("dns.zone_id",),
    "query_logs": ("dns.query_logs",),
    "set_identifiers": ("dns.primary_set_identifier", "dns.secondary_set_identifier"),
    "health_check": ("health_check.interval", "health_check.failure_threshold"),
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
}

NAT = ("single_nat", "nat_per_zone")
# Pairs that the rules reject.
REFUSED = {
    *((("strategy", "pilot_light"), ("dr.network", network)) for network in NAT),
    (("strategy", "pilot_light"), ("dr.session_manager_endpoints", "on")),
}
Pair = tuple[tuple[str, str], tuple[str, str]]


def allowed(row: Mapping[str, str]) -> bool:
    """Whether the rules allow these values together."""
    return not any(
        row.get(one) == value and row.get(other) == second
        for (one, value), (other, second) in REFUSED
    )


@cache
def rows() -> tuple[dict[str, str], ...]:
    """The names of each file's values. Greedy: each file takes as many new pairs as it can."""
    missing, chosen = all_pairs(), list[dict[str, str]]()
    while missing:
        row = dict(min(missing))
        for name in sorted(VALUES, key=lambda name: -len(VALUES[name])):
            if name not in row:
                row[name] = _best(name, row, missing)
        chosen.append({name: row[name] for name in VALUES})
        missing -= pairs_of(chosen[-1])
    return tuple(chosen)


def every_value() -> tuple[dict[str, str], ...]:
    """The first rows that together contain every value."""
    missing = {(name, value) for name, values in VALUES.items() for value in values}
    for number, row in enumerate(rows()):
        missing -= set(row.items())
        if not missing:
            return rows()[: number + 1]
    raise AssertionError(f"in no row: {missing}")


def _best(name: str, row: Mapping[str, str], missing: set[Pair]) -> str:
    """The value of a factor that adds the most new pairs to a row."""

    def new(value: str) -> int:
        mine = (name, value)
        return sum((mine, one) in missing or (one, mine) in missing for one in row.items())

    return max((value for value in VALUES[name] if allowed({**row, name: value})), key=new)


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
    if chosen["zone_id"]:
        dns["zone_id"] = f"Z{number:05d}PAIRS"
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
        "primary": _region("primary", places[0], number, chosen),
        "dr": _region("dr", places[1], number, chosen),
        "state": {
            stack: {"bucket": f"{prefix}-state-{stack}", "region": region, **key}
            for stack, region in zip(("primary", "dr", "global"), places, strict=True)
        },
    }
    for dotted, value in chosen.items():
        table, _, last = dotted.partition(".")
        if table in {"firewall", "alarms", "logs"}:
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
    return {
        "region": region,
        "zones": [f"{region}{letter}" for letter in letters],
        **network,
        **instance,
        "capacity": _capacity(role, chosen),
        **{
            field: of(field)
            for field in ("session_manager_endpoints", "target_cpu_percent", "page")
        },
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
