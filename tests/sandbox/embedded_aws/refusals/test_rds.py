"""What RDS refuses of instances, clusters and their surroundings."""

from typing import Any

import pytest

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.refusals.network import Network
from tests.sandbox.embedded_aws.refusals.service import Service, role, unique

WRONG, COMBINATION = "InvalidParameterValue", "InvalidParameterCombination"
NO_KEY = "KMSKeyNotAccessibleFault"


@pytest.fixture(scope="module")
def rds(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "rds")


def instance(**more: Any) -> dict[str, Any]:
    """An instance that AWS takes."""
    asked = {
        "DBInstanceIdentifier": unique(),
        "DBInstanceClass": "db.m6g.large",
        "Engine": "postgres",
        "EngineVersion": "16.6",
        "AllocatedStorage": 20,
        "StorageType": "gp3",
        "MasterUsername": "ledger",
        "MasterUserPassword": "very-secret",
        "DBName": "ledger",
    }
    return {name: value for name, value in {**asked, **more}.items() if value is not None}


def cluster(**more: Any) -> dict[str, Any]:
    """A cluster that AWS takes."""
    asked = {
        "DBClusterIdentifier": unique(),
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.6",
        "MasterUsername": "ledger",
        "MasterUserPassword": "very-secret",
        "DatabaseName": "ledger",
        "BackupRetentionPeriod": 7,
    }
    return {name: value for name, value in {**asked, **more}.items() if value is not None}


