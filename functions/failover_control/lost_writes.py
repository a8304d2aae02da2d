"""The writes that a failover of an Aurora Global Database gave up, where AWS has kept them."""

import re
from typing import Any

# Aurora takes it of the old writer's volume when that rejoins, and deletes it with the old
# cluster's automatic backups.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
TAKEN_BY_AURORA = "rds:unplanned-global-failover-"
KEPT = "lost-writes"


def keep_lost_writes(rds: Any, cluster: str) -> list[str]:
    """Copies Aurora's snapshots of lost writes to snapshots that are kept until somebody deletes
    them; returns the names of new copies. Raises botocore's errors.

    rds: a boto3 client for the region of the cluster that was the writer. Repeating it copies
    nothing twice.
    """
    found = rds.describe_db_cluster_snapshots(DBClusterIdentifier=cluster)
    names = {one["DBClusterSnapshotIdentifier"] for one in found["DBClusterSnapshots"]}
    copied: list[str] = []
    for name in sorted(names):
        copy = copy_of(name, cluster)
        if name.startswith(TAKEN_BY_AURORA) and copy not in names:
            rds.copy_db_cluster_snapshot(
                SourceDBClusterSnapshotIdentifier=name,
                TargetDBClusterSnapshotIdentifier=copy,
                CopyTags=True,
            )
            copied.append(copy)
    return copied


def copy_of(name: str, cluster: str) -> str:
    """What the copy of a snapshot is called: letters, digits and single hyphens, at most 255."""
    rest = re.sub(r"[^A-Za-z0-9]+", "-", name.removeprefix(TAKEN_BY_AURORA)).strip("-")
    return f"{cluster}-{KEPT}-{rest}"[:255].rstrip("-")
