"""The standby's database: whether it takes writes, whether it follows the primary's, and its
promotion. Every call is to the standby's own region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

AVAILABLE = "available"
# The statuses in which an instance serves as usual, as during the backup of each night.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
SERVING = {
    AVAILABLE,
    "backing-up",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "storage-config-upgrade",
    "storage-initialization",
    "storage-optimization",
}
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalClusterMember.html
CONNECTED = "connected"
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstanceStatusInfo.html
REPLICATING = "replicating"


class DatabaseMissingError(Exception):
    """There is no such database, or it has left its global database."""


class NotReadyError(Exception):
    """The database cannot be promoted at the moment; a later attempt may succeed."""


@dataclass(frozen=True)
class DatabaseState:
    """One region's database, as its region sees it."""

    writes: bool
    """Whether it takes writes."""
    moving: bool
    """Whether a promotion, failover or switchover is under way."""
    replicates: bool
    """Whether the region that does not write follows the one that does."""
    ready: bool
    """Whether an instance runs that could take writes."""
    writer: str | None
    """The region that takes writes, as far as it is known."""


class StandbyDatabase(Protocol):
    """A region's database, of whatever engine.

    Every method raises botocore's ClientError or BotoCoreError if AWS refuses or is unreachable,
    and DatabaseMissingError.
    """

    def state(self) -> DatabaseState:
        """How it is."""
        ...

    def promote(self) -> None:
        """Starts to let it take writes, without the other region: writes that have not arrived are
        given up. Raises NotReadyError."""
        ...

    def start(self) -> bool:
        """Adds an instance to a cluster that has none; returns whether it had none."""
        ...

    def stop(self) -> bool:
        """Removes the instance that `start` added, unless the cluster takes writes; returns whether
        there was one."""
        ...


@dataclass(frozen=True)
class AuroraMember:
    """A region's cluster in an Aurora Global Database.

    rds: a boto3 client for the cluster's region. rest: how many instances Terraform gives it.
    """

    rds: Any
    region: str
    global_cluster: str
    cluster: str
    engine: str
    instance_class: str
    rest: int = 1

    def state(self) -> DatabaseState:
        found = self._global()
        members = found["GlobalClusterMembers"]
        own = self._own(members)
        writers = [region_of(one["DBClusterArn"]) for one in members if one["IsWriter"]]
        others = [one for one in members if not one["IsWriter"]]
        return DatabaseState(
            writes=own["IsWriter"],
            moving=bool(found.get("FailoverState", {}).get("Status")),
            replicates=bool(others) and all(map(_connected, others)),
            ready=any(one["DBInstanceStatus"] in SERVING for one in self._instances()),
            writer=writers[0] if writers else None,
        )

    def promote(self) -> None:
        """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html"""
        own = self._own(self._global()["GlobalClusterMembers"])
        self.rds.failover_global_cluster(
            GlobalClusterIdentifier=self.global_cluster,
            TargetDbClusterIdentifier=own["DBClusterArn"],
            AllowDataLoss=True,
        )

    def start(self) -> bool:
        if self.rest or self._instances():
            return False
        self.rds.create_db_instance(
            DBInstanceIdentifier=self._added,
            DBClusterIdentifier=self.cluster,
            DBInstanceClass=self.instance_class,
            Engine=self.engine,
            AutoMinorVersionUpgrade=False,
        )
        return True

    def stop(self) -> bool:
        names = [one["DBInstanceIdentifier"] for one in self._instances()]
        if self.rest or self._added not in names or self.state().writes:
            return False
        self.rds.delete_db_instance(DBInstanceIdentifier=self._added)
        return True

    @property
    def _added(self) -> str:
        return f"{self.cluster}-awake"

    def _global(self) -> Mapping[str, Any]:
        found = self.rds.describe_global_clusters(GlobalClusterIdentifier=self.global_cluster)
        return found["GlobalClusters"][0]

    def _own(self, members: list[Any]) -> Any:
        own = [one for one in members if region_of(one["DBClusterArn"]) == self.region]
        if not own:
            raise DatabaseMissingError(
                f"{self.cluster} is not a member of the global database {self.global_cluster}"
            )
        return own[0]

    def _instances(self) -> list[Any]:
        cluster = {"Name": "db-cluster-id", "Values": [self.cluster]}
        return self.rds.describe_db_instances(Filters=[cluster])["DBInstances"]


@dataclass(frozen=True)
class ReadReplica:
    """An RDS instance that is a read replica until it is promoted.

    rds: a boto3 client for its region. backup_days: for how long it keeps backups from then on.
    """

    rds: Any
    region: str
    instance: str
    backup_days: int

    def state(self) -> DatabaseState:
        found = self._found()
        source = found.get("ReadReplicaSourceDBInstanceIdentifier")
        follows = any(
            one.get("StatusType") == "read replication" and one.get("Status") == REPLICATING
            for one in found.get("StatusInfos", [])
        )
        status = found["DBInstanceStatus"]
        return DatabaseState(
            writes=not source and status in SERVING,
            moving=not source and status not in SERVING,
            replicates=follows if source else bool(found.get("ReadReplicaDBInstanceIdentifiers")),
            ready=status in SERVING,
            writer=region_of(source) if source else self.region,
        )

    def promote(self) -> None:
        """One-way: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html"""
        status = self._found()["DBInstanceStatus"]
        if status != AVAILABLE:
            raise NotReadyError(
                f"{self.instance} is {status}: RDS promotes a replica only while it is {AVAILABLE}"
            )
        self.rds.promote_read_replica(
            DBInstanceIdentifier=self.instance, BackupRetentionPeriod=self.backup_days
        )

    def start(self) -> bool:
        """A replica always runs."""
        return False

    def stop(self) -> bool:
        return False

    def _found(self) -> Mapping[str, Any]:
        found = self.rds.describe_db_instances(DBInstanceIdentifier=self.instance)
        return found["DBInstances"][0]


def database_from(settings: Mapping[str, Any], rds: Any, region: str) -> StandbyDatabase:
    """The database that the control's variables describe.

    rds: a boto3 client for `region`.
    """
    if "global_cluster" not in settings:
        return ReadReplica(rds, region, settings["name"], settings["backup_days"])
    return AuroraMember(
        rds,
        region,
        global_cluster=settings["global_cluster"],
        cluster=settings["name"],
        engine=settings["engine"],
        instance_class=settings["instance_class"],
        rest=settings["instances"],
    )


def region_of(arn: str) -> str:
    """The region in an ARN."""
    return arn.split(":")[3]


def _connected(member: Mapping[str, Any]) -> bool:
    """Older answers do not say it; they list a member only while it follows."""
    return member.get("SynchronizationStatus", CONNECTED) == CONNECTED