def member(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An instance of a cluster that AWS takes."""
    return {
        "DBInstanceIdentifier": unique(),
        "DBInstanceClass": "db.r6g.large",
        "Engine": of["Engine"],
        "DBClusterIdentifier": of["DBClusterIdentifier"],
        **more,
    }


INSTANCES: list[tuple[str, str, dict[str, Any]]] = [
    (WRONG, "DBInstanceIdentifier", {"DBInstanceIdentifier": "1st"}),
    (WRONG, "two consecutive hyphens", {"DBInstanceIdentifier": "a--b"}),
    (WRONG, "end with a hyphen", {"DBInstanceIdentifier": "a-"}),
    (WRONG, "at most 63", {"DBInstanceIdentifier": "a" * 64}),
    (WRONG, "begin with a letter", {"DBName": "1st"}),
    (WRONG, "only alphanumeric", {"DBName": "ledger-1"}),
    (WRONG, "reserved word", {"DBName": "table"}),
    (WRONG, "reserved word", {"DBName": "rdsadmin"}),
    (WRONG, "MasterUsername admin", {"MasterUsername": "admin"}),
    (WRONG, "MasterUsername rdsadmin", {"MasterUsername": "rdsadmin"}),
    (WRONG, "not begin with pg_", {"MasterUsername": "pg_ledger"}),
    (WRONG, "at most 16", {"Engine": "mysql", "EngineVersion": "8.0", "MasterUsername": "a" * 17}),
    (WRONG, "MasterUsername must be provided", {"MasterUsername": None}),
    (WRONG, "MasterUserPassword must be provided", {"MasterUserPassword": None}),
    (WRONG, "7 characters, of 8 to 128", {"MasterUserPassword": "a" * 7}),
    (WRONG, "129 characters, of 8 to 128", {"MasterUserPassword": "a" * 129}),
    (WRONG, "may be used", {"MasterUserPassword": "very/secret"}),
    (WRONG, "may be used", {"MasterUserPassword": "very secret"}),
    (COMBINATION, "Cannot find version", {"EngineVersion": "99.1"}),
    (COMBINATION, "must be in a cluster", {"Engine": "aurora-mysql", "EngineVersion": None}),
    (WRONG, "Invalid DB Instance class", {"DBInstanceClass": "m6g.large"}),
    (WRONG, "19, not 20", {"AllocatedStorage": 19}),
    (WRONG, "AllocatedStorage must be provided", {"AllocatedStorage": None}),
    (WRONG, "20, not 100", {"StorageType": "io1", "Iops": 1000}),
    (COMBINATION, "less than 400", {"Iops": 3000}),
    (COMBINATION, "Max storage size", {"MaxAllocatedStorage": 21}),
    (WRONG, "36", {"BackupRetentionPeriod": 36}),
    (WRONG, "backup window format", {"PreferredBackupWindow": "2:00-3:00"}),
    (WRONG, "at least 30 minutes", {"PreferredBackupWindow": "02:00-02:29"}),
    (WRONG, "maintenance window format", {"PreferredMaintenanceWindow": "so:02:00-so:03:00"}),
    (WRONG, "less than 24 hours", {"PreferredMaintenanceWindow": "mon:02:00-wed:02:00"}),
    (COMBINATION, "retention period", {"PerformanceInsightsRetentionPeriod": 7}),
    (
        WRONG,
        "retention period: 8",
        {"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 8},
    ),
    (NO_KEY, "us-east-1", {"EnablePerformanceInsights": True, "PerformanceInsightsKMSKeyId": "1"}),
    (NO_KEY, "us-east-1", {"StorageEncrypted": True, "KmsKeyId": "alias/nothing"}),
    (WRONG, "MonitoringInterval: 20", {"MonitoringInterval": 20}),
    (COMBINATION, "MonitoringRoleARN value is required", {"MonitoringInterval": 60}),
    (
        WRONG,
        "there is no role",
        {
            "MonitoringInterval": 60,
            "MonitoringRoleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody",
        },
    ),
    (COMBINATION, "'error'", {"EnableCloudwatchLogsExports": ["error"]}),
    (WRONG, "Invalid security group", {"VpcSecurityGroupIds": ["sg-1"]}),
    ("DBSubnetGroupNotFoundFault", "'nowhere'", {"DBSubnetGroupName": "nowhere"}),
    ("DBParameterGroupNotFound", "'nothing'", {"DBParameterGroupName": "nothing"}),
    (WRONG, "aws:", {"Tags": [{"Key": "aws:x", "Value": "y"}]}),
    ("DBClusterNotFoundFault", "nowhere", {"DBClusterIdentifier": "nowhere"}),
]


@pytest.mark.parametrize(("code", "said", "wrong"), INSTANCES, ids=[one[1] for one in INSTANCES])
def test_instances(rds: Service, code: str, said: str, wrong: dict[str, Any]) -> None:
    rds.refused("create_db_instance", code, said, **instance(**wrong))


CLUSTERS: list[tuple[str, str, dict[str, Any]]] = [
    (WRONG, "DBClusterIdentifier", {"DBClusterIdentifier": "a_b"}),
    (WRONG, "42 characters, of 8 to 41", {"MasterUserPassword": "a" * 42}),
    (WRONG, "MasterUsername must be provided", {"MasterUsername": None}),
    (WRONG, "DatabaseName postgres", {"DatabaseName": "postgres"}),
    (WRONG, "backup retention period: 0", {"BackupRetentionPeriod": 0}),
    (COMBINATION, "Cannot find version", {"Engine": "aurora-mysql", "EngineVersion": "8.0"}),
    (COMBINATION, "'audit'", {"EnableCloudwatchLogsExports": ["audit"]}),
    (
        WRONG,
        "must not overlap",
        {
            "PreferredBackupWindow": "23:30-00:30",
            "PreferredMaintenanceWindow": "mon:00:00-mon:00:30",
        },
    ),
    (COMBINATION, "set StorageEncrypted", {"KmsKeyId": "alias/aws/rds"}),
    ("DBSubnetGroupNotFoundFault", "'nowhere'", {"DBSubnetGroupName": "nowhere"}),
    ("GlobalClusterNotFoundFault", "nothing", {"GlobalClusterIdentifier": "nothing"}),
]


@pytest.mark.parametrize(("code", "said", "wrong"), CLUSTERS, ids=[one[1] for one in CLUSTERS])
def test_clusters(rds: Service, code: str, said: str, wrong: dict[str, Any]) -> None:
    rds.refused("create_db_cluster", code, said, **cluster(**wrong))


def test_good_ones_are_taken_and_may_change(refusing: EmbeddedAws, rds: Service) -> None:
    monitoring = role(refusing, "monitoring.rds.amazonaws.com")
    one = instance(
        BackupRetentionPeriod=7,
        PreferredBackupWindow="02:00-03:00",
        PreferredMaintenanceWindow="Sun:23:45-Mon:00:15",
        EnablePerformanceInsights=True,
        PerformanceInsightsRetentionPeriod=62,
        MonitoringInterval=60,
        MonitoringRoleArn=monitoring,
        EnableCloudwatchLogsExports=["postgresql", "upgrade"],
        StorageEncrypted=True,
        MultiAZ=True,
    )
    rds.ok("create_db_instance", **one)
    named = {"DBInstanceIdentifier": one["DBInstanceIdentifier"]}
    rds.ok("modify_db_instance", **named, AllocatedStorage=40, MonitoringInterval=0)
    rds.refused("modify_db_instance", WRONG, "20, not 40", **named, AllocatedStorage=20)
    rds.refused("modify_db_instance", WRONG, "may be used", **named, MasterUserPassword="a@" * 8)
    rds.refused(
        "modify_db_instance", WRONG, "overlap", **named, PreferredBackupWindow="00:00-01:00"
    )
    rds.refused("delete_db_instance", COMBINATION, "FinalDBSnapshotIdentifier", **named)
    skipping = {**named, "SkipFinalSnapshot": True}
    rds.ok("modify_db_instance", **named, DeletionProtection=True)
    rds.refused("delete_db_instance", COMBINATION, "protected DB Instance", **skipping)
    rds.ok("modify_db_instance", **named, DeletionProtection=False)
    rds.ok("delete_db_instance", **skipping)


def test_a_role_that_monitoring_may_not_assume(refusing: EmbeddedAws, rds: Service) -> None:
    wrong = {"MonitoringInterval": 60, "MonitoringRoleArn": role(refusing, "rds.amazonaws.com")}
    rds.refused("create_db_instance", WRONG, "does not trust", **instance(**wrong))


def test_a_clusters_instances_share_its_settings(rds: Service) -> None:
    one = cluster()
    rds.ok("create_db_cluster", **one)
    for wrong, said in (
        ({"MultiAZ": True}, "Set MultiAZ for the DB Cluster"),
        ({"AllocatedStorage": 20}, "Set AllocatedStorage"),
        ({"EngineVersion": "16.4"}, "does not match the engine version"),
        ({"EnableCloudwatchLogsExports": ["postgresql"]}, "an Aurora cluster's"),
    ):
        rds.refused("create_db_instance", COMBINATION, said, **member(one, **wrong))
    rds.ok("create_db_instance", **member(one, DBInstanceClass="db.t4g.medium"))


def test_clusters_are_deleted_on_purpose(rds: Service) -> None:
    one = cluster(DeletionProtection=True)
    rds.ok("create_db_cluster", **one)
    rds.refused("create_db_cluster", "DBClusterAlreadyExistsFault", "exists already", **one)
    named = {"DBClusterIdentifier": one["DBClusterIdentifier"]}
    instance_of = member(one)
    rds.ok("create_db_instance", **instance_of)
    skipping = {**named, "SkipFinalSnapshot": True}
    rds.refused("delete_db_cluster", COMBINATION, "FinalDBSnapshotIdentifier", **named)
    rds.refused("delete_db_cluster", COMBINATION, "protected Cluster", **skipping)
    rds.ok("modify_db_cluster", **named, DeletionProtection=False)
    rds.refused("delete_db_cluster", "InvalidDBClusterStateFault", "DB instances", **skipping)
    its_name = {"DBInstanceIdentifier": instance_of["DBInstanceIdentifier"]}
    rds.refused(
        "delete_db_instance",
        COMBINATION,
        "member of a cluster",
        **its_name,
        FinalDBSnapshotIdentifier="final",
    )
    rds.ok("delete_db_instance", **its_name)
    final = {"FinalDBSnapshotIdentifier": unique()}
    rds.ok("delete_db_cluster", **named, **final)
    (kept,) = rds.ok(
        "describe_db_cluster_snapshots",
        DBClusterSnapshotIdentifier=final["FinalDBSnapshotIdentifier"],
    )["DBClusterSnapshots"]
    assert kept["SnapshotType"] == "manual"
    rds.refused("delete_db_cluster", "DBClusterNotFoundFault", "not found", **skipping)


def group(subnets: list[str], **more: Any) -> dict[str, Any]:
    asked = {"DBSubnetGroupName": unique(), "DBSubnetGroupDescription": "-"}
    return {**asked, "SubnetIds": subnets, **more}


def test_subnet_groups(rds: Service, ec2: Service, net: Network) -> None:
    elsewhere = ec2.ok("create_vpc", CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    other = ec2.ok(
        "create_subnet", VpcId=elsewhere, CidrBlock="10.1.0.0/24", AvailabilityZone="us-east-1b"
    )["Subnet"]["SubnetId"]
    few = "DBSubnetGroupDoesNotCoverEnoughAZs"
    create = "create_db_subnet_group"
    rds.refused(create, few, "at least 2 AZs", **group(net.subnets[:1]))
    rds.refused(create, "InvalidSubnet", "there is no subnet", **group(["subnet-1"]))
    rds.refused(create, "InvalidSubnet", "several VPCs", **group([net.subnets[0], other]))
    rds.refused(create, WRONG, "DBSubnetGroupName", **group(net.subnets, DBSubnetGroupName="a/b"))
    one = group(net.subnets)
    rds.ok(create, **one)
    rds.refused(create, "DBSubnetGroupAlreadyExists", "exists already", **one)
    placed = {"DBSubnetGroupName": one["DBSubnetGroupName"]}
    outside = ec2.ok("create_security_group", GroupName="x", Description="-", VpcId=elsewhere)
    rds.refused(
        "create_db_cluster",
        COMBINATION,
        "different VPCs",
        **cluster(**placed, VpcSecurityGroupIds=[outside["GroupId"]]),
    )
    rds.ok("create_db_cluster", **cluster(**placed, VpcSecurityGroupIds=[net.group]))
    used = "InvalidDBSubnetGroupStateFault"
    rds.refused("delete_db_subnet_group", used, "still using it", **placed)
