"""RDS: Aurora Global Database.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html
"""

from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.moto_fixes.rds_global import global_cluster, member, writer
from sandbox.embedded_aws.rds_engines import AURORA
from sandbox.embedded_aws.refusals.rds_known import (
    WRONG,
    cluster_of,
    combination,
    global_cluster_of,
)
from sandbox.embedded_aws.refusals.rule import Rules, stricter

INVALID = "InvalidGlobalClusterStateFault"
MOST_MEMBERS = 11
MASTERS = {
    "MasterUsername": "user name",
    "MasterUserPassword": "password",
    "DatabaseName": "database name",
}


def joined(call: Call) -> Any:
    return global_cluster(call.account, call.parameters.get("GlobalClusterIdentifier"))


def global_clusters_are_of_aurora(call: Call) -> None:
    """Refuses a global cluster of another engine, or without an engine or a source cluster.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateGlobalCluster.html
    """
    engine, source = (call.parameters.get(name) for name in ("Engine", "SourceDBClusterIdentifier"))
    if source is None and engine not in AURORA:
        raise Refusal(
            WRONG,
            "When creating standalone global cluster, value for engineName should be specified, as "
            f"one of {', '.join(AURORA)}",
        )
    inherited = ("Engine", "EngineVersion", "DatabaseName", "StorageEncrypted")
    given = [name for name in inherited if call.parameters.get(name) is not None]
    if source is not None and given:
        raise combination(
            "When creating global cluster from existing db cluster, value for "
            f"{', '.join(given)} should not be specified since it will be inherited from source "
            "cluster"
        )


def global_clusters_exist(call: Call) -> None:
    """Refuses a global cluster that does not exist.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyGlobalCluster.html
    """
    name = call.parameters.get("GlobalClusterIdentifier")
    if name and joined(call) is None:
        raise Refusal("GlobalClusterNotFoundFault", f"Global cluster {name} not found", status=404)


def members_are_alike(call: Call) -> None:
    """Refuses a cluster that joins a global cluster of another engine, version or encryption.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attach.html
    """
    one, asked = joined(call), call.parameters
    if one is None:
        return
    if asked["Engine"] != one.engine:
        raise combination(
            f"The engine {asked['Engine']} doesn't match the engine of the global cluster "
            f"{one.global_cluster_identifier}, {one.engine}"
        )
    if asked.get("EngineVersion", one.engine_version) != one.engine_version:
        raise combination(
            f"The engine version {asked['EngineVersion']} doesn't match the engine version of the "
            f"global cluster {one.global_cluster_identifier}, {one.engine_version}"
        )
    if bool(asked.get("StorageEncrypted")) != bool(one.storage_encrypted):
        raise combination(
            f"StorageEncrypted: the global cluster {one.global_cluster_identifier} is "
            f"{'' if one.storage_encrypted else 'not '}encrypted, and all its members alike"
        )


def members_are_in_regions_of_their_own(call: Call) -> None:
    """Refuses a second member in a region, one of a name that another member has, and a twelfth.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.limitations.html
    """
    one = joined(call)
    for other in one.members if one is not None else ():
        if other.region == call.region:
            raise combination(
                f"Cannot create another cluster of the global cluster in {call.region}: "
                f"{other.db_cluster_arn} is there"
            )
        if other.db_cluster_identifier == call.parameters["DBClusterIdentifier"].lower():
            raise Refusal(
                "DBClusterAlreadyExistsFault",
                f"DBClusterIdentifier: {other.db_cluster_arn} of the same global cluster has the "
                "same name",
            )
    if one is not None and len(one.members) >= MOST_MEMBERS:
        raise Refusal(INVALID, f"A global cluster has at most {MOST_MEMBERS} members")


def secondaries_take_the_writers_settings(call: Call) -> None:
    """Refuses a secondary that is given a master user, password or database name, or that is
    encrypted without a key of its own region.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-attach.html
    """
    one, asked = joined(call), call.parameters
    if one is None or writer(one) is None:
        return
    for name, said in MASTERS.items():
        if asked.get(name):
            raise combination(f"Cannot specify {said} for cross region replication cluster")
    if asked.get("StorageEncrypted") and not asked.get("KmsKeyId"):
        raise combination(
            "For encrypted cross-region replica, kmsKeyId should be explicitly specified"
        )


