"""One region's member of an Aurora Global Database."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from cdktf_cdktf_provider_aws.rds_cluster_instance import RdsClusterInstance
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import (
    RdsClusterParameterGroup,
    RdsClusterParameterGroupParameter,
)
from constructs import Construct

from modules.data.database import REPLACED_FIRST, Database, Placement, family
from modules.data.password import USER
from modules.database_settings import DatabaseSettings
from modules.zones import zone_letter

# What a failover changes, or AWS fills in. Without these, a plan after a failover would promote a
# cluster that is a secondary now, or take one out of its global database.
# https://github.com/hashicorp/terraform-provider-aws/pull/40921
# https://github.com/hashicorp/terraform-provider-aws/issues/39368
MOVED_BY_A_FAILOVER = (
    "replication_source_identifier",
    "global_cluster_identifier",
    "database_name",
    "master_username",
    # The global database's upgrade changes it: bootstrap owns the version.
    "engine_version",
)


class AuroraDatabase(Database):
    """A member of an Aurora Global Database: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html

    The first cluster to join becomes the writer, so the primary's stack is applied before the
    standby's. The other way round AWS refuses: a first cluster must have a user and a password.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: DatabaseSettings, placement: Placement
    ) -> None:
        super().__init__(scope, id, settings=settings, placement=placement)
        data, kind, password = settings.data, settings.kind, self._password
        cluster = RdsCluster(
            self,
            "cluster",
            cluster_identifier=settings.name,
            global_cluster_identifier=settings.global_cluster,
            engine=kind.engine,
            engine_version=data.version,
            database_name=data.database if password else None,
            master_username=USER if password else None,
            master_password_wo=password.value if password else None,
            master_password_wo_version=password.version if password else None,
            port=kind.port,
            db_subnet_group_name=self._subnet_group,
            vpc_security_group_ids=[placement.security_group_id],
            db_cluster_parameter_group_name=self._parameters(),
            storage_encrypted=True,
            kms_key_id=self._key_arn,
            backup_retention_period=data.backup_days,
            copy_tags_to_snapshot=True,
            iam_database_authentication_enabled=True,
            enabled_cloudwatch_logs_exports=list(kind.logs),
            # Or a change waits for the next maintenance window, and every plan until then shows it.
            apply_immediately=True,
            deletion_protection=settings.protected,
            **self._final_snapshot(),
            tags={"Name": settings.name},
            lifecycle=self._lifecycle(MOVED_BY_A_FAILOVER),
            depends_on=self._log_groups("cluster"),
        )
        self.ready = [self._instance(cluster, zone) for zone in settings.zones] or [cluster]
        self.writer_endpoint, self.reader_endpoint = cluster.endpoint, cluster.reader_endpoint

    def _parameters(self) -> str:
        settings = self._settings
        return RdsClusterParameterGroup(
            self,
            "parameters",
            name_prefix=f"{settings.name}-",
            family=family(settings.kind.engine, settings.data.version or ""),
            description="TLS and logs",
            parameter=[
                RdsClusterParameterGroupParameter(name=name, value=value)
                for name, value in settings.kind.parameters.items()
            ],
            lifecycle=REPLACED_FIRST,
        ).name

    def _instance(self, cluster: RdsCluster, zone: str) -> RdsClusterInstance:
        letter = zone_letter(zone)
        name = f"{self._settings.name}-{letter}"
        return RdsClusterInstance(
            self,
            f"instance_{letter}",
            identifier=name,
            cluster_identifier=cluster.id,
            engine=self._settings.kind.engine,
            instance_class=self._settings.data.instance_class,
            availability_zone=zone,
            # Minor versions of a global database are upgraded for all of its members.
            auto_minor_version_upgrade=False,
            apply_immediately=True,
            copy_tags_to_snapshot=True,
            **self._insights(),
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(ignore_changes=["engine_version"]),
        )
