"""Where the application keeps its data, and how it reaches the other region: `[data]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from environments import limits
from environments.section import Section, between, items
from environments.tables import Table

DataEngine = Literal[
    "none", "aurora-postgresql", "aurora-mysql", "rds-postgres-replica", "rds-mysql-replica"
]
Promotion = Literal["manual", "automatic"]


@dataclass(frozen=True)
class DatabaseKind:
    """What follows from the engine."""

    engine: str
    """RDS's own name of it."""
    version: str
    """The version that new databases get unless the file says another."""
    port: int
    logs: tuple[str, ...]
    """The logs that RDS sends to CloudWatch Logs."""
    tls: Mapping[str, str]
    """The parameters that make the server refuse connections without TLS."""
    logging: Mapping[str, str] = field(default_factory=dict[str, str])
    """The parameters without which the engine has nothing to write to one of those logs."""

    @property
    def aurora(self) -> bool:
        """Whether it is an Aurora Global Database; otherwise an instance with a read replica."""
        return self.engine.startswith("aurora")

    @property
    def postgres(self) -> bool:
        return "postgres" in self.engine

    @property
    def parameters(self) -> dict[str, str]:
        """All of its parameters that differ from the engine's own."""
        return {**self.tls, **self.logging}

    @property
    def dimension(self) -> str:
        """The dimension of its CloudWatch metrics."""
        return "DBClusterIdentifier" if self.aurora else "DBInstanceIdentifier"

    @property
    def lag_metric(self) -> str:
        """How far a copy is behind, which the writer's region does not report."""
        return "AuroraGlobalDBRPOLag" if self.aurora else "ReplicaLag"

    @property
    def lag_units(self) -> int:
        """Of that metric, in a second: Aurora counts milliseconds."""
        return 1000 if self.aurora else 1


_POSTGRES_TLS = MappingProxyType({"rds.force_ssl": "1"})
# RDS for MySQL takes 0 and 1 for what is ON or OFF in Aurora MySQL's cluster parameters.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html
_MYSQL_TLS = MappingProxyType({"require_secure_transport": "1"})
_AURORA_MYSQL_TLS = MappingProxyType({"require_secure_transport": "ON"})
# MySQL logs no slow queries by default, and RDS for MySQL would write them to a table.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.LogFileSize.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Integrating.CloudWatch.html
_MYSQL_LOGS = MappingProxyType({"slow_query_log": "1", "log_output": "FILE"})
_AURORA_MYSQL_LOGS = MappingProxyType({"slow_query_log": "1"})
# The versions are of November 2026. None is of a major version whose standard support has ended,
# as that of RDS for MySQL 8.0 has: AWS charges for extended support.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.Updates.30Updates.html
# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
KINDS: Mapping[str, DatabaseKind] = MappingProxyType(
    {
        "aurora-postgresql": DatabaseKind(
            "aurora-postgresql", "16.8", 5432, ("postgresql",), _POSTGRES_TLS
        ),
        "aurora-mysql": DatabaseKind(
            "aurora-mysql",
            "8.0.mysql_aurora.3.10.0",
            3306,
            ("error", "slowquery"),
            _AURORA_MYSQL_TLS,
            _AURORA_MYSQL_LOGS,
        ),
        "rds-postgres-replica": DatabaseKind(
            "postgres", "16.9", 5432, ("postgresql", "upgrade"), _POSTGRES_TLS
        ),
        "rds-mysql-replica": DatabaseKind(
            "mysql", "8.4.7", 3306, ("error", "slowquery"), _MYSQL_TLS, _MYSQL_LOGS
        ),
    }
)
# What stands for the endpoints in the variables, until Terraform knows them.
WRITER_HOST = "@database-writer@"
READER_HOST = "@database-reader@"
# Words that a database may not be called, of either engine or of RDS itself.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
RESERVED_DATABASES = (
    "db",
    "information_schema",
    "innodb",
    "mysql",
    "performance_schema",
    "postgres",
    "rdsadmin",
    "sys",
    "template0",
    "template1",
    "tmp",
)


def _database_name(value: str) -> str:
    if value in RESERVED_DATABASES:
        raise ValueError(f"must not be {value}, a word that the engines or RDS keep for themselves")
    return value


