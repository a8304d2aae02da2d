"""What the fields of an environment file must be together.

Each rule is one function, and reports whatever breaks it. A rule may meet a file in which other
fields are wrong: those are absent from the object that it gets, and a rule that reaches for an
absent field is passed over (see `loading`).
"""

from collections.abc import Iterator, Sequence
from functools import partial
from ipaddress import IPv4Network
from itertools import combinations

from environments.application_rules import RULES as APPLICATION_RULES
from environments.data_rules import RULES as DATA_RULES
from environments.dns_rules import RULES as DNS_RULES
from environments.drill_rules import RULES as DRILL_RULES
from environments.errors import Mistake, shown
from environments.instance_types import architecture
from environments.limits import BUCKET
from environments.model import (
    LOGS_SUFFIX,
    RELEASES_SUFFIX,
    REMOTE_STACKS,
    ROLES,
    SWITCH_SUFFIX,
    Environment,
    RemoteStack,
    Role,
)
from environments.rule import Rule
from environments.table_rules import RULES as TABLE_RULES

ZONE_LETTERS = "abcdefgh"
# One instance, and its zone, may fail while the region serves.
HOT_MIN = 2
# Instances of the other strategies.
RESTING = {"warm": 1, "pilot_light": 0}
STATES: tuple[RemoteStack, ...] = (*REMOTE_STACKS, "tables")
PILOT_LIGHT = 'failover.strategy = "pilot_light", which keeps nothing running'


def regions_differ(environment: Environment) -> Iterator[Mistake]:
    """A standby in the primary's region is lost with it."""
    if environment.dr.region == environment.primary.region:
        yield Mistake("dr.region", f"must differ from primary.region, {environment.dr.region}")


def zones_in_region(role: Role, environment: Environment) -> Iterator[Mistake]:
    """Every zone is its region's name and a letter, and stands there once."""
    settings = environment.regional(role)
    allowed = [f"{settings.region}{letter}" for letter in ZONE_LETTERS]
    for index, zone in enumerate(settings.zones):
        field = f"{role}.zones.{index}"
        if zone not in allowed:
            known = f"{allowed[0]} to {allowed[-1]}"
            yield Mistake(
                field, f"{shown(zone)} is not an availability zone of its region: {known}"
            )
        elif zone in settings.zones[:index]:
            yield Mistake(field, f"{shown(zone)} is listed twice")


def networks_do_not_overlap(environment: Environment) -> Iterator[Mistake]:
    """Overlapping networks can never be peered, which replication and repair may need."""
    primary, dr = environment.primary.cidr, environment.dr.cidr
    if primary and dr and IPv4Network(primary).overlaps(IPv4Network(dr)):
        yield Mistake("dr.cidr", f"{dr} overlaps primary.cidr, {primary}")


def one_network(role: Role, environment: Environment) -> Iterator[Mistake]:
    """A VPC of its own, or one that is there already."""
    settings = environment.regional(role)
    if (settings.cidr is None) == (settings.existing_network is None):
        yield Mistake(role, "must have either cidr or existing_network")


def existing_network_fits(role: Role, environment: Environment) -> Iterator[Mistake]:
    """A subnet for each zone; and no NAT gateway in somebody else's VPC."""
    settings = environment.regional(role)
    network = settings.existing_network
    if network is None:
        return
    zones = len(settings.zones)
    for field in ("public_subnets", "private_subnets"):
        subnets: list[str] = getattr(network, field)
        where = f"{role}.existing_network.{field}"
        if len(subnets) != zones:
            wanted = f"must list a subnet for each of {zones} zones"
            yield Mistake(where, f"{wanted}, and lists {len(subnets)}")
        elif len(set(subnets)) != zones:
            yield Mistake(where, "must not list a subnet twice")
    if settings.nat_gateways != "none":
        yield Mistake(f"{role}.nat_gateways", 'must be "none" with existing_network')


