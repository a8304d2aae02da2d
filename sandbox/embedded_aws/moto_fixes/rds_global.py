"""Fixes of moto's Aurora Global Database: what a global cluster tells, and who is in it."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false, reportOptionalMemberAccess=false, reportOptionalCall=false

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBClusterNotFoundError, RDSClientError
from moto.rds.models import (
    DBCluster,
    GlobalCluster,
    RDSBackend,
    find_cluster,
    rds_backends,
)
from moto.rds.responses import RDSResponse

from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws.moto_fixes.rds import SUPPORT

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalClusterMember.html
CONNECTED, RESYNCING = "connected", "pending-resync"


class GlobalClusterNotFoundError(RDSClientError):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeGlobalClusters.html"""

    def __init__(self, name: str) -> None:
        super().__init__("GlobalClusterNotFoundFault", f"Global cluster {name} not found")


def global_cluster(account: str, name: str | None) -> GlobalCluster | None:
    """The account's global cluster of this name, from whatever region; None if there is none."""
    return rds_backends[account][GLOBAL_REGION].global_clusters.get(name or "")


def member(cluster: GlobalCluster, identifier: str) -> DBCluster | None:
    """The member with this ARN or name; None if there is none."""
    return next(
        (
            one
            for one in cluster.members
            if identifier in (one.db_cluster_arn, one.db_cluster_identifier)
        ),
        None,
    )


def writer(cluster: GlobalCluster) -> DBCluster | None:
    return next((one for one in cluster.members if one.is_writer), None)


def follow(cluster: GlobalCluster, leader: DBCluster) -> None:
    """Makes a member the writer, and every other one its replica."""
    for one in cluster.members:
        one.is_writer = one is leader
        one.replication_source_identifier = None if one is leader else leader.db_cluster_arn
        one.read_replica_identifiers = []
    leader.read_replica_identifiers = [
        one.db_cluster_arn for one in cluster.members if one is not leader
    ]


def global_clusters_keep_what_they_are_given() -> None:
    """moto drops a global cluster's tags, the name of its database and its extended support.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalCluster.html
    """
    create = RDSResponse.create_global_cluster

    def create_global_cluster(self: RDSResponse) -> ActionResult:
        made = create(self)
        one = _asked(self)
        one.tags = self.params.get("Tags") or []
        first = next(iter(one.members), None)
        one.database_name = first.database_name if first else self.params.get("DatabaseName")
        one.engine_lifecycle_support = self.params.get("EngineLifecycleSupport") or SUPPORT
        return made

    RDSResponse.create_global_cluster = create_global_cluster


def global_clusters_are_tagged() -> None:
    """moto cannot tag a global cluster, nor list its tags.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
    """
    find = RDSBackend._get_resource_for_tagging

    def found(self: RDSBackend, arn: str) -> Any:
        kind, _, name = arn.rpartition(":")
        if not kind.endswith(":global-cluster"):
            return find(self, arn)
        one = global_cluster(self.account_id, name)
        if one is None:
            raise GlobalClusterNotFoundError(name)
        return one

    RDSBackend._get_resource_for_tagging = found


def global_clusters_are_found_by_name() -> None:
    """moto lists all global clusters, whichever is asked for.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeGlobalClusters.html
    """

    def describe(self: RDSResponse) -> ActionResult:
        if "GlobalClusterIdentifier" in self.params:
            return ActionResult({"GlobalClusters": [_asked(self)]})
        wanted = {one["Name"]: one["Values"] for one in self.params.get("Filters") or ()}
        arns = wanted.get("db-cluster-id")
        every = self.global_backend.global_clusters.values()
        kept = [one for one in every if arns is None or any(member(one, arn) for arn in arns)]
        return ActionResult({"GlobalClusters": kept})

    RDSResponse.describe_global_clusters = describe


