"""Fixes of moto's RDS read replicas, across regions too."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.core.utils import utcnow
from moto.rds.models import DBInstance, RDSBackend, rds_backends
from moto.rds.utils import split_arn

# A replica does not inherit these of its source:
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
DEFAULTS: dict[str, Any] = {
    "multi_az": False,
    "deletion_protection": False,
    "backup_retention_period": 0,
    "copy_tags_to_snapshot": False,
    "monitoring_interval": 0,
    "monitoring_role_arn": None,
    "master_user_password": None,
}


def replicas_have_settings_of_their_own() -> None:
    """moto's replica is a copy of its source, with its source's tags, logs, subnets, security
    groups and zone, even from another region.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html
    """
    create = RDSBackend.create_db_instance_read_replica

    def create_replica(self: RDSBackend, db_kwargs: dict[str, Any]) -> DBInstance:
        source = self.find_db_from_id(db_kwargs["source_db_instance_identifier"])
        asked = dict(db_kwargs)
        # moto would look for it in the source's region.
        subnets = db_kwargs.pop("db_subnet_group_name", None)
        replica = create(self, db_kwargs)
        if subnets is not None:
            replica.db_subnet_group_name = subnets
        replica.created = replica.instance_create_time = utcnow()
        replica.tags = asked.get("tags") or []
        logs = asked.get("enable_cloudwatch_logs_exports")
        replica.enabled_cloudwatch_logs_exports = list(logs or ())
        replica.performance_insights_enabled = bool(asked.get("enable_performance_insights"))
        for name, value in DEFAULTS.items():
            if asked.get(name) is None:
                setattr(replica, name, value)
        if source.region != self.region_name:
            _settle(replica, source, asked)
        return replica

    RDSBackend.create_db_instance_read_replica = create_replica


def _settle(replica: DBInstance, source: DBInstance, asked: dict[str, Any]) -> None:
    """Replaces what is of the source's region."""
    if asked.get("db_subnet_group_name") is None:
        replica.__dict__.pop("db_subnet_group", None)
    group = replica.__dict__.get("db_subnet_group")
    subnets = group.subnets if group is not None else ()
    zones = [each["SubnetAvailabilityZone"]["Name"] for each in subnets]
    first = min(zones, default=f"{replica.region}a")
    replica.availability_zone = asked.get("availability_zone") or first
    replica.vpc_security_group_ids = list(asked.get("vpc_security_group_ids") or ())
    replica.db_parameter_group_name = asked.get("db_parameter_group_name")
    replica.storage_encrypted = source.storage_encrypted
    replica.kms_key_id = asked.get("kms_key_id")


def replicas_tell_how_they_replicate() -> None:
    """moto's replica does not tell whether it follows its source.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstanceStatusInfo.html
    """

    def status_infos(self: DBInstance) -> list[dict[str, Any]]:
        if not self.is_replica or source_of(self) is None:
            return []
        return [{"StatusType": "read replication", "Normal": True, "Status": "replicating"}]

    DBInstance.status_infos = property(status_infos)


def promoted_replicas_are_on_their_own() -> None:
    """moto's promoted replica keeps its source, and its source keeps the replica.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
    """
    promote = RDSBackend.promote_read_replica

    def promoted(self: RDSBackend, db_kwargs: dict[str, Any]) -> DBInstance:
        replica = self.describe_db_instances(db_kwargs["db_instance_identifier"])[0]
        _part(replica)
        instance = promote(self, db_kwargs)
        instance.source_db_instance_identifier = None
        instance.backup_retention_period = db_kwargs.get("backup_retention_period") or max(
            instance.backup_retention_period, 1
        )
        return instance

    RDSBackend.promote_read_replica = promoted


def _part(replica: DBInstance) -> None:
    """Takes a replica off its source's list, if the source is still there."""
    source = source_of(replica)
    if source is not None:
        source.remove_replica(replica)


def source_of(replica: DBInstance) -> DBInstance | None:
    """The instance that this one replicates, from whatever region; None if it is gone."""
    identifier = replica.source_db_instance_identifier or ""
    region, name = replica.region, identifier
    if identifier.startswith("arn:"):
        region, _, _, name = split_arn(identifier)
    return rds_backends[replica.account_id][region].databases.get(name)


def deleted_replicas_leave_their_source() -> None:
    """moto cannot delete a replica of another region, nor one whose source is gone.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
    """
    delete = RDSBackend.delete_db_instance

    def remove_replica(self: DBInstance, replica: DBInstance) -> None:
        named = (replica.db_instance_arn, replica.db_instance_identifier)
        self.replicas = [one for one in self.replicas if one not in named]

    def delete_db_instance(
        self: RDSBackend, db_instance_identifier: str, *args: Any, **kwargs: Any
    ) -> DBInstance:
        instance = self.databases.get(db_instance_identifier)
        if instance is not None and source_of(instance) is None:
            instance.is_replica = False
        return delete(self, db_instance_identifier, *args, **kwargs)

    DBInstance.remove_replica = remove_replica
    RDSBackend.delete_db_instance = delete_db_instance