def capacity_in_order(role: Role, environment: Environment) -> Iterator[Mistake]:
    """EC2 Auto Scaling refuses a group whose numbers are out of order."""
    capacity = environment.regional(role).capacity
    sizes = [getattr(capacity, name, None) for name in ("min", "desired", "max")]
    known = [size for size in sizes if size is not None]
    if known != sorted(known):
        numbers = ", ".join(map(str, known))
        yield Mistake(f"{role}.capacity", f"must have min <= desired <= max, and has {numbers}")


def primary_runs(environment: Environment) -> Iterator[Mistake]:
    """What serves has an instance."""
    if environment.primary.capacity.min < 1:
        yield Mistake("primary.capacity.min", "must be at least 1, and is 0")


def standby_fits_strategy(environment: Environment) -> Iterator[Mistake]:
    """The strategy's promise, and the standby's numbers, are the same."""
    strategy, capacity = environment.failover.strategy, environment.dr.capacity
    sizes = (capacity.min, capacity.desired)
    shown = f"has min = {sizes[0]} and desired = {sizes[1]}"
    if strategy == "hot" and capacity.min < HOT_MIN:
        wanted = f'must have min >= {HOT_MIN} with failover.strategy = "hot"'
        yield Mistake("dr.capacity", f"{wanted}, and {shown}")
    elif strategy != "hot" and sizes != (RESTING[strategy],) * 2:
        wanted = f"must have min = desired = {RESTING[strategy]}"
        yield Mistake("dr.capacity", f'{wanted} with failover.strategy = "{strategy}", and {shown}')


def standby_can_take_over(environment: Environment) -> Iterator[Mistake]:
    """Activation brings the standby to the primary's capacity."""
    if not environment.failover.activation:
        if environment.failover.strategy != "hot":
            strategy = environment.failover.strategy
            yield Mistake("failover.activation", f'must be true with strategy = "{strategy}"')
        return
    most, needed = environment.dr.capacity.max, environment.primary.capacity.desired
    if most < needed:
        wanted = f"must be at least primary.capacity.desired, {needed}"
        yield Mistake("dr.capacity.max", f"{wanted}, which a failover brings it to; it is {most}")


def pilot_light_keeps_nothing_running(environment: Environment) -> Iterator[Mistake]:
    """A NAT gateway or an interface endpoint costs more than the instance that a warm standby has
    instead; and neither can be made in the middle of a failover by data planes alone."""
    if environment.failover.strategy != "pilot_light":
        return
    if environment.dr.nat_gateways != "none":
        yield Mistake("dr.nat_gateways", f'must be "none" with {PILOT_LIGHT}')
    if environment.dr.session_manager_endpoints:
        yield Mistake("dr.session_manager_endpoints", f"must be false with {PILOT_LIGHT}")


def routing_control_is_obeyed(environment: Environment) -> Iterator[Mistake]:
    """A routing control is the switch, and with automatic failback there is none."""
    failover = environment.failover
    if failover.routing_control is not None and not failover.latches:
        wanted = f'requires failback = "manual", and it is "{failover.failback}"'
        yield Mistake("failover.routing_control", f"{wanted}: users then return automatically")


def instances_run_amazon_linux(role: Role, environment: Environment) -> Iterator[Mistake]:
    """https://docs.aws.amazon.com/linux/al2023/ug/system-requirements.html; a Mac also wants a
    dedicated host of its own."""
    settings = environment.regional(role)
    field, kind = f"{role}.instance_type", settings.instance_type
    if architecture(kind) == "mac":
        yield Mistake(field, f"must not be a Mac type, which cannot run Linux; it is {kind!r}")
    elif kind.startswith("a1.") and settings.ami is None:
        wanted = "must be of a later generation than a1, on which Amazon Linux 2023 does not run"
        yield Mistake(field, f"{wanted}, or have an ami; it is {kind!r}")


def nothing_listed_twice(environment: Environment) -> Iterator[Mistake]:
    """Nobody is told twice, and no list says more than it has."""
    alarms = environment.alarms
    lists: dict[str, Sequence[str]] = {
        "allowed_account_ids": environment.allowed_account_ids,
        "alarms.emails": alarms.emails,
        "alarms.webhooks": alarms.webhooks,
        "application.packages": environment.application.packages,
        "dns.aliases": environment.dns.aliases,
        "health_check.regions": environment.health_check.regions or [],
    }
    for field, items in lists.items():
        for index, item in enumerate(items):
            if item in items[:index]:
                yield Mistake(f"{field}.{index}", f"{shown(item)} is listed twice")