def members_tell_how_they_replicate() -> None:
    """moto does not tell whether a secondary follows the writer.

    A cluster that has lost its role in a failover resynchronises once its region can be asked
    about it again, for which AWS takes minutes to hours:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    told = GlobalCluster.global_cluster_members.fget
    calls = ("describe_db_clusters", "describe_global_clusters")

    def members(self: GlobalCluster) -> list[dict[str, Any]]:
        pairs = zip(told(self), self.members, strict=True)
        return [
            {**shown, "SynchronizationStatus": getattr(one, "synchronization", CONNECTED)}
            for shown, one in pairs
        ]

    def resynchronising(describe: Callable[[RDSResponse], ActionResult]) -> Any:
        def resynchronise(self: RDSResponse) -> ActionResult:
            for one in self.backend.clusters.values():
                one.synchronization = CONNECTED
            return describe(self)

        return resynchronise

    GlobalCluster.global_cluster_members = property(members)
    for name in calls:
        setattr(RDSResponse, name, resynchronising(getattr(RDSResponse, name)))


def secondaries_follow_the_writer() -> None:
    """moto's secondaries do not tell whom they replicate.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attach.html
    """
    create = RDSBackend.create_db_cluster

    def join(self: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
        cluster = create(self, kwargs)
        joined = global_cluster(self.account_id, cluster.global_cluster_identifier)
        if joined is not None:
            leader = writer(joined) or cluster
            follow(joined, leader)
            cluster.database_name = leader.database_name or getattr(joined, "database_name", None)
            cluster.master_username = leader.master_username
        return cluster

    RDSBackend.create_db_cluster = join


def any_cluster_starts_a_global_cluster() -> None:
    """moto makes a global cluster of a cluster in us-east-1 only, without its encryption, and the
    cluster does not write.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-getting-started.html
    """
    start = RDSBackend.create_global_cluster

    def start_with(
        self: RDSBackend, source_db_cluster_identifier: str | None, **asked: Any
    ) -> GlobalCluster:
        if source_db_cluster_identifier is None:
            return start(self, source_db_cluster_identifier=None, **asked)
        source = find_cluster(source_db_cluster_identifier)
        inherited = ("engine", "engine_version", "storage_encrypted")
        asked |= {name: getattr(source, name) for name in inherited}
        started = start(self, source_db_cluster_identifier=None, **asked)
        started.members.append(source)
        source.global_cluster_identifier = started.global_cluster_identifier
        follow(started, source)
        return started

    RDSBackend.create_global_cluster = start_with


def members_leave() -> None:
    """moto removes a member in us-east-1 only, and the member goes on as if it were still in.

    A cluster that leaves can be written to:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-detaching.html
    """

    def remove(self: RDSResponse) -> ActionResult:
        one, name = _asked(self), self.params["DbClusterIdentifier"]
        leaving = member(one, name)
        if leaving is None:
            raise DBClusterNotFoundError(name)
        one.members.remove(leaving)
        leaving.global_cluster_identifier = None
        leaving.replication_source_identifier = None
        leaving.read_replica_identifiers = []
        leader = writer(one)
        if leader is not None:
            follow(one, leader)
        return ActionResult({"GlobalCluster": one})

    RDSResponse.remove_from_global_cluster = remove


def global_clusters_change() -> None:
    """moto lacks ModifyGlobalCluster. An upgrade is one of every member.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyGlobalCluster.html
    """

    def modify(self: RDSResponse) -> ActionResult:
        one, asked = _asked(self), self.params
        if "DeletionProtection" in asked:
            one.deletion_protection = asked["DeletionProtection"]
        if asked.get("EngineVersion"):
            for each in (one, *one.members):
                each.engine_version = asked["EngineVersion"]
        if asked.get("NewGlobalClusterIdentifier"):
            _rename(self.global_backend, one, asked["NewGlobalClusterIdentifier"])
        return ActionResult({"GlobalCluster": one})

    RDSResponse.modify_global_cluster = modify


def _rename(backend: RDSBackend, cluster: GlobalCluster, name: str) -> None:
    del backend.global_clusters[cluster.global_cluster_identifier]
    cluster.global_cluster_identifier = name
    backend.global_clusters[name] = cluster
    for one in cluster.members:
        one.global_cluster_identifier = name


def _asked(response: RDSResponse) -> GlobalCluster:
    name = response.params["GlobalClusterIdentifier"]
    found = global_cluster(response.current_account, name)
    if found is None:
        raise GlobalClusterNotFoundError(name)
    return found
