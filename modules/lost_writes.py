"""What a function needs to keep the writes that a failover gave up."""

from collections.abc import Iterator
from typing import Any

from environments import Environment, Role
from functions.failover_control.agreed import KEPT, TAKEN_BY_AURORA
from modules.iam import allow


def watched_cluster(environment: Environment, role: Role) -> str | None:
    """The region's Aurora cluster; None if the deployment has none."""
    kind = environment.data.kind
    return environment.database(role) if kind is not None and kind.aurora else None


def on_lost_writes(environment: Environment, role: Role) -> Iterator[dict[str, Any]]:
    """Lets a function copy Aurora's snapshots of lost writes, which are encrypted with the
    database's key.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
    """
    cluster = watched_cluster(environment, role)
    if cluster is None:
        return
    region = environment.regional(role).region
    snapshots = f"arn:aws:rds:{region}:*:cluster-snapshot"
    copies = f"{snapshots}:{cluster}-{KEPT}-*"
    # Whoever lists needs the permission on all of them.
    yield allow("rds:DescribeDBClusterSnapshots", on="*")
    yield allow("rds:CopyDBClusterSnapshot", on=f"{snapshots}:{TAKEN_BY_AURORA}*")
    yield allow("rds:CopyDBClusterSnapshot", "rds:AddTagsToResource", on=copies)
    yield allow(
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        on=f"arn:aws:kms:{region}:*:key/*",
        condition={
            "StringEquals": {"kms:ViaService": f"rds.{region}.amazonaws.com"},
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{cluster}"},
        },
    )
