"""What RDS refuses of Aurora global databases."""

from typing import Any

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import Service, unique
from tests.sandbox.embedded_aws.refusals.test_rds import COMBINATION, WRONG, cluster, member

INVALID, STATE = "InvalidGlobalClusterStateFault", "InvalidDBClusterStateFault"
NOT_FOUND = "DBClusterNotFoundFault"
ENGINE = {"Engine": "aurora-postgresql", "EngineVersion": "16.6"}
# What a secondary takes of its writer.
SECONDARY = {"MasterUsername": None, "MasterUserPassword": None, "DatabaseName": None}


@pytest.fixture(scope="module")
def south(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "rds", "ap-south-1")


@pytest.fixture(scope="module")
def east(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "rds", "us-east-1")


def begun(rds: Service, **more: Any) -> dict[str, str]:
    """A new global cluster, by name."""
    named = {"GlobalClusterIdentifier": unique()}
    rds.ok("create_global_cluster", **named, **ENGINE, **more)
    return named


def joined(rds: Service, named: dict[str, str], **more: Any) -> str:
    """The ARN of a new cluster in a global cluster."""
    return rds.ok("create_db_cluster", **cluster(**named, **more))["DBCluster"]["DBClusterArn"]


def grown(rds: Service, arn: str) -> str:
    """A new instance in a cluster, by name."""
    asked = member({"Engine": ENGINE["Engine"], "DBClusterIdentifier": arn.rpartition(":")[2]})
    rds.ok("create_db_instance", **asked)
    return asked["DBInstanceIdentifier"]


@pytest.mark.parametrize(
    ("code", "said", "wrong"),
    [
        (WRONG, "one of aurora-postgresql", {"Engine": "postgres", "EngineVersion": None}),
        (WRONG, "one of aurora-postgresql", {"Engine": None, "EngineVersion": None}),
        (COMBINATION, "Cannot find version", {"EngineVersion": "9"}),
        (WRONG, "GlobalClusterIdentifier", {"GlobalClusterIdentifier": "a b"}),
        (WRONG, "DatabaseName", {"DatabaseName": "1"}),
        (COMBINATION, "Engine, EngineVersion", {"SourceDBClusterIdentifier": "arn:aws:rds:x"}),
    ],
)
def test_global_clusters(south: Service, code: str, said: str, wrong: dict[str, Any]) -> None:
    asked = {"GlobalClusterIdentifier": unique(), **ENGINE, **wrong}
    given = {name: value for name, value in asked.items() if value is not None}
    south.refused("create_global_cluster", code, said, **given)


def test_the_first_to_join_writes_wherever_it_is(south: Service, east: Service) -> None:
    named = begun(south)
    missing = "MasterUsername must be provided"
    east.refused("create_db_cluster", WRONG, missing, **cluster(**named, **SECONDARY))
    first = joined(east, named)
    second = joined(south, named, **SECONDARY)
    (told,) = south.ok("describe_global_clusters", **named)["GlobalClusters"]
    writing = {one["DBClusterArn"]: one["IsWriter"] for one in told["GlobalClusterMembers"]}
    assert writing == {first: True, second: False}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("user name", {"MasterUsername": "ledger"}),
        ("password", {"MasterUserPassword": "very-secret"}),
        ("database name", {"DatabaseName": "ledger"}),
        ("kmsKeyId should be explicitly specified", {}),
        ("and all its members alike", {"StorageEncrypted": False}),
        ("engine version", {"EngineVersion": "16.4"}),
        ("the engine of the global", {"Engine": "aurora-mysql", "EngineVersion": None}),
        ("ManageMasterUserPassword", {"ManageMasterUserPassword": True, "KmsKeyId": "alias/k"}),
    ],
)
def test_secondaries(
    refusing: EmbeddedAws, south: Service, east: Service, said: str, wrong: dict[str, Any]
) -> None:
    named = begun(south, StorageEncrypted=True)
    joined(south, named, StorageEncrypted=True)
    kms = Service(refusing, "kms")
    if "KmsKeyId" in wrong:
        wrong = {**wrong, "KmsKeyId": kms.ok("create_key")["KeyMetadata"]["Arn"]}
    asked = cluster(**named, **{**SECONDARY, "StorageEncrypted": True, **wrong})
    east.refused("create_db_cluster", COMBINATION, said, **asked)


