"""Generated environment files: valid ones, and valid ones with something broken."""

from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from environments.data import KINDS
from environments.regions import COMMERCIAL_REGIONS

File = dict[str, Any]

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
top_level = st.from_regex(r"[a-z][a-z0-9-]{0,10}[a-z0-9]", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?", fullmatch=True).filter(
    lambda name: not name.startswith("internal-")
)
pages = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)
variables = st.text(st.characters(exclude_categories=["Cs"]), max_size=50).filter(str.isprintable)
tags = st.dictionaries(
    st.from_regex(r"[B-Zb-z][A-Za-z0-9 _.:/=+@-]{0,20}x", fullmatch=True),
    st.from_regex(r"[B-Zb-z]([A-Za-z0-9 _.:/=+@-]{0,40}[A-Za-z0-9])?", fullmatch=True),
    max_size=5,
).filter(lambda tags: len({key.lower() for key in tags}) == len(tags))


@st.composite
def capacities(draw: st.DrawFn, least: int = 1) -> dict[str, int]:
    sizes = sorted(draw(st.lists(st.integers(least, 500), min_size=3, max_size=3)))
    return dict(zip(("min", "desired", "max"), sizes, strict=True))


@st.composite
def failovers(draw: st.DrawFn) -> File:
    strategy = draw(st.sampled_from(["hot", "warm", "pilot_light"]))
    return {
        "strategy": strategy,
        "failback": draw(st.sampled_from(["manual", "automatic"])),
        "activation": strategy != "hot" or draw(st.booleans()),
    }


def fit_standby(dr: File, primary: File, failover: File) -> None:
    """Adjusts the standby to what the strategy allows."""
    capacity, strategy = dr["capacity"], failover["strategy"]
    if strategy != "hot":
        capacity["min"] = capacity["desired"] = {"warm": 1, "pilot_light": 0}[strategy]
    if strategy == "pilot_light":
        dr.update(nat_gateways="none", session_manager_endpoints=False)
    if failover["activation"]:
        capacity["max"] = max(capacity["max"], primary["capacity"]["desired"])


@st.composite
def applications(draw: st.DrawFn) -> File:
    boot = draw(st.integers(30, 1800))
    setup = draw(st.sampled_from([{}, {"setup": '#!/bin/sh\necho "it\'s $HOME"\n'}]))
    kind = draw(st.sampled_from(["page", "release", "image"]))
    alone = kind == "page" and not setup
    return {
        "kind": kind,
        "port": draw(st.integers(1, 65535)),
        "boot": boot,
        "grace": draw(st.integers(max(boot, 60), 7200)),
        "large_requests": draw(st.booleans()),
        "packages": [] if kind == "image" else draw(st.sampled_from([[], ["jq", "git"]])),
        "environment": draw(st.dictionaries(st.sampled_from(["A", "B"]), variables)),
        **setup,
        **({} if alone else draw(st.sampled_from([{}, {"health_check_path": "/health"}]))),
        **({} if alone else draw(st.sampled_from([{}, {"live_path": "/live"}]))),
        **({} if alone else draw(st.sampled_from([{}, {"health_check_string": "ok"}]))),
    }


def fit_region(region: File, kind: str) -> None:
    """Adjusts a region to what its instances run."""
    if kind != "page":
        del region["page"]
    if kind == "image":
        region["ami"] = "ami-0123456789abcdef0"


@st.composite
def regional_settings(draw: st.DrawFn, region: str, cidr: str) -> File:
    letters = draw(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=6, unique=True))
    return {
        "region": region,
        "zones": [region + letter for letter in letters],
        "cidr": cidr,
        "nat_gateways": draw(st.sampled_from(["none", "single", "per_az"])),
        "session_manager_endpoints": draw(st.booleans()),
        "launch_template": draw(st.from_regex(r"[A-Za-z0-9().\-/_]{3,125}", fullmatch=True)),
        "auto_scaling_group": draw(st.from_regex(r"[A-Za-z0-9._-]{1,255}", fullmatch=True)),
        "load_balancer": draw(names),
        "target_group": draw(names),
        "instance_type": draw(st.sampled_from(["t3.micro", "t4g.micro", "m7i-flex.large"])),
        "capacity": draw(capacities()),
        "target_cpu_percent": draw(st.integers(10, 90)),
        "page": draw(pages),
        "application": {"environment": draw(st.dictionaries(st.just("B"), variables))},
    }


