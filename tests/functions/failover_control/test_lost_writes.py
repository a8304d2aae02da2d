"""What a failover of a global database gave up is kept."""

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from functions.failover_control.agreed import TAKEN_BY_AURORA
from functions.failover_control.lost_writes import copy_of, keep_lost_writes, kept_writes

CLUSTER = "shop-ap-south-1-database"
TAKEN = f"{TAKEN_BY_AURORA}{CLUSTER}-2026-11-29-12-00-00"
COPY = f"{CLUSTER}-lost-writes-{CLUSTER}-2026-11-29-12-00-00"


class Rds:
    """A region's snapshots, one on each page. By default all of them are finished."""

    def __init__(self, *names: str, status: str = "available") -> None:
        self.names, self.status = list(names), status
        self.someone_else = ""

    def describe_db_cluster_snapshots(self, **asked: Any) -> dict[str, Any]:
        page = int(asked.pop("Marker", 0))
        assert asked == {"DBClusterIdentifier": CLUSTER}
        found = [
            {"DBClusterSnapshotIdentifier": name, "Status": self.status}
            for name in self.names[page : page + 1]
        ]
        more = {"Marker": str(page + 1)} if page + 1 < len(self.names) else {}
        return {"DBClusterSnapshots": found, **more}

    def copy_db_cluster_snapshot(self, **asked: Any) -> None:
        assert asked["SourceDBClusterSnapshotIdentifier"] in self.names
        copy = asked["TargetDBClusterSnapshotIdentifier"]
        self.names.append(self.someone_else or copy)
        if self.someone_else:
            error = {"Code": "DBClusterSnapshotAlreadyExistsFault", "Message": ""}
            raise ClientError({"Error": error}, "CopyDBClusterSnapshot")


@pytest.mark.parametrize(
    ("names", "copies"),
    [
        ([], []),
        (["rds:shop-2026-11-29-00-00", "by-hand"], []),
        ([TAKEN], [COPY]),
        ([TAKEN, COPY], []),
    ],
)
def test_only_what_a_failover_left_is_copied_and_once(names: list[str], copies: list[str]) -> None:
    rds = Rds(*names)
    assert keep_lost_writes(rds, CLUSTER) == copies
    assert keep_lost_writes(rds, CLUSTER) == []
    assert kept_writes(rds, CLUSTER) == ({COPY: True} if TAKEN in names else {})


def test_a_snapshot_that_is_being_taken_is_left_for_the_next_time() -> None:
    """RDS refuses to copy it: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html"""
    rds = Rds(TAKEN, status="creating")
    assert keep_lost_writes(rds, CLUSTER) == []
    assert kept_writes(rds, CLUSTER) == {COPY: False}
    rds.status = "available"
    assert keep_lost_writes(rds, CLUSTER) == [COPY]


def test_a_copy_that_somebody_else_has_just_begun_is_no_mistake() -> None:
    """The standby watch runs every minute, and an operator may not wait for it."""
    rds = Rds(TAKEN)
    rds.someone_else = COPY
    assert keep_lost_writes(rds, CLUSTER) == []
    assert kept_writes(rds, CLUSTER) == {COPY: True}


def test_a_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SnapshotQuotaExceeded"}}, "CopyDBClusterSnapshot")

    rds = Rds(TAKEN)
    monkeypatch.setattr(rds, "copy_db_cluster_snapshot", refuse)
    with pytest.raises(ClientError, match="SnapshotQuotaExceeded"):
        keep_lost_writes(rds, CLUSTER)


@given(st.text(max_size=300))
def test_a_copy_has_a_name_that_rds_takes(rest: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html"""
    name = copy_of(TAKEN_BY_AURORA + rest, CLUSTER)
    assert re.fullmatch(r"[a-z](-?[A-Za-z0-9])*", name)
    assert len(name) <= 255
