"""What a region's database says of itself, in each status that RDS knows."""

from typing import Any

import pytest

from functions.failover_control.database import (
    AVAILABLE,
    SERVING,
    AuroraMember,
    NotReadyError,
    ReadReplica,
)

REGION, SOURCE = "us-east-1", "arn:aws:rds:ap-south-1:123456789012:db:shop-ap-south-1-database"


class Rds:
    """A region with a single instance, or a cluster with a single one."""

    def __init__(self, status: str, **more: Any) -> None:
        self.instance = {"DBInstanceStatus": status, **more}
        self.promoted = 0

    def describe_db_instances(self, **_: Any) -> dict[str, Any]:
        return {"DBInstances": [self.instance]}

    def describe_global_clusters(self, **_: Any) -> dict[str, Any]:
        member = {"DBClusterArn": f"arn:aws:rds:{REGION}:123456789012:cluster:x", "IsWriter": True}
        return {"GlobalClusters": [{"GlobalClusterMembers": [member]}]}

    def promote_read_replica(self, **_: Any) -> None:
        self.promoted += 1


def instance(rds: Rds) -> ReadReplica:
    return ReadReplica(rds, REGION, "shop-us-east-1-database", backup_days=7)


@pytest.mark.parametrize("status", sorted(SERVING))
def test_an_instance_that_serves_takes_writes(status: str) -> None:
    """It is backed up every night, and users notice nothing."""
    state = instance(Rds(status)).state()
    assert (state.writes, state.moving, state.ready) == (True, False, True)
    assert state.writer == REGION


@pytest.mark.parametrize("status", ["creating", "modifying", "rebooting", "stopped", "failed"])
def test_an_instance_that_may_not_serve_takes_no_writes_for_sure(status: str) -> None:
    state = instance(Rds(status)).state()
    assert (state.writes, state.moving, state.ready) == (False, True, False)


@pytest.mark.parametrize("status", sorted(SERVING))
def test_a_replica_takes_no_writes_and_is_promoted_only_while_available(status: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html"""
    rds = Rds(status, ReadReplicaSourceDBInstanceIdentifier=SOURCE)
    state = instance(rds).state()
    assert (state.writes, state.moving, state.ready) == (False, False, True)
    assert state.writer == "ap-south-1"
    if status == AVAILABLE:
        instance(rds).promote()
    else:
        with pytest.raises(NotReadyError, match=f"is {status}: RDS promotes a replica only"):
            instance(rds).promote()
    assert rds.promoted == (status == AVAILABLE)


@pytest.mark.parametrize(
    ("status", "ready"), [("available", True), ("backing-up", True), ("creating", False)]
)
def test_a_cluster_is_ready_if_an_instance_serves(status: str, ready: bool) -> None:
    rds = Rds(status)
    member = AuroraMember(rds, REGION, "shop", "x", "aurora-mysql", "db.r7g.large")
    assert member.state().ready is ready
