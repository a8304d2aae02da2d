"""Whether both regions offer the database, and its secret's name is free."""

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from environments import ROLES
from functions.failover_control.notes import code_of
from operations.checks import Found, Status
from operations.preflight.account import Account


def databases_are_offered(account: Account) -> Found:
    """Each region must offer the class for the version: RDS withdraws versions, and has not every
    class in every region.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html
    """
    data = account.environment.data
    if data.kind is None:
        return
    wanted = f"{data.instance_class} with {data.kind.engine} {data.version}"
    for role in ROLES:
        region = account.environment.regional(role).region
        found = account.client("rds", region).describe_orderable_db_instance_options(
            Engine=data.kind.engine,
            EngineVersion=data.version,
            DBInstanceClass=data.instance_class,
            MaxRecords=20,
        )["OrderableDBInstanceOptions"]
        if not found:
            choose = "set data.engine_version or data.instance_class"
            yield Status.MISSING, f"{region} does not offer {wanted}: {choose}"
        elif data.kind.aurora and not any(
            option.get("SupportsGlobalDatabases", True) for option in found
        ):
            yield Status.MISSING, f"{region} has no global databases of {wanted}"
        else:
            yield Status.READY, f"{region} offers {wanted}"


def secret_is_free(account: Account) -> Found:
    """A secret that was deleted keeps its name for up to 30 days:
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
    """
    environment = account.environment
    if environment.data.kind is None:
        return
    name = environment.database_secret
    for role in ROLES:
        region = environment.regional(role).region
        try:
            found = account.client("secretsmanager", region).describe_secret(SecretId=name)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            yield Status.READY, f"{name} is available in {region}"
            continue
        if "DeletedDate" in found:
            command = f"aws secretsmanager restore-secret --region {region} --secret-id {name}"
            yield Status.MISSING, f"{name} in {region} is being deleted: wait, or {command}"
        else:
            yield Status.READY, f"{name} in {region} exists, as this deployment configures it"
