"""What tables must be together, with the application's variables, and with their state."""

import json
from collections.abc import Iterator

from environments.errors import Mistake, shown
from environments.limits import CHECKED_NAMES
from environments.model import ROLES, Environment
from environments.rule import Rule


def tables_have_a_state(environment: Environment) -> Iterator[Mistake]:
    """The stack `tables` exists exactly where there are tables."""
    there, state = environment.data.tables, environment.state.tables
    if there and state is None:
        yield Mistake("state.tables", "is missing, which [[data.tables]] requires")
    elif state is not None and not there:
        yield Mistake("state.tables", "is allowed only with [[data.tables]]")


def table_state_survives_the_primary(environment: Environment) -> Iterator[Mistake]:
    """While the primary's region is lost, the state tells what the standby's replicas are, for
    whoever has to go on with them alone."""
    state, region = environment.state.tables, environment.primary.region
    if state is not None and state.region == region:
        because = "it says what is left in the standby's region while that one is lost"
        yield Mistake("state.tables.region", f"must not be primary.region, {region}: {because}")


def tables_differ(environment: Environment) -> Iterator[Mistake]:
    """A table's name gives its name in AWS, and its variable, in which - and _ are the same."""
    seen: dict[str, str] = {}
    for index, table in enumerate(environment.data.tables):
        field, before = f"data.tables.{index}.name", seen.get(table.variable)
        if before == table.name:
            yield Mistake(field, f"{shown(table.name)} is listed twice")
        elif before is not None:
            yield Mistake(field, f"has the same variable as {before}, {table.variable}")
        seen[table.variable] = table.name


def keys_differ(environment: Environment) -> Iterator[Mistake]:
    """DynamoDB refuses a key of one attribute twice; and an item that expires keeps its key."""
    for index, table in enumerate(environment.data.tables):
        field = f"data.tables.{index}"
        if table.sort_key == table.partition_key:
            yield Mistake(f"{field}.sort_key", "must differ from partition_key")
        if table.time_to_live in table.key_types:
            yield Mistake(f"{field}.time_to_live", "must be no attribute of the key")


def table_variables_are_free(environment: Environment) -> Iterator[Mistake]:
    """The instances' environment names each table."""
    owners = {table.variable: table.name for table in environment.data.tables}
    applications = {"application": environment.application}
    applications |= {f"{one}.application": environment.regional(one).application for one in ROLES}
    for place, application in applications.items():
        for name in application.environment:
            if name in owners:
                said = f"is the variable of the table {owners[name]}"
                yield Mistake(f"{place}.environment.{name}", said)


def names_fit_into_a_variable(environment: Environment) -> Iterator[Mistake]:
    """The standby's readiness checks have the names of the certificate and of the tables."""
    tables = list(environment.table_variables.values())
    if not tables or not environment.failover.controlled:
        return
    opened = [*environment.dns.names, environment.regional_name("dr")] if environment.tls else []
    size = len(json.dumps([*opened, *tables]))
    if size > CHECKED_NAMES.most:
        yield Mistake(
            "data.tables",
            f"their names and those that users open have {size} characters together, and"
            f" {CHECKED_NAMES.most} fit into the variables of the function that checks the standby:"
            " shorten names in dns.aliases or in data.tables",
        )


RULES: tuple[Rule, ...] = (
    tables_have_a_state,
    table_state_survives_the_primary,
    tables_differ,
    keys_differ,
    table_variables_are_free,
    names_fit_into_a_variable,
)
