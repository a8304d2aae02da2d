"""Everything that is asked about a deployment."""

from collections.abc import Iterator
from functools import partial

from environments import ROLE_NAMES, ROLES, Environment, Role
from modules.alarm_names import known_alarms
from operations.aws import Connect
from operations.data.regions import databases
from operations.status.alarms import alarms
from operations.status.databases import Database, ReplicationLag, database, replication_lag
from operations.status.facts import Question
from operations.status.instances import instances, targets
from operations.status.names import in_service, other_names, region_health, serving
from operations.status.releases import release
from operations.switch.name_servers import Ask
from operations.switch.position import position_of

USERS, SWITCH, ALARMS = "users", "switch", "alarms"


def questions(
    environment: Environment, *, names: Ask, resolvers: dict[str, Ask], connect: Connect
) -> list[Question]:
    """All of them, in a screen's order.

    names: asks the zone's name servers. resolvers: public ones, by address. connect: makes clients.
    Nothing is asked yet.
    """
    return [
        *_users(environment, names, resolvers),
        Question(SWITCH, SWITCH, "position", partial(position_of, environment, connect)),
        *(one for role in ROLES for one in _region(environment, role, names, connect)),
        *_alarms(environment, connect),
    ]


def section_of(environment: Environment, role: Role) -> str:
    """A region, as a screen's heading."""
    return f"{ROLE_NAMES[role]}, {environment.regional(role).region}"


def _users(environment: Environment, names: Ask, resolvers: dict[str, Ask]) -> Iterator[Question]:
    yield Question(
        "serving.name-servers", USERS, "name servers", partial(serving, environment, names)
    )
    if environment.dns.aliases:
        yield Question(
            "serving.aliases", USERS, "other names", partial(other_names, environment, names)
        )
    for address, ask in resolvers.items():
        yield Question(
            f"serving.{address}", USERS, f"resolver {address}", partial(serving, environment, ask)
        )
    yield Question(
        "primary.in-service", USERS, "primary in service", partial(in_service, environment, names)
    )


def _region(
    environment: Environment, role: Role, names: Ask, connect: Connect
) -> Iterator[Question]:
    section, prefix = section_of(environment, role), ROLE_NAMES[role]
    yield Question(
        f"{prefix}.health", section, "Route 53", partial(region_health, environment, role, names)
    )
    yield Question(
        f"{prefix}.targets", section, "load balancer", partial(targets, environment, role, connect)
    )
    yield Question(
        f"{prefix}.instances", section, "instances", partial(instances, environment, role, connect)
    )
    if environment.application.kind == "release":
        yield Question(
            f"{prefix}.release", section, "release", partial(release, environment, role, connect)
        )
    if environment.data.kind is not None:
        yield from _data(environment, role, connect)


def _data(environment: Environment, role: Role, connect: Connect) -> Iterator[Question]:
    section, prefix = section_of(environment, role), ROLE_NAMES[role]

    def state() -> Database:
        return database(databases(environment, connect)[role])

    def lag() -> ReplicationLag:
        return replication_lag(databases(environment, connect)[role])

    yield Question(f"{prefix}.database", section, "database", state)
    yield Question(f"{prefix}.replication-lag", section, "replication lag", lag)


def _alarms(environment: Environment, connect: Connect) -> Iterator[Question]:
    known, runbook = known_alarms(environment), environment.alarms.runbook
    for region in dict.fromkeys(one.region for one in known):
        there = [one for one in known if one.region == region]
        ask = partial(alarms, there, runbook, region, connect)
        yield Question(f"alarms.{region}", ALARMS, region, ask)
