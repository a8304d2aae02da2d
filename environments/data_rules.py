"""What the fields of `[data]` must be, together and with others."""

import re
from collections.abc import Iterator
from functools import partial

from environments.errors import Mistake
from environments.model import ROLES, Environment, Role
from environments.rule import Rule

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
TOO_SMALL = re.compile(r"db\.t[0-9]")
# A form of each engine's versions, and an example.
VERSIONS = {
    "aurora-postgresql": (r"[0-9]+\.[0-9]+", "16.8"),
    "aurora-mysql": (
        r"[0-9]\.[0-9]\.mysql_aurora\.[0-9]+\.[0-9]+\.[0-9]+",
        "8.0.mysql_aurora.3.10.0",
    ),
    "rds-postgres-replica": (r"[0-9]+\.[0-9]+", "16.9"),
    "rds-mysql-replica": (r"[0-9]\.[0-9]\.[0-9]+", "8.4.7"),
}


def users_return_with_the_writer(environment: Environment) -> Iterator[Mistake]:
    """Users who return by themselves would find a database that takes no writes any more."""
    failback = environment.failover.failback
    if environment.data.kind is not None and failback != "manual":
        wanted = f'must be "manual" with data.engine = "{environment.data.engine}"'
        yield Mistake("failover.failback", f'{wanted}, and is "{failback}"')


def promotions_need_a_database(environment: Environment) -> Iterator[Mistake]:
    """There is nothing to promote."""
    if environment.data.kind is None and environment.data.promotion == "automatic":
        yield Mistake("data.promotion", 'must be "manual" with data.engine = "none"')


def classes_are_large_enough(environment: Environment) -> Iterator[Mistake]:
    """Aurora Global Database takes no burstable classes."""
    kind, chosen = environment.data.kind, environment.data.instance_class
    if kind is not None and kind.aurora and TOO_SMALL.match(chosen):
        yield Mistake(
            "data.instance_class",
            f"must not be burstable, which Aurora Global Database refuses; it is {chosen}",
        )


def versions_are_the_engines(environment: Environment) -> Iterator[Mistake]:
    """Each engine has its own form of version."""
    engine, version = environment.data.engine, environment.data.engine_version
    form, example = VERSIONS.get(engine, ("", ""))
    if version is not None and form and not re.fullmatch(form, version):
        yield Mistake(
            "data.engine_version",
            f'must be a version such as {example} with data.engine = "{engine}"; it is {version}',
        )


def instances_have_zones(role: Role, environment: Environment) -> Iterator[Mistake]:
    """Each Aurora instance is in a zone of its own."""
    data, zones = environment.data, len(environment.regional(role).zones)
    runs_all = role == "primary" or environment.failover.strategy == "hot"
    if data.kind is not None and data.kind.aurora and runs_all and data.instances > zones:
        yield Mistake(
            "data.instances",
            f"must be at most {zones}, a zone of {role}.zones for each; it is {data.instances}",
        )


def names_have_single_hyphens(environment: Environment) -> Iterator[Mistake]:
    """RDS refuses two hyphens in a row in an identifier, which the name is the start of:
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    if environment.data.kind is not None and "--" in environment.name:
        wanted = (
            f'must not have two hyphens in a row with data.engine = "{environment.data.engine}"'
        )
        yield Mistake("name", f"{wanted}, and is {environment.name!r}")


def variables_are_ours(environment: Environment) -> Iterator[Mistake]:
    """With a database, this project says how to connect to it."""
    ours = environment.data.variables("")
    texts = {"application.environment": environment.application.environment}
    texts |= {
        f"{role}.application.environment": environment.regional(role).application.environment
        for role in ROLES
    }
    for field, variables in texts.items():
        for name in variables:
            if name in ours:
                wanted = f'must be left out with data.engine = "{environment.data.engine}"'
                yield Mistake(f"{field}.{name}", f"{wanted}: this project sets it")


RULES: tuple[Rule, ...] = (
    users_return_with_the_writer,
    promotions_need_a_database,
    classes_are_large_enough,
    versions_are_the_engines,
    *(partial(instances_have_zones, role) for role in ROLES),
    names_have_single_hyphens,
    variables_are_ours,
)
