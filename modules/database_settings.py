"""What one region's database is to be, as the environment file has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from environments import OTHER, Data, DatabaseKind, Environment, Role

# Days; the only length of Performance Insights without a charge.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html
INSIGHTS_DAYS = 7
# Storage autoscaling stops at so many times the first storage.
STORAGE_GROWTH = 10
# Aurora spreads instances over the zones that it is told. A pilot light's cluster is headless: it
# has storage alone, until the failover control adds an instance.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attach.console.headless.html
STANDBY_INSTANCES = {"warm": 1, "pilot_light": 0}


@dataclass(frozen=True)
class DatabaseSettings:
    """One region's database."""

    data: Data
    kind: DatabaseKind
    name: str
    """Identifier of the region's cluster or instance, and start of the names of what belongs to
    it; unique across the regions of a global database."""
    secret: str
    """Name of the secret with the user and the password, the same in both regions."""
    global_cluster: str
    """Identifier of the global database that an Aurora cluster joins."""
    first: bool
    """Whether it has the data from the start: the other region's joins it."""
    other_region: str
    """The region of the other database, where an RDS replica has its source."""
    other: str
    """That database's identifier."""
    zones: Sequence[str]
    """The zones of an Aurora cluster's instances; RDS chooses its own."""
    multi_az: bool
    """Whether an RDS instance has a copy in a second zone."""
    protected: bool
    """Whether AWS refuses to delete it."""

    @property
    def headless(self) -> bool:
        """Whether it is an Aurora cluster without an instance."""
        return self.kind.aurora and not self.zones

    @property
    def as_variables(self) -> dict[str, Any]:
        """What the failover control is told of it, as `database_from` reads it."""
        if not self.kind.aurora:
            return {"name": self.name, "backup_days": self.data.backup_days}
        return {
            "name": self.name,
            "global_cluster": self.global_cluster,
            "engine": self.kind.engine,
            "instance_class": self.data.instance_class,
            "instances": len(self.zones),
        }


def database_settings(environment: Environment, role: Role) -> DatabaseSettings | None:
    """The settings of a region's database; None without one."""
    data, kind = environment.data, environment.data.kind
    if kind is None:
        return None
    other = OTHER[role]
    strategy = environment.failover.strategy
    instances = data.instances
    if role == "dr":
        instances = STANDBY_INSTANCES.get(strategy, instances)
    return DatabaseSettings(
        data=data,
        kind=kind,
        name=environment.database(role),
        secret=environment.database_secret,
        global_cluster=environment.global_database,
        first=role == "primary",
        other_region=environment.regional(other).region,
        other=environment.database(other),
        zones=environment.regional(role).zones[:instances],
        multi_az=role == "primary" or strategy == "hot",
        protected=environment.deletion_protection,
    )