def passwords_are_ones_own(call: Call) -> None:
    """Refuses that Secrets Manager manages the password of a global database's cluster.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
    """
    if not call.parameters.get("ManageMasterUserPassword"):
        return
    cluster = cluster_of(call) if call.operation == "ModifyDBCluster" else None
    if joined(call) or global_cluster_of(call, cluster):
        raise combination(
            "ManageMasterUserPassword: Aurora Global Database does not support master user "
            "passwords in Secrets Manager"
        )


def versions_change_for_all(call: Call) -> None:
    """Refuses changing the engine version of one cluster of a global database: its members are
    upgraded together.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
    """
    cluster, version = cluster_of(call), call.parameters.get("EngineVersion")
    if cluster is None or version in (None, cluster.engine_version):
        return
    if global_cluster_of(call, cluster):
        raise combination(
            f"EngineVersion: {cluster.db_cluster_identifier} is a member of "
            f"{cluster.global_cluster_identifier}, to be upgraded with ModifyGlobalCluster"
        )


def global_clusters_are_deleted_empty(call: Call) -> None:
    """Refuses deleting a global cluster with deletion protection, or with members.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteGlobalCluster.html
    """
    one = joined(call)
    if one is None:
        return
    if one.deletion_protection:
        raise combination(
            f"Cannot delete the protected global cluster {one.global_cluster_identifier}: disable "
            "deletion protection first"
        )
    if one.members:
        raise Refusal(
            INVALID, f"Global Cluster {one.global_cluster_arn} is not empty: it has members"
        )


def named_member(call: Call, cluster: Any, parameter: str) -> Any:
    """The member whose ARN a parameter has; refuses whatever else it has."""
    name = call.parameters.get(parameter, "")
    found = member(cluster, name)
    if found is None or not name.startswith("arn:"):
        raise Refusal(
            "DBClusterNotFoundFault",
            f"{parameter}: {name} is not the ARN of a member of "
            f"{cluster.global_cluster_identifier}",
            status=404,
        )
    return found


def writers_leave_last(call: Call) -> None:
    """Refuses removing a cluster that is no member, and the writer while there are secondaries.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-detaching.html
    """
    one = joined(call)
    if one is None:
        return
    leaving = named_member(call, one, "DbClusterIdentifier")
    if leaving.is_writer and len(one.members) > 1:
        raise Refusal(
            INVALID,
            "Unable to remove cluster that is a primary member of global cluster while there are "
            "other global cluster members",
        )


@stricter(
    "What AWS does with it is not documented; Terraform asks for it where a secondary's "
    "replication_source_identifier is not ignored. [Page]"
    "(https://github.com/hashicorp/terraform-provider-aws/issues/43214)"
)
def secondaries_are_not_promoted_alone(call: Call) -> None:
    """Refuses PromoteReadReplicaDBCluster for a cluster of a global database.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplicaDBCluster.html
    """
    cluster = cluster_of(call)
    if global_cluster_of(call, cluster):
        raise Refusal(
            "InvalidDBClusterStateFault",
            f"{cluster.db_cluster_identifier} is a member of {cluster.global_cluster_identifier}: "
            "fail over to it, or remove it from the global cluster",
        )


RULES: Rules = {
    ("rds", "CreateGlobalCluster"): (global_clusters_are_of_aurora,),
    ("rds", "ModifyGlobalCluster"): (global_clusters_exist,),
    ("rds", "DeleteGlobalCluster"): (global_clusters_exist, global_clusters_are_deleted_empty),
    ("rds", "RemoveFromGlobalCluster"): (global_clusters_exist, writers_leave_last),
    ("rds", "CreateDBCluster"): (
        global_clusters_exist,
        members_are_in_regions_of_their_own,
        members_are_alike,
        secondaries_take_the_writers_settings,
        passwords_are_ones_own,
    ),
    ("rds", "ModifyDBCluster"): (passwords_are_ones_own, versions_change_for_all),
    ("rds", "PromoteReadReplicaDBCluster"): (secondaries_are_not_promoted_alone,),
}
