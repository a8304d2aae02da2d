"""Databases and tables."""

from datetime import timedelta
from typing import Any

import pytest

from functions.standby_readiness import replicated
from functions.standby_readiness.outcome import Status
from tests.functions.standby_readiness.fakes import NOW, Fake, found, only, refusal, standby

REPLICA = {"name": "shop-us-east-1-database", "backup_days": 7}
LAG = {"metric": "ReplicaLag", "dimension": "DBInstanceIdentifier", "units": 1, "most": 60}
SOURCE = "arn:aws:rds:ap-south-1:123456789012:db:shop"


def rds(**changes: Any) -> Fake:
    following = {"StatusType": "read replication", "Status": "replicating"}
    instance = {
        "DBInstanceStatus": "available",
        "ReadReplicaSourceDBInstanceIdentifier": SOURCE,
        "StatusInfos": [following],
        **changes,
    }
    return Fake(describe_db_instances={"DBInstances": [instance]})


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({}, Status.READY, "follows ap-south-1"),
        ({"StatusInfos": []}, Status.FAULT, "does not follow"),
        ({"DBInstanceStatus": "rebooting"}, Status.FAULT, "no instance that is available"),
        ({"ReadReplicaSourceDBInstanceIdentifier": None}, Status.READY, "takes the writes"),
        (
            {"ReadReplicaSourceDBInstanceIdentifier": None, "DBInstanceStatus": "modifying"},
            Status.FAULT,
            "is being promoted",
        ),
    ],
)
def test_the_database_follows(changes: dict[str, Any], status: Status, words: str) -> None:
    one, said = only(
        replicated.database_follows, standby({"rds": rds(**changes)}, database=REPLICA)
    )
    assert one is status
    assert words in said


def test_a_cluster_that_left_its_global_database() -> None:
    aurora = {
        "name": "db",
        "global_cluster": "g",
        "engine": "aurora-mysql",
        "instance_class": "db.r7g.large",
        "instances": 0,
    }
    clusters = {"GlobalClusters": [{"GlobalClusterMembers": []}]}
    there = {"rds": Fake(describe_global_clusters=clusters)}
    status, said = only(replicated.database_follows, standby(there, database=aurora))
    assert (status, said) == (Status.FAULT, "db is not a member of the global database g")


@pytest.mark.parametrize(
    ("seconds", "status", "words"),
    [
        ([3, 60], Status.READY, "60.0 s behind, of 60 s allowed"),
        ([3, 61], Status.FAULT, "61.0 s behind"),
        ([], Status.UNKNOWN, "no lag was reported in 10 minutes"),
    ],
)
def test_the_newest_lag_counts(seconds: list[float], status: Status, words: str) -> None:
    points = [
        {"Timestamp": NOW - timedelta(minutes=len(seconds) - n), "Maximum": value}
        for n, value in enumerate(seconds)
    ]

    def get_metric_statistics(**asked: Any) -> dict[str, Any]:
        assert asked["MetricName"] == "ReplicaLag"
        assert asked["Dimensions"] == [{"Name": LAG["dimension"], "Value": REPLICA["name"]}]
        return {"Datapoints": points}

    cloudwatch = Fake(get_metric_statistics=get_metric_statistics)
    there = standby({"cloudwatch": cloudwatch, "rds": rds()}, database=REPLICA, lag=LAG)
    one, said = only(replicated.lag_is_small, there)
    assert one is status
    assert words in said


def test_a_writer_and_a_headless_cluster_report_no_lag() -> None:
    silent = Fake(get_metric_statistics={"Datapoints": []})
    writer = rds(ReadReplicaSourceDBInstanceIdentifier=None)
    there = standby({"cloudwatch": silent, "rds": writer}, database=REPLICA, lag=LAG)
    assert only(replicated.lag_is_small, there)[0] is Status.READY
    headless = {**REPLICA, "instances": 0}
    there = standby({"cloudwatch": silent, "rds": rds()}, database=headless, lag=LAG)
    assert only(replicated.lag_is_small, there)[0] is Status.NOTE


def replica(state: str, region: str = "ap-south-1") -> dict[str, str]:
    return {"RegionName": region, "ReplicaStatus": state}


@pytest.mark.parametrize(
    ("table", "status", "words"),
    [
        ({"TableStatus": "ACTIVE", "Replicas": [replica("ACTIVE")]}, Status.READY, "ap-south-1"),
        (
            {
                "TableStatus": "ACTIVE",
                "Replicas": [replica("INACCESSIBLE_ENCRYPTION_CREDENTIALS")],
            },
            Status.FAULT,
            "INACCESSIBLE_ENCRYPTION_CREDENTIALS in ap-south-1",
        ),
        ({"TableStatus": "ARCHIVED", "Replicas": []}, Status.FAULT, "is ARCHIVED"),
        ({"TableStatus": "ACTIVE"}, Status.FAULT, "no replica in the other region"),
        (
            {"TableStatus": "ACTIVE", "Replicas": [replica("ACTIVE", "us-east-1")]},
            Status.FAULT,
            "no replica in the other region",
        ),
        (refusal("ResourceNotFoundException"), Status.FAULT, "no replica here"),
        (refusal("AccessDeniedException"), Status.UNKNOWN, "AccessDenied"),
    ],
)
def test_each_table_is_active_in_both_regions(table: Any, status: Status, words: str) -> None:
    answer = {"Table": table} if isinstance(table, dict) else table
    there = standby({"dynamodb": Fake(describe_table=answer)}, tables=("shop-carts",))
    one, said = only(replicated.tables_replicate, there)
    assert one is status
    assert words in said


@pytest.mark.parametrize(
    "check", [replicated.database_follows, replicated.lag_is_small, replicated.tables_replicate]
)
def test_what_the_deployment_lacks_is_not_asked(check: Any) -> None:
    assert found(check, standby({})) == []
