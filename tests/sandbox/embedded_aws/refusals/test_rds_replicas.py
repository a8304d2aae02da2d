"""What RDS refuses of read replicas."""

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import rds_replicas
from tests.sandbox.embedded_aws.refusals.service import Service, unique
from tests.sandbox.embedded_aws.refusals.test_rds import COMBINATION, WRONG, instance

STATE = "InvalidDBInstanceState"


@pytest.fixture(scope="module")
def south(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "rds", "ap-south-1")


@pytest.fixture(scope="module")
def east(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "rds", "us-east-1")


def source(rds: Service, **more: Any) -> str:
    """The ARN of a new instance."""
    return rds.ok("create_db_instance", **instance(**more))["DBInstance"]["DBInstanceArn"]


def replica(of: str, **more: Any) -> dict[str, Any]:
    named = {"DBInstanceIdentifier": unique(), "DBInstanceClass": "db.m6g.large"}
    return {**named, "SourceDBInstanceIdentifier": of, **more}


CREATE = "create_db_instance_read_replica"


def test_sources_are_backed_up(south: Service, east: Service) -> None:
    east.refused(CREATE, "DBInstanceNotFound", "not found", **replica("nothing"))
    nowhere = f"arn:aws:rds:ap-south-1:{ACCOUNT}:db:nothing"
    east.refused(CREATE, "DBInstanceNotFound", "not found", **replica(nowhere))
    bare = source(south, BackupRetentionPeriod=0)
    east.refused(CREATE, STATE, "Automated backups are not enabled", **replica(bare))


def test_backups_stay_while_there_are_replicas(south: Service, east: Service) -> None:
    one = source(south, BackupRetentionPeriod=7)
    east.ok(CREATE, **replica(one))
    named = {"DBInstanceIdentifier": one.rpartition(":")[2]}
    off = {**named, "BackupRetentionPeriod": 0}
    south.refused("modify_db_instance", COMBINATION, "cannot be disabled", **off)
    managed = {**named, "ManageMasterUserPassword": True}
    south.refused("modify_db_instance", COMBINATION, "source of a read replica", **managed)


def test_a_managed_password_has_no_replica(south: Service, east: Service) -> None:
    managed = {"ManageMasterUserPassword": True, "MasterUserPassword": None}
    one = source(south, BackupRetentionPeriod=7, **managed)
    east.refused(CREATE, COMBINATION, "source of a read replica", **replica(one))


def test_encrypted_replicas_have_keys(refusing: EmbeddedAws, south: Service, east: Service) -> None:
    there, here = (
        Service(refusing, "kms", region).ok("create_key")["KeyMetadata"]["Arn"]
        for region in ("ap-south-1", "us-east-1")
    )
    plain = source(south)
    encrypted = source(south, StorageEncrypted=True, KmsKeyId=there)
    east.refused(CREATE, COMBINATION, "without specifying KmsKeyId", **replica(encrypted))
    no_key = "KMSKeyNotAccessibleFault"
    east.refused(CREATE, no_key, "us-east-1", **replica(encrypted, KmsKeyId=there))
    east.refused(CREATE, COMBINATION, "unencrypted", **replica(plain, KmsKeyId=here))
    east.ok(CREATE, **replica(encrypted, KmsKeyId=here))


def test_a_replica_of_postgresql_gets_its_parameters_later(south: Service, east: Service) -> None:
    parameters = unique()
    east.ok(
        "create_db_parameter_group",
        DBParameterGroupName=parameters,
        DBParameterGroupFamily="postgres16",
        Description="-",
    )
    named, asked = {"DBParameterGroupName": parameters}, replica(source(south))
    east.refused(CREATE, COMBINATION, "for the following DB engine: postgres", **asked, **named)
    east.ok(CREATE, **asked)
    east.ok("modify_db_instance", DBInstanceIdentifier=asked["DBInstanceIdentifier"], **named)


def test_sources_run(south: Service, east: Service) -> None:
    one = source(south)
    south.ok("stop_db_instance", DBInstanceIdentifier=one.rpartition(":")[2])
    east.refused(CREATE, STATE, "not available", **replica(one))


def test_no_replica_of_a_lost_regions_instance(
    refusing: EmbeddedAws, south: Service, east: Service
) -> None:
    one = source(south)
    refusing.lose("ap-south-1")
    try:
        east.refused(CREATE, STATE, "ap-south-1, which is unavailable", **replica(one))
    finally:
        refusing.restore("ap-south-1")


def test_no_promotion_during_a_backup(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto's instances are never being backed up."""
    busy = SimpleNamespace(source_db_instance_identifier="x", status="backing-up")
    monkeypatch.setattr(rds_replicas, "instance_of", lambda _: busy)
    named = {"DBInstanceIdentifier": "x"}
    asked = Call("rds", "PromoteReadReplica", "us-east-1", ACCOUNT, "AKIA", named)
    with pytest.raises(Refusal, match="is backing-up"):
        rds_replicas.only_replicas_are_promoted(asked)


def test_promotions(south: Service, east: Service) -> None:
    one = source(south)
    asked = replica(one)
    east.ok(CREATE, **asked)
    east.refused(CREATE, "DBInstanceAlreadyExists", "exists", **asked)
    named = {"DBInstanceIdentifier": asked["DBInstanceIdentifier"]}
    promote = "promote_read_replica"
    east.refused(promote, "DBInstanceNotFound", "not found", DBInstanceIdentifier="nothing")
    east.refused(promote, WRONG, "retention period: 36", **named, BackupRetentionPeriod=36)
    final = {**named, "FinalDBSnapshotIdentifier": "final"}
    east.refused("delete_db_instance", COMBINATION, "a replica", **final)
    east.ok(promote, **named, BackupRetentionPeriod=7)
    east.refused(promote, STATE, "not a read replica", **named)
    south.refused(promote, STATE, "not a read replica", DBInstanceIdentifier=one.rpartition(":")[2])