def tags_differ(environment: Environment) -> Iterator[Mistake]:
    """IAM takes tag keys that differ only in case for the same one."""
    seen: dict[str, str] = {}
    for key in environment.tags:
        first = seen.setdefault(key.lower(), key)
        if first != key:
            yield Mistake(f"tags.{key}", f"differs from tags.{first} only in case")


def derived_buckets_fit(environment: Environment) -> Iterator[Mistake]:
    """The buckets of the failover switch, the logs and the releases have names that S3 allows, and
    that no state has."""
    purpose = "the failover switch's bucket"
    derived: dict[str, tuple[RemoteStack, str, str]] = {
        place.bucket: (stack, SWITCH_SUFFIX, purpose)
        for place, stack in zip(environment.switch_places, ("dr", "global"), strict=False)
    }
    for role in ROLES:
        derived[environment.logs_bucket(role)] = (role, LOGS_SUFFIX, f"the {role} region's logs")
        if environment.application.kind == "release":
            releases = f"the {role} region's releases"
            derived[environment.releases_bucket(role)] = (role, RELEASES_SUFFIX, releases)
    for name, (stack, suffix, purpose) in derived.items():
        if len(name) > BUCKET.most:
            too_long = f"with {suffix}, {purpose}, has {len(name)} characters"
            yield Mistake(f"state.{stack}.bucket", f"{too_long}; {BUCKET.most} are allowed")
        for other in environment.remote_stacks:
            if environment.backend(other).bucket == name:
                yield Mistake(f"state.{other}.bucket", f"{name!r} is {purpose}")


def buckets_differ(
    first: RemoteStack, second: RemoteStack, environment: Environment
) -> Iterator[Mistake]:
    """Two states in one bucket share its fate; under one key they overwrite each other."""
    if not {first, second} <= set(environment.remote_stacks):
        return
    one, other = environment.backend(first), environment.backend(second)
    if one.bucket == other.bucket:
        key = f" under the same key, {one.key}" if one.key == other.key else ""
        shared = f"{other.bucket!r} is state.{first}'s bucket too{key}"
        yield Mistake(f"state.{second}.bucket", f"{shared}; each stack needs its own")


def state_in_its_region(role: Role, environment: Environment) -> Iterator[Mistake]:
    """A region's stack must plan and apply while any other region is gone."""
    region = environment.regional(role).region
    if environment.backend(role).region != region:
        yield Mistake(f"state.{role}.region", f"must be {role}.region, {region}")


def global_state_survives_the_primary(environment: Environment) -> Iterator[Mistake]:
    """The global stack must plan and apply while the primary's region is gone."""
    region = environment.primary.region
    if environment.backend("global").region == region:
        yield Mistake("state.global.region", f"must not be primary.region, {region}")


RULES: tuple[Rule, ...] = (
    regions_differ,
    *(partial(zones_in_region, role) for role in ROLES),
    networks_do_not_overlap,
    *(partial(one_network, role) for role in ROLES),
    *(partial(existing_network_fits, role) for role in ROLES),
    *(partial(capacity_in_order, role) for role in ROLES),
    primary_runs,
    standby_fits_strategy,
    standby_can_take_over,
    pilot_light_keeps_nothing_running,
    routing_control_is_obeyed,
    *(partial(instances_run_amazon_linux, role) for role in ROLES),
    *APPLICATION_RULES,
    *DATA_RULES,
    *DRILL_RULES,
    nothing_listed_twice,
    tags_differ,
    *DNS_RULES,
    derived_buckets_fit,
    *(partial(buckets_differ, first, second) for first, second in combinations(STATES, 2)),
    *(partial(state_in_its_region, role) for role in ROLES),
    global_state_survives_the_primary,
    *TABLE_RULES,
)