# What both engines take: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
DatabaseName = Annotated[
    str,
    Field(pattern=rf"^[a-z][a-z0-9_]{{0,{limits.DATABASE_NAME.most - 1}}}$"),
    AfterValidator(_database_name),
]
EngineVersion = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,2}\.[0-9]{1,2}(\.mysql_aurora\.[0-9]+\.[0-9]+\.[0-9]+|\.[0-9]+)?$"),
]
DatabaseClass = Annotated[str, Field(pattern=r"^db\.[a-z][a-z0-9-]{0,20}\.[a-z0-9-]{1,20}$")]


class Data(Section):
    """The application's data, replicated to the standby's region."""

    engine: DataEngine = "none"
    """none: no database. aurora-postgresql, aurora-mysql: an Aurora Global Database.
    rds-postgres-replica, rds-mysql-replica: an RDS instance in two zones, with a read replica in
    the standby's region. docs/data.md compares them."""
    engine_version: EngineVersion | None = None
    """The engine's version, such as 16.8, for both regions. If left out, the project's own choice.
    Upgrade by changing it: docs/data.md says how."""
    database: DatabaseName = "application"
    """The name of the database: 1 to 63 lower-case letters, digits and underscores, a letter
    first."""
    instance_class: DatabaseClass = "db.r7g.large"
    """The class of every database instance, such as db.r7g.large. Aurora Global Database takes no
    db.t3 and no db.t4g."""
    instances: Annotated[int, between(limits.DATABASE_INSTANCES)] = 2
    """Aurora instances in the primary, and in a hot standby: the writer or first reader, and
    others in further zones, 1 to 6. A warm standby has one, a pilot light none."""
    storage_gib: Annotated[int, between(limits.DATABASE_STORAGE)] = 20
    """GiB of storage of an RDS instance, which grows by itself to ten times as much, 20 to 6,553.
    Aurora's has no size."""
    backup_days: Annotated[int, between(limits.BACKUP_DAYS)] = 7
    """Days for which automatic backups are kept in each region, 1 to 35."""
    final_snapshot: bool = True
    """Whether AWS keeps a last snapshot, `<name>-<region>-database-final`, when the primary's
    database is deleted."""
    password_version: Annotated[int, between(limits.PASSWORD_VERSION)] = 1
    """Raise it for a new password, 1 to 1,000,000: the next apply of the primary generates one."""
    performance_insights: bool = True
    """Whether Performance Insights, which CloudWatch Database Insights shows, keeps a week of what
    each instance waited for."""
    lag_seconds: Annotated[int, between(limits.LAG_SECONDS)] = 60
    """Seconds that the standby's copy may lag behind, 5 to 3600: an alarm goes off above it for
    three minutes, and it is what the RPO promises. A replica of RDS for PostgreSQL reports up to
    300 while nobody writes."""
    connections: Annotated[int, between(limits.CONNECTIONS)] = 500
    """Connections to one instance above which an alarm goes off, 1 to 16,000."""
    promotion: Promotion = "manual"
    """Who lets the standby's database take writes after a failover. manual: an operator, by
    `failover data promote`; until then it serves reads. automatic: the failover control, once the
    switch is latched and the primary has been down for `promote_after_minutes`."""
    promote_after_minutes: Annotated[int, between(limits.PROMOTE_AFTER)] = 5
    """Minutes that the primary must be down before an automatic promotion, 1 to 60. A promotion
    gives up the writes that have not reached the standby."""

    tables: Annotated[list[Table], items(limits.TABLES)] = []
    """At most 20 DynamoDB global tables, besides a database or without one."""

    @property
    def kind(self) -> DatabaseKind | None:
        """What follows from the engine; None without a database."""
        return KINDS.get(self.engine)

    @property
    def version(self) -> str | None:
        """The engine's version in both regions; None without a database."""
        return self.engine_version or (self.kind.version if self.kind else None)

    @property
    def promotes(self) -> bool:
        """Whether the failover control promotes the standby's database by itself."""
        return self.kind is not None and self.promotion == "automatic"

    def variables(self, secret: str) -> dict[str, str]:
        """The environment variables of an application that has a database.

        secret: name of the secret with its user and password.
        """
        if self.kind is None:
            return {}
        return {
            "DATABASE_ENGINE": self.engine,
            "DATABASE_HOST": WRITER_HOST,
            "DATABASE_READER_HOST": READER_HOST,
            "DATABASE_PORT": str(self.kind.port),
            "DATABASE_NAME": self.database,
            "DATABASE_SECRET": secret,
        }
