"""Probes an AWS for Aurora global databases, which another region may take over."""

from typing import Any

from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.databases import (
    MASTER,
    NOT_DONE,
    PRIMARY,
    SECONDARY,
    cluster,
    described,
    global_cluster,
    global_database,
    read,
)
from tests.sandbox.embedded_aws.naming import unique

TAGS = [{"Key": "Name", "Value": "data"}]
SOURCE = "ReplicationSourceIdentifier"


def global_clusters_keep_what_they_are_given(aws: EmbeddedAws) -> bool:
    name = global_cluster(aws, Tags=TAGS, DatabaseName="ledger")
    told = described(aws, name, SECONDARY)
    return (told.get("TagList"), told.get("DatabaseName")) == (TAGS, "ledger")


def global_clusters_are_tagged(aws: EmbeddedAws) -> bool:
    rds = aws.client("rds", PRIMARY)
    arn = described(aws, global_cluster(aws))["GlobalClusterArn"]
    try:
        rds.add_tags_to_resource(ResourceName=arn, Tags=TAGS)
    except NOT_DONE:
        return False
    return rds.list_tags_for_resource(ResourceName=arn)["TagList"] == TAGS


def global_clusters_are_found_by_name(aws: EmbeddedAws) -> bool:
    rds = aws.client("rds", PRIMARY)
    name, _ = (global_cluster(aws) for _ in range(2))
    found = rds.describe_global_clusters(GlobalClusterIdentifier=name)["GlobalClusters"]
    try:
        rds.describe_global_clusters(GlobalClusterIdentifier="nothing")
    except ClientError as error:
        return len(found) == 1 and "NotFound" in str(error)
    return False


def members_tell_how_they_replicate(aws: EmbeddedAws) -> bool:
    name, writer, secondary = global_database(aws)
    members = described(aws, name)["GlobalClusterMembers"]
    assert [one["IsWriter"] for one in members] == [True, False]
    assert members[0]["Readers"] == [secondary["DBClusterArn"]]
    if [one.get("SynchronizationStatus") for one in members] != ["connected"] * 2:
        return False
    aws.client("rds", SECONDARY).failover_global_cluster(**_to(name, secondary), AllowDataLoss=True)
    lost = described(aws, name, SECONDARY)["GlobalClusterMembers"][0]["SynchronizationStatus"]
    read(aws, writer)
    found = described(aws, name, SECONDARY)["GlobalClusterMembers"][0]["SynchronizationStatus"]
    return (lost, found) == ("pending-resync", "connected")


def _to(name: str, target: dict[str, Any]) -> dict[str, str]:
    return {
        "GlobalClusterIdentifier": name,
        "TargetDbClusterIdentifier": target["DBClusterArn"],
    }


def secondaries_follow_the_writer(aws: EmbeddedAws) -> bool:
    _, writer, secondary = global_database(aws)
    followed = read(aws, secondary).get(SOURCE) == writer["DBClusterArn"]
    return followed and SOURCE not in read(aws, writer)


def any_cluster_starts_a_global_cluster(aws: EmbeddedAws) -> bool:
    source, name = cluster(aws, StorageEncrypted=True, **MASTER), unique()
    asked = {
        "GlobalClusterIdentifier": name,
        "SourceDBClusterIdentifier": source["DBClusterArn"],
    }
    try:
        aws.client("rds", PRIMARY).create_global_cluster(**asked)
    except NOT_DONE:
        return False
    told = described(aws, name)
    return told["StorageEncrypted"] and told["GlobalClusterMembers"][0]["IsWriter"]


def members_leave(aws: EmbeddedAws) -> bool:
    name, _, secondary = global_database(aws)
    asked = {
        "GlobalClusterIdentifier": name,
        "DbClusterIdentifier": secondary["DBClusterArn"],
    }
    aws.client("rds", PRIMARY).remove_from_global_cluster(**asked)
    return len(described(aws, name)["GlobalClusterMembers"]) == 1 and SOURCE not in read(
        aws, secondary
    )


def global_clusters_change(aws: EmbeddedAws) -> bool:
    name, writer, _ = global_database(aws)
    rds = aws.client("rds", PRIMARY)
    try:
        rds.modify_global_cluster(
            GlobalClusterIdentifier=name, DeletionProtection=True, EngineVersion="16.8"
        )
    except NOT_DONE:
        return False
    told = described(aws, name)
    versions = (told["EngineVersion"], read(aws, writer)["EngineVersion"])
    return told["DeletionProtection"] and versions == ("16.8", "16.8")


def global_clusters_fail_over(aws: EmbeddedAws) -> bool:
    name, writer, secondary = global_database(aws)
    try:
        answer = aws.client("rds", SECONDARY).failover_global_cluster(
            **_to(name, secondary), AllowDataLoss=True
        )["GlobalCluster"]
    except NOT_DONE:
        return False
    state = answer["FailoverState"]
    assert (state["Status"], state["IsDataLossAllowed"]) == ("failing-over", True)
    return _moved(aws, name, writer, secondary) and _kept(aws, writer) == 1


def global_clusters_switch_over(aws: EmbeddedAws) -> bool:
    name, writer, secondary = global_database(aws)
    try:
        aws.client("rds", PRIMARY).switchover_global_cluster(**_to(name, secondary))
    except NOT_DONE:
        return False
    return _moved(aws, name, writer, secondary) and _kept(aws, writer) == 0


def _moved(aws: EmbeddedAws, name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether the writer is another, and the old one follows it."""
    told = described(aws, name, SECONDARY)
    writers = [one["DBClusterArn"] for one in told["GlobalClusterMembers"] if one["IsWriter"]]
    sources = [read(aws, one).get(SOURCE) for one in (before, after)]
    new = after["DBClusterArn"]
    return (told["Status"], writers, sources) == ("available", [new], [new, None])


def _kept(aws: EmbeddedAws, old: dict[str, Any]) -> int:
    """How many snapshots there are of what a failover lost."""
    found = aws.client("rds", PRIMARY).describe_db_cluster_snapshots(
        DBClusterIdentifier=old["DBClusterIdentifier"], SnapshotType="automated"
    )["DBClusterSnapshots"]
    prefix = "rds:unplanned-global-failover-"
    return sum(one["DBClusterSnapshotIdentifier"].startswith(prefix) for one in found)
