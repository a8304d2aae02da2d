"""RDS: DB instances, alone or in a cluster, and their storage."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.rds_engines import AURORA
from sandbox.embedded_aws.refusals.rds_known import (
    WRONG,
    cluster_of,
    combination,
    global_cluster_of,
    instance_of,
)
from sandbox.embedded_aws.refusals.rule import Rules

CLASS = re.compile(r"db\.[a-z][a-z0-9-]*\.[a-z0-9]+")
BURSTABLE = re.compile(r"db\.t\d")
# Gibibytes: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
SMALLEST: Mapping[str, int] = {"gp2": 20, "gp3": 20, "io1": 100, "io2": 100, "standard": 5}
LARGEST = 65536
# A gp3 volume has a provisioned number only from this size on.
PROVISIONED_FROM = 400
OF_CLUSTERS = (
    "AllocatedStorage",
    "BackupRetentionPeriod",
    "DBName",
    "DeletionProtection",
    "KmsKeyId",
    "MasterUserPassword",
    "MasterUsername",
    "MultiAZ",
    "PreferredBackupWindow",
    "StorageEncrypted",
    "VpcSecurityGroupIds",
)


def classes_suit_global_databases(call: Call) -> None:
    """Refuses what is no instance class, and a burstable one in an Aurora Global Database.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.limitations.html
    """
    given = call.parameters.get("DBInstanceClass")
    if given is None:
        return
    if not CLASS.fullmatch(given):
        raise Refusal(WRONG, f"Invalid DB Instance class: {given}")
    instance = instance_of(call)
    cluster: Any = cluster_of(call) or getattr(instance, "cluster", None)
    joined = global_cluster_of(call, cluster)
    if joined and BURSTABLE.match(given):
        raise combination(
            f"DBInstanceClass: an Aurora global database does not support {given}, of "
            f"{cluster.db_cluster_arn} in {joined.global_cluster_identifier}"
        )


def storage_is_enough(call: Call) -> None:
    """Refuses storage that is smaller than its type begins at, shrinks, may not grow by a tenth at
    least, or whose IOPS or throughput are set below 400 GiB of gp3.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
    """
    asked, known = call.parameters, instance_of(call)
    if (asked.get("DBClusterIdentifier") or getattr(known, "cluster", None)) is not None:
        return
    kind: str = asked.get("StorageType") or getattr(known, "storage_type", "gp2")
    before = getattr(known, "allocated_storage", None)
    size = asked.get("AllocatedStorage", before)
    if size is None:
        raise Refusal(
            WRONG, "The parameter AllocatedStorage must be provided and must not be blank."
        )
    least = max(SMALLEST.get(kind, 0), before or 0)
    if not least <= size <= LARGEST:
        raise Refusal(
            WRONG, f"Invalid storage size for {kind} storage: {size}, not {least} to {LARGEST}"
        )
    most = asked.get("MaxAllocatedStorage")
    if most is not None and most < size * 1.1:
        raise combination(
            f"Max storage size must be greater than storage size: {most} is no tenth above {size}"
        )
    provisioned = [name for name in ("Iops", "StorageThroughput") if asked.get(name) is not None]
    if kind == "gp3" and provisioned and size < PROVISIONED_FROM:
        raise combination(
            f"You can't specify {' or '.join(provisioned)} for gp3 and a storage size less than "
            f"{PROVISIONED_FROM}"
        )


def cluster_members_share(call: Call) -> None:
    """Refuses an instance whose cluster does not exist or has another engine or version, or that
    sets what is its cluster's: user, password, database, storage, backups, encryption, security
    groups or Multi-AZ.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    asked = call.parameters
    if "DBClusterIdentifier" not in asked:
        if asked.get("Engine") in AURORA:
            raise combination("An Aurora instance must be in a cluster: DBClusterIdentifier")
        return
    cluster = cluster_of(call)
    if cluster is None:
        raise Refusal(
            "DBClusterNotFoundFault",
            "The source cluster could not be found or cannot be accessed: "
            f"{asked['DBClusterIdentifier']}",
        )
    if asked.get("EngineVersion", cluster.engine_version) != cluster.engine_version:
        raise combination(
            f"The engine version that you requested for your DB instance "
            f"({asked['EngineVersion']}) does not match the engine version of your DB cluster "
            f"({cluster.engine_version})"
        )
    for name in OF_CLUSTERS:
        if asked.get(name):
            raise combination(
                f"The requested DB Instance will be a member of a DB Cluster. Set {name} for the "
                "DB Cluster."
            )


def standalone_instances_have_masters(call: Call) -> None:
    """Refuses an instance without a master user or password, unless it is its cluster's.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    asked = call.parameters
    if "DBClusterIdentifier" in asked:
        return
    required = ["MasterUsername"]
    required += [] if asked.get("ManageMasterUserPassword") else ["MasterUserPassword"]
    for name in required:
        if not asked.get(name):
            raise Refusal(WRONG, f"The parameter {name} must be provided and must not be blank.")


def instances_leave_in_order(call: Call) -> None:
    """Refuses deleting an instance without a final snapshot where none is skipped, or the last one
    of a global database's writer while there are secondaries.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    """
    asked, instance = call.parameters, instance_of(call)
    if instance is None:
        return
    cluster: Any = getattr(instance, "cluster", None)
    skipped, final = asked.get("SkipFinalSnapshot"), asked.get("FinalDBSnapshotIdentifier")
    replica = instance.source_db_instance_identifier is not None
    if cluster is None and not skipped and not final and not replica:
        raise combination(
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
        )
    if final and (skipped or cluster is not None or replica):
        raise combination(
            "FinalDBSnapshotIdentifier can not be specified when deleting a replica, a member of a "
            "cluster, or with SkipFinalSnapshot"
        )
    joined = global_cluster_of(call, cluster)
    if cluster is None or joined is None or not cluster.is_writer:
        return
    if len(joined.members) > 1 and len(cluster.members) == 1:
        raise Refusal(
            "InvalidDBClusterStateFault",
            "Cannot delete the last instance of the master cluster. Delete the replica cluster "
            "before deleting the last master cluster instance.",
        )


RULES: Rules = {
    ("rds", "CreateDBInstance"): (
        cluster_members_share,
        standalone_instances_have_masters,
        classes_suit_global_databases,
        storage_is_enough,
    ),
    ("rds", "ModifyDBInstance"): (classes_suit_global_databases, storage_is_enough),
    ("rds", "CreateDBInstanceReadReplica"): (classes_suit_global_databases,),
    ("rds", "DeleteDBInstance"): (instances_leave_in_order,),
}
