"""The Aurora Global Database that both regions' clusters join."""

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.rds_global_cluster import RdsGlobalCluster
from constructs import Construct

from environments import Data
from modules.module import Module


class GlobalCluster(Module):
    """An empty global database. Each region's stack owns its cluster, and the cluster joins by the
    identifier alone, so neither stack needs the other's region.

    It is upgraded here: members follow their global database's version.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html

    Never `force_destroy`: it would take the members out of the global database, which ends the
    replication. Without it, AWS refuses to delete a global database with members.

    Args:
        identifier: Unique in the account.
        data: The engine, its version, and the name of the database.
        protected: Whether AWS, and Terraform before it, refuse to delete it.
        provider: Provider for a region of the global database.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        identifier: str,
        data: Data,
        protected: bool,
        provider: TerraformProvider,
    ) -> None:
        super().__init__(scope, id, provider=provider)
        RdsGlobalCluster(
            self,
            "global_cluster",
            global_cluster_identifier=identifier,
            engine=data.kind.engine if data.kind else None,
            engine_version=data.version,
            database_name=data.database,
            storage_encrypted=True,
            deletion_protection=protected,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
        )