@st.composite
def databases(draw: st.DrawFn, *, allowed: bool) -> File:
    """A database in about half of the files that may have one. allowed: whether failback and name
    do."""
    engine = draw(st.sampled_from(["none", *(KINDS if allowed else ())]))
    automatic = engine != "none" and draw(st.booleans())
    return {
        "engine": engine,
        "database": draw(st.from_regex(r"x[a-z0-9_]{0,30}", fullmatch=True)),
        "instance_class": draw(st.sampled_from(["db.r7g.large", "db.r6i.8xlarge"])),
        "instances": draw(st.integers(1, 2)),
        "lag_seconds": draw(st.integers(5, 3600)),
        "promotion": "automatic" if automatic else "manual",
    }


@st.composite
def files(draw: st.DrawFn) -> File:
    """Valid environment files across all regions, sizes and settings."""
    primary, dr, elsewhere = draw(st.permutations(sorted(COMMERCIAL_REGIONS)))[:3]
    prefix = draw(st.integers(16, 22))
    blocks = IPv4Network("10.0.0.0/8").subnets(new_prefix=prefix)
    places = [
        (role, region, str(next(blocks))) for role, region in (("primary", primary), ("dr", dr))
    ]
    zone = f"{draw(labels)}.{draw(top_level)}"
    failover = draw(failovers())
    regions = {role: draw(regional_settings(region, cidr)) for role, region, cidr in places}
    regions["dr"]["capacity"] = draw(capacities(least=2))
    fit_standby(regions["dr"], regions["primary"], failover)
    application = draw(applications())
    for region in regions.values():
        fit_region(region, application["kind"])
    domain = draw(st.one_of(st.just(zone), labels.map(lambda label: f"{label}.{zone}")))
    name = draw(st.from_regex(r"[a-z][a-z0-9-]{0,18}[a-z0-9]", fullmatch=True))
    allowed = failover["failback"] == "manual" and "--" not in name
    return {
        "name": name,
        "data": draw(databases(allowed=allowed)),
        "dns": {
            "zone": zone,
            "domain": domain,
            "record": draw(st.sampled_from(["alias"] if domain == zone else ["alias", "cname"])),
        },
        "health_check": {
            "interval": draw(st.sampled_from([10, 30])),
            "failure_threshold": draw(st.integers(1, 10)),
            **draw(st.sampled_from([{}, {"regions": ["us-west-1", "us-west-2", "eu-west-1"]}])),
        },
        "failover": failover,
        "application": application,
        **regions,
        "state": {
            "primary": {"bucket": "states-of-primary", "region": primary},
            "dr": {"bucket": "states-of-dr", "region": dr},
            "global": {"bucket": "states-of-global", "region": elsewhere},
        },
        "tags": draw(tags),
    }


toml_values: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@st.composite
def broken_files(draw: st.DrawFn) -> File:
    """Valid files with a few values replaced, removed or added anywhere."""
    file = draw(files())
    for _ in range(draw(st.integers(1, 4))):
        table = file
        while nested := [key for key, value in table.items() if isinstance(value, dict)]:
            key = draw(st.none() | st.sampled_from(nested))
            if key is None:
                break
            table = table[key]
        keys = sorted(map(str, table))
        key = draw(st.sampled_from(keys) | st.text() if keys else st.text())
        if draw(st.booleans()):
            table[key] = draw(toml_values)
        else:
            table.pop(key, None)
    return file
