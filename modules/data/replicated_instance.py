"""An RDS instance, and its read replica in the other region."""

from typing import Any

from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_parameter_group import (
    DbParameterGroup,
    DbParameterGroupParameter,
)
from constructs import Construct

from modules.data.database import REPLACED_FIRST, Database, Placement, family
from modules.data.password import USER
from modules.database_settings import STORAGE_GROWTH, DatabaseSettings

# Terraform would promote a replica to remove it, and cannot make a replica of an instance.
MOVED_BY_A_PROMOTION = ("replicate_source_db", "db_name", "username")


class ReplicatedInstance(Database):
    """An RDS instance. The first region's is the source, and the other a read replica of it.

    A promotion is one-way: the replica is an instance of its own from then on.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: DatabaseSettings, placement: Placement
    ) -> None:
        super().__init__(scope, id, settings=settings, placement=placement)
        data, kind = settings.data, settings.kind
        instance = DbInstance(
            self,
            "instance",
            identifier=settings.name,
            engine=kind.engine,
            engine_version=data.version,
            instance_class=data.instance_class,
            **self._content(),
            max_allocated_storage=data.storage_gib * STORAGE_GROWTH,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=self._key_arn,
            multi_az=settings.multi_az,
            port=kind.port,
            db_subnet_group_name=self._subnet_group,
            vpc_security_group_ids=[placement.security_group_id],
            parameter_group_name=self._parameters(),
            publicly_accessible=False,
            # A replica's too: without backups it could have no replica once it is promoted.
            backup_retention_period=data.backup_days,
            copy_tags_to_snapshot=True,
            iam_database_authentication_enabled=True,
            enabled_cloudwatch_logs_exports=list(kind.logs),
            auto_minor_version_upgrade=False,
            apply_immediately=True,
            **self._insights(),
            deletion_protection=settings.protected,
            **self._final_snapshot(),
            tags={"Name": settings.name},
            lifecycle=self._lifecycle(MOVED_BY_A_PROMOTION),
            depends_on=self._log_groups("instance"),
        )
        self.ready = [instance]
        self.writer_endpoint = self.reader_endpoint = instance.address

    def _content(self) -> dict[str, Any]:
        """A new database with a user, or a copy of the other region's."""
        settings, password = self._settings, self._password
        if password is None:
            account = self._placement.account_id
            source = f"arn:aws:rds:{settings.other_region}:{account}:db:{settings.other}"
            return {"replicate_source_db": source}
        return {
            "db_name": settings.data.database,
            "username": USER,
            "password_wo": password.value,
            "password_wo_version": password.version,
            "allocated_storage": settings.data.storage_gib,
        }

    def _parameters(self) -> str:
        settings = self._settings
        return DbParameterGroup(
            self,
            "parameters",
            name_prefix=f"{settings.name}-",
            family=family(settings.kind.engine, settings.data.version or ""),
            description="TLS and logs",
            parameter=[
                DbParameterGroupParameter(name=name, value=value)
                for name, value in settings.kind.parameters.items()
            ],
            lifecycle=REPLACED_FIRST,
        ).name
