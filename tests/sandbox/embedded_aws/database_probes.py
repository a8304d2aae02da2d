"""Probes an AWS for databases of one region, and replicas of instances."""

from typing import Any

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.databases import (
    MASTER,
    NOT_DONE,
    PRIMARY,
    SECONDARY,
    cluster,
    instance,
    read,
    replica,
)
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique


def provisioned_clusters_have_no_scaling(aws: EmbeddedAws) -> bool:
    return "ScalingConfigurationInfo" not in cluster(aws, **MASTER)


def instances_have_ids_of_their_own(aws: EmbeddedAws) -> bool:
    one, other = (instance(aws) for _ in range(2))
    aws.client("rds", PRIMARY).modify_db_instance(
        DBInstanceIdentifier=one["DBInstanceIdentifier"], NewDBInstanceIdentifier=(name := unique())
    )
    (renamed,) = aws.client("rds", PRIMARY).describe_db_instances(DBInstanceIdentifier=name)[
        "DBInstances"
    ]
    return one["DbiResourceId"] == renamed["DbiResourceId"] != other["DbiResourceId"]


def endpoints_are_of_a_region(aws: EmbeddedAws) -> bool:
    one, other = (cluster(aws, region, **MASTER) for region in (PRIMARY, SECONDARY))
    same = cluster(aws, **MASTER)
    alone = instance(aws)["Endpoint"]
    middles = [each["Endpoint"].split(".")[1].removeprefix("cluster-") for each in (one, same)]
    return (
        len({*middles, alone["Address"].split(".")[1]}) == 1
        and one["HostedZoneId"] == same["HostedZoneId"] == alone["HostedZoneId"]
        and one["HostedZoneId"] != other["HostedZoneId"]
    )


def unencrypted_clusters_have_no_key(aws: EmbeddedAws) -> bool:
    encrypted = cluster(aws, StorageEncrypted=True, **MASTER)
    return "KmsKeyId" not in cluster(aws, **MASTER) and ":key/" in encrypted["KmsKeyId"]


def clusters_change_their_logs(aws: EmbeddedAws) -> bool:
    one = cluster(aws, EnableCloudwatchLogsExports=["postgresql"], **MASTER)
    rds, name = aws.client("rds", PRIMARY), one["DBClusterIdentifier"]
    rds.modify_db_cluster(
        DBClusterIdentifier=name,
        CloudwatchLogsExportConfiguration={
            "EnableLogTypes": ["instance"],
            "DisableLogTypes": ["postgresql"],
        },
    )
    return read(aws, one).get("EnabledCloudwatchLogsExports") == ["instance"]


def instances_keep_performance_insights(aws: EmbeddedAws) -> bool:
    one = instance(aws, EnablePerformanceInsights=True)
    aws.client("rds", PRIMARY).modify_db_instance(
        DBInstanceIdentifier=one["DBInstanceIdentifier"], PerformanceInsightsRetentionPeriod=31
    )
    told = read(aws, one)
    kept = [told.get(f"PerformanceInsights{name}") for name in ("Enabled", "RetentionPeriod")]
    return kept == [True, 31]


def default_groups_are_of_the_engine(aws: EmbeddedAws) -> bool:
    return cluster(aws, **MASTER)["DBClusterParameterGroup"] == "default.aurora-postgresql16"


def parameters_tell_their_source(aws: EmbeddedAws) -> bool:
    rds, name = aws.client("rds", PRIMARY), _group(aws)
    (told,) = rds.describe_db_parameters(DBParameterGroupName=name)["Parameters"]
    return told.get("Source") == "user"


def parameters_are_reset(aws: EmbeddedAws) -> bool:
    rds, name = aws.client("rds", PRIMARY), _group(aws)
    asked = [{"ParameterName": "log_statement", "ApplyMethod": "immediate"}]
    try:
        rds.reset_db_parameter_group(DBParameterGroupName=name, Parameters=asked)
    except NOT_DONE:
        return False
    return rds.describe_db_parameters(DBParameterGroupName=name)["Parameters"] == []


