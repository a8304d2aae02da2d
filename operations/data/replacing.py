"""Replaces an RDS instance that was the source by a replica of the one that is now."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]
from rich.console import Console

from environments import Environment
from functions.failover_control.database import AVAILABLE
from functions.failover_control.notes import code_of
from modules.database_settings import INSIGHTS_DAYS, STORAGE_GROWTH
from operations.aws import Connect, refused
from operations.data.regions import RegionalDatabase
from operations.data.waiting import Patience, wait_until
from terminal.errors import OperationError

SOURCE = "ReadReplicaSourceDBInstanceIdentifier"


class Replacement:
    """The steps, each of which is skipped where it is done already: what an interrupt has stopped
    goes on where it was. Everything it needs has a name that follows from the environment file.

    RDS makes no replica of an instance that was a source:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html

    copy: the region whose instance is replaced. writer: the other one.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        copy: RegionalDatabase,
        writer: RegionalDatabase,
        console: Console,
        patience: Patience,
        connect: Connect,
    ) -> None:
        self._environment, self._copy, self._writer = environment, copy, writer
        self._console, self._patience, self._connect = console, patience, connect
        self._name, self._rds = copy.settings.name, copy.rds

    def run(self, confirm: Callable[[str], None]) -> None:
        """Keeps the old instance's data in a snapshot, deletes it, and creates the replica under
        its name. Raises OperationError."""
        found = self._found()
        if found is not None and (_is_going(found) or not found.get(SOURCE)):
            if not _is_going(found):
                confirm(f"Delete {self._name} in {self._copy.region}, and keep a snapshot of it?")
                self._keep(found)
                self._delete()
            self._wait(f"{self._name} to be gone", lambda: self._found() is None)
            found = None
        if found is None:
            with refused(f"{self._name} cannot be created as a replica"):
                self._rds.create_db_instance_read_replica(**self._arguments())
        self._wait(f"{self._name} to be a replica", self._is_available)
        self._complete()
        self._console.print(
            f"{self._copy} follows {self._writer}. Terraform finds it by its name: a plan shows no"
            " changes. docs/data.md says how to go back.",
            soft_wrap=True,
        )

    def _keep(self, found: Any) -> None:
        """A snapshot for each instance that had the name: its resource ID is part of it."""
        snapshot = f"{self._name}-lost-writes-{found['DbiResourceId'][-8:].lower()}"
        with refused(f"no snapshot can be taken of {self._name}"):
            try:
                self._rds.create_db_snapshot(
                    DBInstanceIdentifier=self._name, DBSnapshotIdentifier=snapshot
                )
            except ClientError as error:
                if code_of(error) != "DBSnapshotAlreadyExists":
                    raise

        def kept() -> bool:
            with refused(f"the snapshot {snapshot} cannot be read"):
                asked = self._rds.describe_db_snapshots(DBSnapshotIdentifier=snapshot)
            return asked["DBSnapshots"][0]["Status"] == AVAILABLE

        self._wait(f"the snapshot {snapshot}", kept)
        self._console.print(f"what {self._name} had is kept in the snapshot {snapshot}")

    def _delete(self) -> None:
        with refused(f"{self._name} cannot be deleted"):
            self._rds.modify_db_instance(
                DBInstanceIdentifier=self._name, DeletionProtection=False, ApplyImmediately=True
            )
            self._rds.delete_db_instance(DBInstanceIdentifier=self._name, SkipFinalSnapshot=True)

    def _complete(self) -> None:
        """Gives the replica what a new one cannot have: backups, and with PostgreSQL its parameter
        group, which only counts after a restart.

        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.Associating.html
        """
        with refused(f"{self._name} cannot be changed"):
            self._rds.modify_db_instance(
                DBInstanceIdentifier=self._name,
                BackupRetentionPeriod=self._copy.settings.data.backup_days,
                DBParameterGroupName=self._parameters(),
                ApplyImmediately=True,
            )
        self._wait(f"{self._name} to have backups", self._is_available)
        if "pending-reboot" in self._parameters_are():
            with refused(f"{self._name} cannot be restarted"):
                self._rds.reboot_db_instance(DBInstanceIdentifier=self._name)
            self._wait(f"{self._name} to restart", self._is_available)

    def _arguments(self) -> dict[str, Any]:
        """What Terraform would create, so that a plan shows no changes afterwards."""
        settings, data = self._copy.settings, self._copy.settings.data
        made: dict[str, Any] = {
            "DBInstanceIdentifier": self._name,
            "SourceDBInstanceIdentifier": self._arn_of_the_writer(),
            "DBInstanceClass": data.instance_class,
            "MultiAZ": settings.multi_az,
            "Port": settings.kind.port,
            "StorageType": "gp3",
            "MaxAllocatedStorage": data.storage_gib * STORAGE_GROWTH,
            "KmsKeyId": self._key(),
            "DBSubnetGroupName": self._name,
            "VpcSecurityGroupIds": [self._security_group()],
            "PubliclyAccessible": False,
            "AutoMinorVersionUpgrade": False,
            "CopyTagsToSnapshot": True,
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": list(settings.kind.logs),
            "DeletionProtection": settings.protected,
            "Tags": [{"Key": key, "Value": value} for key, value in self._tags().items()],
        }
        if not settings.kind.postgres:
            made["DBParameterGroupName"] = self._parameters()
        if data.performance_insights:
            made |= {
                "EnablePerformanceInsights": True,
                "PerformanceInsightsKMSKeyId": made["KmsKeyId"],
                "PerformanceInsightsRetentionPeriod": INSIGHTS_DAYS,
            }
        return made

    def _tags(self) -> dict[str, str]:
        return {
            **self._environment.tags,
            "Deployment": self._environment.name,
            "Stack": self._copy.role,
            "ManagedBy": "cdktf",
            "Name": self._name,
        }

    def _arn_of_the_writer(self) -> str:
        with refused(f"{self._writer.settings.name} cannot be read"):
            asked = self._writer.rds.describe_db_instances(
                DBInstanceIdentifier=self._writer.settings.name
            )
        return asked["DBInstances"][0]["DBInstanceArn"]

    def _key(self) -> str:
        kms = self._connect("kms", self._copy.region)
        with refused(f"the key alias/{self._name} cannot be read"):
            return kms.describe_key(KeyId=f"alias/{self._name}")["KeyMetadata"]["Arn"]

    def _parameters(self) -> str:
        """Terraform adds a suffix of its own to the name."""
        with refused("the parameter groups cannot be read"):
            pages = self._rds.get_paginator("describe_db_parameter_groups").paginate()
            names = [
                group["DBParameterGroupName"]
                for page in pages
                for group in page["DBParameterGroups"]
            ]
        return self._only(
            [one for one in names if one.startswith(f"{self._name}-")], "parameter group"
        )

    def _security_group(self) -> str:
        ec2 = self._connect("ec2", self._copy.region)
        wanted = [{"Name": "tag:Name", "Values": [self._name]}]
        with refused("the security groups cannot be read"):
            groups = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
        return self._only([one["GroupId"] for one in groups], "security group")

    def _only(self, found: list[str], what: str) -> str:
        if len(found) != 1:
            raise OperationError(
                f"{len(found)} {what}s are named after {self._name}, and there must be one"
            )
        return found[0]

    def _found(self) -> Any:
        """The instance as it is; None if there is none."""
        with refused(f"{self._name} cannot be read"):
            try:
                asked = self._rds.describe_db_instances(DBInstanceIdentifier=self._name)
            except ClientError as error:
                if code_of(error) in {"DBInstanceNotFound", "DBInstanceNotFoundFault"}:
                    return None
                raise
        return asked["DBInstances"][0]

    def _is_available(self) -> bool:
        """Also as to its parameters, which RDS may still be applying."""
        found = self._found()
        if found is None or found["DBInstanceStatus"] != AVAILABLE:
            return False
        return "applying" not in _parameters_of(found)

    def _parameters_are(self) -> list[str]:
        return _parameters_of(self._found() or {})

    def _wait(self, what: str, arrived: Callable[[], bool]) -> None:
        wait_until(what, arrived, self._patience, self._console)


def _is_going(found: Mapping[str, Any]) -> bool:
    return found["DBInstanceStatus"] == "deleting"


def _parameters_of(found: Mapping[str, Any]) -> list[str]:
    """What became of an instance's parameter groups: in-sync, applying, pending-reboot."""
    return [one["ParameterApplyStatus"] for one in found.get("DBParameterGroups", ())]
