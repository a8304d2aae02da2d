"""Each region's database, as its own region sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.database import (
    DatabaseMissingError,
    DatabaseState,
    StandbyDatabase,
    database_from,
)
from modules.database_settings import DatabaseSettings, database_settings
from operations.aws import Connect, client, refused
from terminal.errors import OperationError

# How far back the newest value of a metric may be.
LAG_WINDOW = timedelta(minutes=10)

TWO_WRITERS = (
    "both regions' databases take writes: they grow apart. docs/data.md says how to decide between"
    " them"
)


@dataclass(frozen=True)
class Lag:
    """How far a copy is behind, in seconds, and when that was measured."""

    seconds: float
    at: datetime


@dataclass(frozen=True)
class RegionalDatabase:
    """One region's database."""

    role: Role
    region: str
    settings: DatabaseSettings
    database: StandbyDatabase
    rds: Any
    cloudwatch: Any

    def __str__(self) -> str:
        return f"{ROLE_NAMES[self.role]}, {self.region}"

    def state(self) -> DatabaseState:
        """Raises OperationError if the region does not say."""
        with refused(f"{self.settings.name} in {self.region} cannot be read"):
            try:
                return self.database.state()
            except DatabaseMissingError as error:
                raise OperationError(str(error)) from None

    def lag(self) -> Lag | None:
        """The newest lag that this region has reported; None if it reports none, as the writer's
        region does. Raises OperationError."""
        kind = self.settings.kind
        now = datetime.now(UTC)
        with refused(f"the lag in {self.region} cannot be read"):
            found = self.cloudwatch.get_metric_statistics(
                Namespace="AWS/RDS",
                MetricName=kind.lag_metric,
                Dimensions=[{"Name": kind.dimension, "Value": self.settings.name}],
                StartTime=now - LAG_WINDOW,
                EndTime=now,
                Period=60,
                Statistics=["Maximum"],
            )
        if not found["Datapoints"]:
            return None
        newest = max(found["Datapoints"], key=lambda one: one["Timestamp"])
        return Lag(newest["Maximum"] / kind.lag_units, newest["Timestamp"])


def databases(environment: Environment, connect: Connect = client) -> dict[Role, RegionalDatabase]:
    """Both regions' databases. Raises OperationError if the environment has none."""
    found: dict[Role, RegionalDatabase] = {
        one.role: one for one in _databases(environment, connect)
    }
    if not found:
        raise OperationError(f'{environment.name} has no database: data.engine is "none"')
    return found


def _databases(environment: Environment, connect: Connect) -> Iterator[RegionalDatabase]:
    for role in ROLES:
        settings, region = database_settings(environment, role), environment.regional(role).region
        if settings is not None:
            rds = connect("rds", region)
            yield RegionalDatabase(
                role,
                region,
                settings,
                database_from(settings.as_variables, rds, region),
                rds,
                connect("cloudwatch", region),
            )


def writer_of(environment: Environment, connect: Connect = client) -> Role:
    """The region whose database takes writes. Raises OperationError, as `only_writer` does."""
    return only_writer(databases(environment, connect))


def only_writer(both: Mapping[Role, RegionalDatabase]) -> Role:
    """The region whose database takes writes. Both are asked: of a global database either region
    knows the writer; of instances each knows its own.

    Raises OperationError if nobody knows, or if both take writes.
    """
    found: list[Role] = []
    errors: list[str] = []
    for one in both.values():
        try:
            if one.state().writes:
                found.append(one.role)
        except OperationError as error:
            errors.append(f"\n  {error}")
    if not found:
        raise OperationError(
            f"no region's database takes writes: run `failover data promote` first{''.join(errors)}"
        )
    if len(found) > 1:
        raise OperationError(TWO_WRITERS)
    return found[0]