def _group(aws: EmbeddedAws) -> str:
    """A parameter group with a parameter, by name."""
    rds, name = aws.client("rds", PRIMARY), unique()
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="-"
    )
    one = {"ParameterName": "log_statement", "ParameterValue": "ddl", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[one])
    return name


def maintenance_may_pass_sunday(aws: EmbeddedAws) -> bool:
    try:
        instance(aws, PreferredMaintenanceWindow="Sun:23:45-Mon:00:15")
    except NOT_DONE:
        return False
    return True


def lifecycle_support_is_told(aws: EmbeddedAws) -> bool:
    wanted = "open-source-rds-extended-support-disabled"
    one = cluster(aws, EngineLifecycleSupport=wanted, **MASTER)
    return one.get("EngineLifecycleSupport") == wanted


def replicas_have_settings_of_their_own(aws: EmbeddedAws) -> bool:
    tags = [{"Key": "Name", "Value": "source"}]
    logs = ["postgresql"]
    source = instance(
        aws, MultiAZ=True, Tags=tags, EnableCloudwatchLogsExports=logs, BackupRetentionPeriod=7
    )
    subnets = [one["SubnetId"] for one in default_subnets(aws, SECONDARY)]
    group = unique()
    aws.client("rds", SECONDARY).create_db_subnet_group(
        DBSubnetGroupName=group, DBSubnetGroupDescription="-", SubnetIds=subnets
    )
    try:
        one = replica(aws, source, DBSubnetGroupName=group)
    except NOT_DONE:  # looked for in the source's region
        return False
    told = {
        name: one.get(name)
        for name in ("MultiAZ", "TagList", "BackupRetentionPeriod", "AvailabilityZone")
    }
    assert one["ReadReplicaSourceDBInstanceIdentifier"] == source["DBInstanceArn"]
    if one.get("DBSubnetGroup", {}).get("DBSubnetGroupName") != group:
        return False
    return told == {
        "MultiAZ": False,
        "TagList": [],
        "BackupRetentionPeriod": 0,
        "AvailabilityZone": f"{SECONDARY}a",
    } and not one.get("EnabledCloudwatchLogsExports")


def replicas_tell_how_they_replicate(aws: EmbeddedAws) -> bool:
    source = instance(aws)
    told = replica(aws, source).get("StatusInfos") or []
    assert not source.get("StatusInfos")
    return [(one["StatusType"], one["Status"]) for one in told] == [
        ("read replication", "replicating")
    ]


def promoted_replicas_are_on_their_own(aws: EmbeddedAws) -> bool:
    source = instance(aws)
    one = replica(aws, source)
    aws.client("rds", SECONDARY).promote_read_replica(
        DBInstanceIdentifier=one["DBInstanceIdentifier"], BackupRetentionPeriod=7
    )
    promoted = read(aws, one)
    left: list[Any] = read(aws, source)["ReadReplicaDBInstanceIdentifiers"]
    alone = "ReadReplicaSourceDBInstanceIdentifier" not in promoted and left == []
    return alone and promoted["BackupRetentionPeriod"] == 7


def deleted_replicas_leave_their_source(aws: EmbeddedAws) -> bool:
    source = instance(aws)
    one, other = (replica(aws, source) for _ in range(2))

    def delete(which: dict[str, Any], region: str) -> None:
        name = which["DBInstanceIdentifier"]
        asked = {"DBInstanceIdentifier": name, "SkipFinalSnapshot": True}
        aws.client("rds", region).delete_db_instance(**asked)

    try:
        delete(one, SECONDARY)
        left = read(aws, source)["ReadReplicaDBInstanceIdentifiers"]
        delete(source, PRIMARY)
        delete(other, SECONDARY)
    except NOT_DONE:
        return False
    return left == [other["DBInstanceArn"]]
