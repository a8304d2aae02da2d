"""RDS: read replicas of instances.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html
"""

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.rds_engines import POSTGRES
from sandbox.embedded_aws.refusals.rds_known import combination, instance_of
from sandbox.embedded_aws.refusals.rule import Rules

SOURCE, PARAMETERS = "SourceDBInstanceIdentifier", "DBParameterGroupName"
STATE = "InvalidDBInstanceState"
MOST_REPLICAS = 15


def sources_are_backed_up(call: Call) -> None:
    """Refuses a replica of an instance that does not exist, is not available, has no backups or has
    15 replicas, and one of another region by other than its ARN.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    """
    name, source = call.parameters.get(SOURCE, ""), instance_of(call, SOURCE)
    if source is None:
        raise Refusal("DBInstanceNotFound", f"{SOURCE}: DBInstance {name} not found.", status=404)
    if source.status != "available":
        raise Refusal(STATE, f"{SOURCE}: {name} is {source.status}, not available")
    if source.backup_retention_period == 0:
        raise Refusal(
            STATE,
            "Automated backups are not enabled for this database instance. To enable automated "
            "backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
        )
    if len(source.replicas) >= MOST_REPLICAS:
        raise Refusal(STATE, f"{SOURCE}: {name} has {len(source.replicas)} read replicas")


def replicas_are_new(call: Call) -> None:
    """Refuses a replica of a name that an instance in the region has.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    """
    if instance_of(call) is not None:
        raise Refusal("DBInstanceAlreadyExists", "DB instance already exists")


def encrypted_replicas_have_keys(call: Call) -> None:
    """Refuses an encrypted replica in another region without a key of that region.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html
    """
    source, key = instance_of(call, SOURCE), call.parameters.get("KmsKeyId")
    if source is None or source.region == call.region:
        return
    if source.storage_encrypted and key is None:
        raise combination(
            "Cannot create a cross region encrypted read replica without specifying KmsKeyId of "
            f"{call.region}"
        )
    if not source.storage_encrypted and key is not None:
        raise combination("Cannot create an encrypted Read Replica from an unencrypted DB instance")


def postgresql_replicas_begin_with_default_parameters(call: Call) -> None:
    """Refuses a parameter group for a new replica of PostgreSQL, which gets one afterwards.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
    """
    source = instance_of(call, SOURCE)
    if source is not None and source.engine == POSTGRES and call.parameters.get(PARAMETERS):
        raise combination(
            "A parameter group can't be specified during Read Replica creation for the following "
            f"DB engine: {POSTGRES}"
        )


def sources_manage_their_passwords(call: Call) -> None:
    """Refuses that Secrets Manager manages the password of a replica's source, and a replica of an
    instance whose password it manages.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
    """
    modified = call.operation == "ModifyDBInstance"
    source = instance_of(call) if modified else instance_of(call, SOURCE)
    if source is None:
        return
    wanted = call.parameters.get("ManageMasterUserPassword") and source.replicas
    if wanted if modified else source.manage_master_user_password:
        raise combination(
            "ManageMasterUserPassword: not supported for the source of a read replica, "
            f"{source.db_instance_identifier}"
        )


def only_replicas_are_promoted(call: Call) -> None:
    """Refuses promoting an instance that does not exist, is no replica, or is not available, as
    while it is being backed up.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html
    """
    name, replica = call.parameters["DBInstanceIdentifier"], instance_of(call)
    if replica is None:
        raise Refusal("DBInstanceNotFound", f"DBInstance {name} not found.", status=404)
    if replica.source_db_instance_identifier is None:
        raise Refusal(STATE, f"DB Instance is not a read replica: {name}")
    if replica.status != "available":
        raise Refusal(STATE, f"{name} is {replica.status}, not available")


RULES: Rules = {
    ("rds", "CreateDBInstanceReadReplica"): (
        replicas_are_new,
        sources_are_backed_up,
        sources_manage_their_passwords,
        encrypted_replicas_have_keys,
        postgresql_replicas_begin_with_default_parameters,
    ),
    ("rds", "ModifyDBInstance"): (sources_manage_their_passwords,),
    ("rds", "PromoteReadReplica"): (only_replicas_are_promoted,),
}
