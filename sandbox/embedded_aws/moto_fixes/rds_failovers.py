"""Fixes of moto's Aurora Global Database: failover and switchover."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.rds.exceptions import DBClusterNotFoundError
from moto.rds.models import DBCluster, GlobalCluster
from moto.rds.responses import RDSResponse

from sandbox.embedded_aws.moto_fixes.rds_global import (
    RESYNCING,
    GlobalClusterNotFoundError,
    follow,
    global_cluster,
    member,
    writer,
)

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverState.html
FAILING_OVER, SWITCHING_OVER = "failing-over", "switching-over"
SNAPSHOT = "rds:unplanned-global-failover-{name}-{time:%Y-%m-%d-%H-%M-%S}"


def global_clusters_fail_over() -> None:
    """moto lacks FailoverGlobalCluster. What AWS does in minutes is done at once here; only the
    answer tells that it is under way.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverGlobalCluster.html
    """

    def fail_over(self: RDSResponse) -> ActionResult:
        return _moved(self, loses_data=bool(self.params.get("AllowDataLoss")))

    RDSResponse.failover_global_cluster = fail_over


def global_clusters_switch_over() -> None:
    """moto lacks SwitchoverGlobalCluster.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_SwitchoverGlobalCluster.html
    """

    def switch_over(self: RDSResponse) -> ActionResult:
        return _moved(self, loses_data=False)

    RDSResponse.switchover_global_cluster = switch_over


def _moved(response: RDSResponse, *, loses_data: bool) -> ActionResult:
    asked = response.params
    cluster = global_cluster(response.current_account, asked["GlobalClusterIdentifier"])
    if cluster is None:
        raise GlobalClusterNotFoundError(asked["GlobalClusterIdentifier"])
    to, before = member(cluster, asked["TargetDbClusterIdentifier"]), writer(cluster)
    if to is None:
        raise DBClusterNotFoundError(asked["TargetDbClusterIdentifier"])
    follow(cluster, to)
    if loses_data and before is not None:
        _keep_what_was_lost(before)
    return ActionResult({"GlobalCluster": _under_way(cluster, before, to, loses_data=loses_data)})


def _keep_what_was_lost(old: DBCluster) -> None:
    """The old writer's volume is kept as a snapshot, and it follows the new one.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    name = SNAPSHOT.format(name=old.db_cluster_identifier, time=utcnow())
    old.backend.create_auto_cluster_snapshot(old.db_cluster_identifier, name)
    old.synchronization = RESYNCING


def _under_way(
    cluster: GlobalCluster, before: DBCluster | None, to: DBCluster, *, loses_data: bool
) -> dict[str, Any]:
    status = FAILING_OVER if loses_data else SWITCHING_OVER
    state = {
        "Status": status,
        "FromDbClusterArn": before.db_cluster_arn if before else None,
        "ToDbClusterArn": to.db_cluster_arn,
        "IsDataLossAllowed": loses_data,
    }
    return {
        "GlobalClusterIdentifier": cluster.global_cluster_identifier,
        "GlobalClusterResourceId": cluster.global_cluster_resource_id,
        "GlobalClusterArn": cluster.global_cluster_arn,
        "Status": status,
        "Engine": cluster.engine,
        "EngineVersion": cluster.engine_version,
        "StorageEncrypted": cluster.storage_encrypted,
        "DeletionProtection": cluster.deletion_protection,
        "GlobalClusterMembers": cluster.global_cluster_members,
        "Endpoint": cluster.endpoint,
        "FailoverState": state,
    }
