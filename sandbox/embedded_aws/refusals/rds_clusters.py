"""RDS: Aurora clusters."""

import re
from collections.abc import Mapping

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.moto_fixes.rds_global import global_cluster, writer
from sandbox.embedded_aws.rds_engines import AURORA_MYSQL, AURORA_POSTGRESQL, MYSQL, POSTGRES
from sandbox.embedded_aws.refusals.rds_known import (
    WRONG,
    backend,
    cluster_of,
    combination,
    global_cluster_of,
)
from sandbox.embedded_aws.refusals.rule import Rules

VERSIONS: Mapping[str, re.Pattern[str]] = {
    AURORA_POSTGRESQL: re.compile(r"1[1-7]\.\d+"),
    AURORA_MYSQL: re.compile(r"(8\.0\.mysql_aurora\.3|5\.7\.mysql_aurora\.2)\.\d+\.\d+"),
    POSTGRES: re.compile(r"1[1-8](\.\d+)?"),
    MYSQL: re.compile(r"(5\.7|8\.0|8\.4)(\.\d+)?"),
}


def versions_exist(call: Call) -> None:
    """Refuses engines' versions of a form that they do not have.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
    """
    engine, version = (call.parameters.get(name) for name in ("Engine", "EngineVersion"))
    pattern = VERSIONS.get(engine or "")
    if version is not None and pattern is not None and not pattern.fullmatch(version):
        raise combination(f"Cannot find version {version} for {engine}")


def standalone_clusters_have_masters(call: Call) -> None:
    """Refuses a cluster without a master user or password, unless it is a secondary.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    asked = call.parameters
    joined = global_cluster(call.account, asked.get("GlobalClusterIdentifier"))
    if joined is not None and writer(joined) is not None:
        return
    if asked.get("ReplicationSourceIdentifier"):
        return
    required = ["MasterUsername"]
    required += [] if asked.get("ManageMasterUserPassword") else ["MasterUserPassword"]
    for name in required:
        if not asked.get(name):
            raise Refusal(WRONG, f"The parameter {name} must be provided and must not be blank.")


def clusters_exist(call: Call) -> None:
    """Refuses changing, deleting, stopping or copying a cluster that does not exist.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
    """
    if cluster_of(call) is None:
        name = call.parameters["DBClusterIdentifier"]
        raise Refusal("DBClusterNotFoundFault", f"DBCluster {name} not found.", status=404)


def global_members_keep_running(call: Call) -> None:
    """Refuses stopping a cluster of a global database.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
    """
    cluster = cluster_of(call)
    if global_cluster_of(call, cluster):
        raise Refusal(
            "InvalidDBClusterStateFault",
            f"Cluster {cluster.db_cluster_identifier} cannot be stopped: it is a part of the "
            f"global cluster {cluster.global_cluster_identifier}",
        )


def clusters_are_deleted_on_purpose(call: Call) -> None:
    """Refuses deleting a cluster with deletion protection, with instances, or without a final
    snapshot where none is skipped.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html
    """
    asked, cluster = call.parameters, cluster_of(call)
    if cluster is None:
        return
    skipped, final = asked.get("SkipFinalSnapshot"), asked.get("FinalDBSnapshotIdentifier")
    if bool(skipped) == bool(final):
        raise combination(
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified, and must "
            "not be specified with it."
        )
    if final and final in backend(call).cluster_snapshots:
        raise Refusal("DBClusterSnapshotAlreadyExistsFault", f"'{final}' exists already")
    if cluster.deletion_protection:
        raise combination(
            "Cannot delete protected Cluster, please disable deletion protection and try again."
        )
    if cluster.members:
        raise Refusal(
            "InvalidDBClusterStateFault",
            "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
        )
    if global_cluster_of(call, cluster):
        raise Refusal(
            "InvalidDBClusterStateFault",
            "This cluster is a part of a global cluster, please remove it from globalcluster first",
        )


RULES: Rules = {
    ("rds", "CreateGlobalCluster"): (versions_exist,),
    ("rds", "CreateDBCluster"): (versions_exist, standalone_clusters_have_masters),
    ("rds", "CreateDBInstance"): (versions_exist,),
    ("rds", "ModifyDBCluster"): (clusters_exist,),
    ("rds", "StopDBCluster"): (clusters_exist, global_members_keep_running),
    ("rds", "DeleteDBCluster"): (clusters_exist, clusters_are_deleted_on_purpose),
    ("rds", "CreateDBClusterSnapshot"): (clusters_exist,),
}
