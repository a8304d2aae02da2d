"""The writes that a failover of an Aurora Global Database gave up, where AWS has kept them."""

import re
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.agreed import KEPT, TAKEN_BY_AURORA
from functions.failover_control.notes import code_of

AVAILABLE = "available"
# The error of a copy that somebody else has just begun: an operator, or the next minute's run.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html
THERE = "DBClusterSnapshotAlreadyExistsFault"


def keep_lost_writes(rds: Any, cluster: str) -> list[str]:
    """Copies Aurora's snapshots of lost writes to snapshots that are kept until somebody deletes
    them; returns the names of new copies. Raises botocore's errors.

    rds: a boto3 client for the region of the cluster that was the writer. Repeating it copies
    nothing twice. What Aurora has not finished yet is left for the next time.
    """
    found = _snapshots(rds, cluster)
    copied: list[str] = []
    for name, status in sorted(found.items()):
        copy = copy_of(name, cluster)
        if not name.startswith(TAKEN_BY_AURORA) or copy in found or status != AVAILABLE:
            continue
        try:
            rds.copy_db_cluster_snapshot(
                SourceDBClusterSnapshotIdentifier=name,
                TargetDBClusterSnapshotIdentifier=copy,
                CopyTags=True,
            )
        except ClientError as error:
            if code_of(error) != THERE:
                raise
        else:
            copied.append(copy)
    return copied


def kept_writes(rds: Any, cluster: str) -> dict[str, bool]:
    """The copy's name of each of Aurora's snapshots of lost writes, and whether it is there. Raises
    botocore's errors."""
    found = _snapshots(rds, cluster)
    taken = sorted(name for name in found if name.startswith(TAKEN_BY_AURORA))
    return {copy: copy in found for copy in (copy_of(name, cluster) for name in taken)}


def copy_of(name: str, cluster: str) -> str:
    """What the copy of a snapshot is called: letters, digits and single hyphens, at most 255."""
    rest = re.sub(r"[^A-Za-z0-9]+", "-", name.removeprefix(TAKEN_BY_AURORA)).strip("-")
    return f"{cluster}-{KEPT}-{rest}"[:255].rstrip("-")


def _snapshots(rds: Any, cluster: str) -> dict[str, str]:
    """The status of each of the cluster's snapshots, by name."""
    found: dict[str, str] = {}
    asked = {"DBClusterIdentifier": cluster}
    while True:
        page = rds.describe_db_cluster_snapshots(**asked)
        for one in page["DBClusterSnapshots"]:
            found[one["DBClusterSnapshotIdentifier"]] = one["Status"]
        if not page.get("Marker"):
            return found
        asked["Marker"] = page["Marker"]
