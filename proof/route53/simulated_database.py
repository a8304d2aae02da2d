"""Both regions' databases, as RDS's API in each region shows and moves them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from environments import Environment, Role
from functions.failover_control.database import AVAILABLE, CONNECTED, REPLICATING
from modules.database_settings import database_settings
from modules.recovery_point import PROMOTION
from modules.recovery_time import NEW_INSTANCE
from proof.route53.simulated_aws import ServiceGoneError, SimulatedClock, refusal

ACCOUNT = "111122223333"


@dataclass
class SimulatedDatabase:
    """An Aurora Global Database, or an instance and its read replica in the standby's region.

    answers: whether RDS answers in a region. writer: the region whose database has every write that
    was not given up. writers: the regions whose databases take writes; after the promotion of a
    read replica, its source still does.
    """

    environment: Environment
    clock: SimulatedClock
    answers: Callable[[str], bool]
    writer: str = field(init=False)
    writers: set[str] = field(init=False)
    _moving: tuple[str, float] | None = None
    _added_at: float | None = None

    def __post_init__(self) -> None:
        self.writer = self.environment.primary.region
        self.writers = {self.writer}

    @property
    def aurora(self) -> bool:
        kind = self.environment.data.kind
        return kind is not None and kind.aurora

    def rds(self, region: str) -> "Rds":
        """A client of RDS in a region."""
        role: Role = "primary" if region == self.environment.primary.region else "dr"
        return Rds(self, role, region)

    def move(self, region: str) -> None:
        """Starts to let a region's database take writes. A global database's old writer stops at
        once, and is a copy when it is back; a replica's source does not learn of it.

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
        """
        self._moving = region, self.clock.seconds + PROMOTION
        if self.aurora:
            self.writers.clear()

    def tick(self) -> None:
        """Ends a move once it has had its time."""
        if self._moving is not None and self.clock.seconds >= self._moving[1]:
            self.writer, self._moving = self._moving[0], None
            self.writers.add(self.writer)

    def moves(self, region: str | None = None) -> bool:
        """Whether the writer moves, to this region if one is given."""
        return self._moving is not None and region in (None, self._moving[0])

    def instances(self, role: Role) -> list[str]:
        """The status of each instance of an Aurora cluster."""
        settings = database_settings(self.environment, role)
        found = [AVAILABLE for _ in settings.zones] if settings else []
        if role == "dr" and self._added_at is not None:
            runs = self.clock.seconds >= self._added_at + NEW_INSTANCE
            found.append(AVAILABLE if runs else "creating")
        return found

    def add_instance(self) -> None:
        self._added_at = self.clock.seconds

    def remove_instance(self) -> None:
        self._added_at = None


@dataclass(frozen=True)
class Rds:
    """A boto3 client of RDS, as far as the control and the operator use it."""

    database: SimulatedDatabase
    role: Role
    region: str

    def describe_global_clusters(self, *, GlobalClusterIdentifier: str) -> dict[str, Any]:  # noqa: N803
        """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalCluster.html"""
        self._answers()
        one = self.database
        regions = (one.environment.primary.region, one.environment.dr.region)
        follows = CONNECTED if all(map(one.answers, regions)) else "pending-resync"
        members = [
            {
                "DBClusterArn": self._arn("cluster", region),
                "IsWriter": region == one.writer,
                "SynchronizationStatus": follows,
            }
            for region in regions
        ]
        found: dict[str, Any] = {"GlobalClusterMembers": members}
        if one.moves():
            found["FailoverState"] = {"Status": "failing-over"}
        return {"GlobalClusters": [{"GlobalClusterIdentifier": GlobalClusterIdentifier, **found}]}

    def describe_db_instances(self, **which: Any) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"""
        self._answers()
        if "DBInstanceIdentifier" in which:
            return {"DBInstances": [self._instance()]}
        name = self._name(self.role)
        return {
            "DBInstances": [
                {"DBInstanceStatus": status, "DBInstanceIdentifier": f"{name}-awake"}
                for status in self.database.instances(self.role)
            ]
        }

    def failover_global_cluster(
        self,
        *,
        GlobalClusterIdentifier: str,  # noqa: ARG002, N803
        TargetDbClusterIdentifier: str,  # noqa: N803
        AllowDataLoss: bool,  # noqa: N803
    ) -> None:
        self._answers()
        if not AllowDataLoss or self.database.moves():
            raise refusal("InvalidGlobalClusterStateFault", "FailoverGlobalCluster")
        self.database.move(TargetDbClusterIdentifier.split(":")[3])

    def promote_read_replica(
        self,
        *,
        DBInstanceIdentifier: str,  # noqa: ARG002, N803
        BackupRetentionPeriod: int,  # noqa: ARG002, N803
    ) -> None:
        self._answers()
        if self.role == "primary" or self.region in self.database.writers:
            raise refusal("InvalidDBInstanceState", "PromoteReadReplica")
        self.database.move(self.region)

    def create_db_instance(self, **_: Any) -> None:
        self._answers()
        self.database.add_instance()

    def delete_db_instance(self, **_: Any) -> None:
        self._answers()
        self.database.remove_instance()

    def _instance(self) -> dict[str, Any]:
        one, environment = self.database, self.database.environment
        source = environment.primary.region
        if self.role == "primary":
            replicas = [self._arn("db", environment.dr.region)] if one.writer == source else []
            return {"DBInstanceStatus": AVAILABLE, "ReadReplicaDBInstanceIdentifiers": replicas}
        if self.region in one.writers or one.moves(self.region):
            return {"DBInstanceStatus": "modifying" if one.moves(self.region) else AVAILABLE}
        follows = REPLICATING if one.answers(source) else "error"
        return {
            "DBInstanceStatus": AVAILABLE,
            "ReadReplicaSourceDBInstanceIdentifier": self._arn("db", source),
            "StatusInfos": [{"StatusType": "read replication", "Status": follows}],
        }

    def _name(self, role: Role) -> str:
        return self.database.environment.database(role)

    def _arn(self, kind: str, region: str) -> str:
        role: Role = "primary" if region == self.database.environment.primary.region else "dr"
        return f"arn:aws:rds:{region}:{ACCOUNT}:{kind}:{self._name(role)}"

    def _answers(self) -> None:
        if not self.database.answers(self.region):
            raise ServiceGoneError(service="rds")