def test_a_secondarys_key_is_of_its_region(
    refusing: EmbeddedAws, south: Service, east: Service
) -> None:
    named = begun(south, StorageEncrypted=True)
    joined(south, named, StorageEncrypted=True)
    there, here = (
        Service(refusing, "kms", region).ok("create_key")["KeyMetadata"]["Arn"]
        for region in ("ap-south-1", "us-east-1")
    )
    asked = cluster(**named, **SECONDARY, StorageEncrypted=True)
    no_key = "KMSKeyNotAccessibleFault"
    east.refused("create_db_cluster", no_key, "in us-east-1", **asked, KmsKeyId=there)
    east.ok("create_db_cluster", **asked, KmsKeyId=here)


def test_one_member_a_region_each_of_its_own_name(south: Service, east: Service) -> None:
    named = begun(south)
    first = joined(south, named).rpartition(":")[2]
    asked = cluster(**named, **SECONDARY)
    south.refused("create_db_cluster", COMBINATION, "ap-south-1", **asked)
    same = {**asked, "DBClusterIdentifier": first}
    east.refused("create_db_cluster", "DBClusterAlreadyExistsFault", "same name", **same)


def test_members_keep_to_the_global_cluster(south: Service, east: Service) -> None:
    named = begun(south, DeletionProtection=True)
    writer, secondary = joined(south, named), joined(east, named, **SECONDARY)
    mine = {"DBClusterIdentifier": writer.rpartition(":")[2]}
    other = {"DBClusterIdentifier": secondary.rpartition(":")[2]}
    grown(south, writer)
    managed = {"ManageMasterUserPassword": True}
    south.refused("modify_db_cluster", COMBINATION, "in Secrets Manager", **mine, **managed)
    newer = {"EngineVersion": "16.8"}
    south.refused("modify_db_cluster", COMBINATION, "ModifyGlobalCluster", **mine, **newer)
    south.refused("stop_db_cluster", STATE, "cannot be stopped", **mine)
    east.refused("promote_read_replica_db_cluster", STATE, "fail over to it", **other)
    skipping = {**other, "SkipFinalSnapshot": True}
    east.refused("delete_db_cluster", STATE, "remove it from globalcluster first", **skipping)
    south.refused("delete_global_cluster", COMBINATION, "deletion protection", **named)


def test_burstable_instances_stay_out(south: Service) -> None:
    writer = joined(south, begun(south))
    asked = member({**ENGINE, "DBClusterIdentifier": writer.rpartition(":")[2]})
    small = {**asked, "DBInstanceClass": "db.t4g.medium"}
    south.refused("create_db_instance", COMBINATION, "does not support db.t4g.medium", **small)
    south.ok("create_db_instance", **asked)
    named = {"DBInstanceIdentifier": asked["DBInstanceIdentifier"]}
    shrunk = {**named, "DBInstanceClass": "db.t3.large"}
    south.refused("modify_db_instance", COMBINATION, "does not support db.t3.large", **shrunk)


def test_the_writer_leaves_last(south: Service, east: Service) -> None:
    named = begun(south)
    writer, secondary = joined(south, named), joined(east, named, **SECONDARY)
    instance = grown(south, writer)
    remove = "remove_from_global_cluster"
    south.refused(remove, INVALID, "primary member", **named, DbClusterIdentifier=writer)
    south.refused(remove, NOT_FOUND, "not the ARN of a member", **named, DbClusterIdentifier="x")
    last = "Delete the replica cluster"
    south.refused("delete_db_instance", STATE, last, DBInstanceIdentifier=instance)
    south.refused("delete_global_cluster", INVALID, "not empty", **named)
    east.ok(remove, **named, DbClusterIdentifier=secondary)
    south.ok("delete_db_instance", DBInstanceIdentifier=instance)
    south.ok(remove, **named, DbClusterIdentifier=writer)
    for rds, arn in ((south, writer), (east, secondary)):
        name = arn.rpartition(":")[2]
        rds.ok("delete_db_cluster", DBClusterIdentifier=name, SkipFinalSnapshot=True)
    south.ok("delete_global_cluster", **named)
    south.refused("delete_global_cluster", "GlobalClusterNotFoundFault", "not found", **named)


