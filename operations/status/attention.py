"""What somebody should look at: what follows from several facts together."""

from collections.abc import Iterator

from environments import OTHER, ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.endpoint import Health
from operations.data.regions import TWO_WRITERS
from operations.status.alarms import Alarms
from operations.status.databases import Database
from operations.status.facts import Facts, Value
from operations.status.instances import Targets
from operations.status.names import OtherNames, RegionHealth, Serving
from operations.status.releases import Release
from operations.switch.position import SwitchPosition

BY_NAME_SERVERS = "serving.name-servers"
# What a region's own APIs are asked.
OF_A_REGION = ("targets", "instances", "release", "database", "replication-lag")


def attention(environment: Environment, facts: Facts) -> list[str]:
    """Sentences, the most urgent first; empty on a calm day."""
    return [
        *_nobody_serves(environment, facts),
        *_silent_regions(environment, facts),
        *_writers(environment, facts),
        *_users(environment, facts),
        *_releases(facts),
        *_alarms(facts),
    ]


def _nobody_serves(environment: Environment, facts: Facts) -> Iterator[str]:
    health = [_value(facts, f"{ROLE_NAMES[role]}.health") for role in ROLES]
    if all(isinstance(one, RegionHealth) and one.status is Health.UNHEALTHY for one in health):
        yield (
            "neither region is healthy: `failover ready` says what keeps the standby from serving"
            f" ({environment.alarms.runbook('standby-cannot-serve')})"
        )


def _silent_regions(environment: Environment, facts: Facts) -> Iterator[str]:
    silent: dict[str, str | None] = {}
    for role in ROLES:
        subjects = (f"{ROLE_NAMES[role]}.{one}" for one in OF_A_REGION)
        asked = [facts[one] for one in subjects if one in facts]
        if len(asked) > 1 and all(one.error is not None for one in asked):
            silent[environment.regional(role).region] = asked[0].error
    if len(silent) == len(ROLES):
        (error, *_) = silent.values()
        yield f"no region can be read: look at your credentials and network first ({error})"
        return
    for region in silent:
        yield f"{region}: nothing there can be read"


def _writers(environment: Environment, facts: Facts) -> Iterator[str]:
    writing: list[Role] = [
        role
        for role in ROLES
        if isinstance(found := _value(facts, f"{ROLE_NAMES[role]}.database"), Database)
        and found.writes
    ]
    if len(writing) > 1:
        yield TWO_WRITERS
    if not writing and _users_role(facts) == ROLE_NAMES["dr"]:
        yield from _read_only(environment, facts)
    if len(writing) == 1 and _users_role(facts) == ROLE_NAMES[OTHER[writing[0]]]:
        users, writer = (environment.regional(one).region for one in (OTHER[writing[0]], *writing))
        to = (
            "`failover over` moves the writer too"
            if writing[0] == "primary"
            else "`failover over` moves users too, `failover back` returns the writer"
        )
        yield f"users go to {users}, and {writer} takes the writes: {to} (docs/operating.md)"


def _read_only(environment: Environment, facts: Facts) -> Iterator[str]:
    """The standby has the users, and nobody is known to write."""
    found = _value(facts, f"{ROLE_NAMES['dr']}.database")
    if isinstance(found, Database) and not found.moving:
        yield (
            f"users are in {environment.dr.region}, whose database only reads: `failover over` lets"
            f" it take writes ({environment.alarms.runbook('standby-read-only')})"
        )


def _users(environment: Environment, facts: Facts) -> Iterator[str]:
    serving, switch = _serving(facts), _value(facts, "switch")
    names = _value(facts, "serving.aliases")
    if isinstance(names, OtherNames):
        for name, to in names.elsewhere.items():
            yield f"{name} is not answered as {names.domain} is: {to}"
    if isinstance(switch, SwitchPosition):
        yield from _switch(environment, switch.position, serving)
    if isinstance(switch, SwitchPosition) and switch.paused is not None:
        yield f"the failover control is {switch.paused}: a failure would set no switch"
    if serving is None:
        return
    if serving.role is None:
        yield f"{environment.dns.domain} leads to neither region"
    elif isinstance(found := _value(facts, f"{serving.role}.targets"), Targets) and not (
        found.healthy
    ):
        yield f"users are in {serving.region}, where no target is healthy"
    for subject in facts:
        other = _value(facts, subject)
        if isinstance(other, Serving) and other.role != serving.role:
            by, where = subject.removeprefix("serving."), other.region or "neither region"
            yield f"resolver {by} still leads users to {where}, for {other.ttl} s more"


def _switch(environment: Environment, position: str, serving: Serving | None) -> Iterator[str]:
    """Whether users are where the switch has them."""
    role = serving.role if serving is not None else None
    if position == "set" and role == ROLE_NAMES["primary"]:
        region = environment.primary.region
        yield (
            f"the switch is set, and users still go to {region}: if that lasts for minutes,"
            " `failover ready` says why"
        )
    elif position == "set":
        yield "the switch is set: users stay on the standby until `failover back`"
    elif position == "clear" and role == ROLE_NAMES["dr"]:
        yield (
            f"users are in {environment.dr.region}, and the switch is clear: they return once the"
            " primary is healthy, unless the failover control or `failover over` sets it"
        )


def _releases(facts: Facts) -> Iterator[str]:
    found = [_value(facts, f"{ROLE_NAMES[role]}.release") for role in ROLES]
    digests = {one.digest for one in found if isinstance(one, Release)}
    if len(digests) > 1:
        yield "the regions have different releases: `failover releases show` tells more"


def _alarms(facts: Facts) -> Iterator[str]:
    for subject in facts:
        found = _value(facts, subject)
        if isinstance(found, Alarms) and found.ringing:
            yield f"{subject.removeprefix('alarms.')}: {len(found.ringing)} in alarm"


def _users_role(facts: Facts) -> str | None:
    """Where users go: as DNS says, or else where the switch sends them."""
    serving, switch = _serving(facts), _value(facts, "switch")
    if serving is not None:
        return serving.role
    is_set = isinstance(switch, SwitchPosition) and switch.position == "set"
    return ROLE_NAMES["dr"] if is_set else None


def _serving(facts: Facts) -> Serving | None:
    found = _value(facts, BY_NAME_SERVERS)
    return found if isinstance(found, Serving) else None


def _value(facts: Facts, subject: str) -> Value | None:
    """What was found now. Nothing follows from what was found earlier: a lost region's database
    was the writer, and is not any more."""
    fact = facts.get(subject)
    return fact.value if fact and fact.error is None else None
