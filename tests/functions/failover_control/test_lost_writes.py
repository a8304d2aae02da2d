"""What a failover of a global database gave up is kept."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.failover_control.lost_writes import TAKEN_BY_AURORA, copy_of, keep_lost_writes

CLUSTER = "shop-ap-south-1-database"
TAKEN = f"{TAKEN_BY_AURORA}{CLUSTER}-2026-11-29-12-00-00"
COPY = f"{CLUSTER}-lost-writes-{CLUSTER}-2026-11-29-12-00-00"


class Rds:
    """A region's snapshots."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)

    def describe_db_cluster_snapshots(self, **asked: Any) -> dict[str, Any]:
        assert asked == {"DBClusterIdentifier": CLUSTER}
        found = [{"DBClusterSnapshotIdentifier": name} for name in self.names]
        return {"DBClusterSnapshots": found}

    def copy_db_cluster_snapshot(self, **asked: Any) -> None:
        assert asked["SourceDBClusterSnapshotIdentifier"] in self.names
        self.names.append(asked["TargetDBClusterSnapshotIdentifier"])


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


@given(st.text(max_size=300))
def test_a_copy_has_a_name_that_rds_takes(rest: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html"""
    name = copy_of(TAKEN_BY_AURORA + rest, CLUSTER)
    assert re.fullmatch(r"[a-z](-?[A-Za-z0-9])*", name)
    assert len(name) <= 255