def test_failovers_and_switchovers(south: Service, east: Service) -> None:
    named = begun(south)
    writer, secondary = joined(south, named), joined(east, named, **SECONDARY)
    to = {**named, "TargetDbClusterIdentifier": secondary}
    losing = {**to, "AllowDataLoss": True}
    fail, switch = "failover_global_cluster", "switchover_global_cluster"
    east.refused(fail, COMBINATION, "cannot be specified together", **losing, Switchover=True)
    east.refused(fail, STATE, "no DB instance", **losing)
    grown(east, secondary)
    south.refused(switch, STATE, "no DB instance", **to)
    grown(south, writer)
    name = secondary.rpartition(":")[2]
    by_name = {**losing, "TargetDbClusterIdentifier": name}
    east.refused(fail, NOT_FOUND, "not the ARN of a member", **by_name)
    itself = {**losing, "TargetDbClusterIdentifier": writer}
    south.refused(fail, STATE, "is the primary", **itself)
    south.refused(fail, STATE, "sent to us-east-1", **losing)
    east.refused(switch, STATE, "sent to ap-south-1", **to)
    east.refused(fail, STATE, "sent to ap-south-1", **to)
    south.ok(fail, **to, Switchover=True)
    back = {**named, "TargetDbClusterIdentifier": writer, "AllowDataLoss": True}
    south.ok(fail, **back)


def test_a_failover_while_the_writers_region_is_lost(
    refusing: EmbeddedAws, south: Service, east: Service
) -> None:
    named = begun(south)
    writer, secondary = joined(south, named), joined(east, named, **SECONDARY)
    grown(east, secondary)
    grown(south, writer)
    refusing.lose("ap-south-1")
    try:
        south.refused("describe_global_clusters", "RegionLost", "is lost")
        to = {**named, "TargetDbClusterIdentifier": secondary}
        east.ok("failover_global_cluster", **to, AllowDataLoss=True)
        back = {**named, "TargetDbClusterIdentifier": writer}
        unavailable = "takes ap-south-1, which is unavailable"
        east.refused("switchover_global_cluster", STATE, unavailable, **back)
    finally:
        refusing.restore("ap-south-1")
    _check_the_snapshot(refusing, south, east, writer.rpartition(":")[2])
    name = writer.rpartition(":")[2]
    (old,) = south.ok("describe_db_clusters", DBClusterIdentifier=name)["DBClusters"]
    assert old["ReplicationSourceIdentifier"] == secondary


def _check_the_snapshot(
    refusing: EmbeddedAws, south: Service, east: Service, cluster_name: str
) -> None:
    """What a failover lost can be copied where it is, and elsewhere while its region is there."""
    found = south.ok("describe_db_cluster_snapshots", DBClusterIdentifier=cluster_name)
    arns = [one["DBClusterSnapshotArn"] for one in found["DBClusterSnapshots"]]
    (lost,) = (one for one in arns if ":rds:unplanned-global-failover-" in one)
    copy = "copy_db_cluster_snapshot"
    asked = {
        "SourceDBClusterSnapshotIdentifier": lost,
        "TargetDBClusterSnapshotIdentifier": unique(),
    }
    kept = south.ok(copy, **asked)["DBClusterSnapshot"]
    assert kept["SnapshotType"] == "manual"
    refusing.lose("ap-south-1")
    try:
        east.refused(copy, STATE, "which is unavailable", **asked)
    finally:
        refusing.restore("ap-south-1")
    east.ok(copy, **asked)
    nothing = {**asked, "SourceDBClusterSnapshotIdentifier": "nothing"}
    east.refused(copy, "DBClusterSnapshotNotFoundFault", "not found", **nothing)


def test_an_encrypted_snapshots_copy_takes_a_key(
    refusing: EmbeddedAws, south: Service, east: Service
) -> None:
    arn = joined(south, begun(south, StorageEncrypted=True), StorageEncrypted=True)
    snapshot = south.ok(
        "create_db_cluster_snapshot",
        DBClusterIdentifier=arn.rpartition(":")[2],
        DBClusterSnapshotIdentifier=unique(),
    )["DBClusterSnapshot"]["DBClusterSnapshotArn"]
    copy = "copy_db_cluster_snapshot"
    asked = {
        "SourceDBClusterSnapshotIdentifier": snapshot,
        "TargetDBClusterSnapshotIdentifier": unique(),
    }
    there, here = (
        Service(refusing, "kms", region).ok("create_key")["KeyMetadata"]["Arn"]
        for region in ("ap-south-1", "us-east-1")
    )
    east.refused(copy, COMBINATION, "a key of us-east-1", **asked)
    east.refused(copy, "KMSKeyNotAccessibleFault", "us-east-1", **asked, KmsKeyId=there)
    east.ok(copy, **asked, KmsKeyId=here)
