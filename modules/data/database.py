"""What every database has, whatever its engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from constructs import Construct

from environments.data import READER_HOST, WRITER_HOST
from modules.data.password import Password, read_secret
from modules.database_settings import INSIGHTS_DAYS, DatabaseSettings
from modules.encryption import Key
from modules.module import Module

# A new group exists before the database lets go of the old one.
REPLACED_FIRST = TerraformResourceLifecycle(create_before_destroy=True)


@dataclass(frozen=True)
class Placement:
    """Where a database is, and who administers it."""

    region: str
    account_id: str
    subnet_ids: Sequence[str]
    security_group_id: str
    log_days: int
    log_key_arn: str | None


class Database(Module):
    """What every engine has: a key of its own, a subnet group, the logs' groups, and in the first
    region the password.

    Args:
        settings: What it is to be.
        placement: Where it is.
    """

    writer_endpoint: str
    """Host name for reading and writing. An Aurora standby has none until it is promoted."""
    reader_endpoint: str
    """Host name for reading alone."""
    ready: Sequence[ITerraformDependable]
    """What must exist before the application can connect."""

    def __init__(
        self, scope: Construct, id: str, *, settings: DatabaseSettings, placement: Placement
    ) -> None:
        super().__init__(scope, id)
        self._settings, self._placement = settings, placement
        name = settings.name
        self._key_arn = Key(
            self,
            "key",
            name=name,
            region=placement.region,
            account_id=placement.account_id,
            purpose="the database",
            for_alerts_and_logs=False,
        ).arn
        self._subnet_group = DbSubnetGroup(
            self,
            "subnet_group",
            name=name,
            description="The application's database",
            subnet_ids=list(placement.subnet_ids),
            tags={"Name": name},
        ).name
        self._password = None
        if settings.first:
            self._password = Password(
                self,
                "password",
                name=settings.secret,
                version=settings.data.password_version,
                replica_region=settings.other_region,
                protected=settings.protected,
            )

    @property
    def hosts(self) -> dict[str, str]:
        """What stands in the instances' user data for the endpoints, and the endpoints."""
        return {WRITER_HOST: self.writer_endpoint, READER_HOST: self.reader_endpoint}

    def access(self) -> list[dict[str, Any]]:
        """Statements that let the application read its user and password."""
        return [read_secret(self._settings.secret)]

    def _log_groups(self, folder: str) -> list[ITerraformDependable]:
        """RDS would create the groups itself, to keep logs for ever and under no key of ours."""
        return [
            CloudwatchLogGroup(
                self,
                f"{log}_log",
                name=f"/aws/rds/{folder}/{self._settings.name}/{log}",
                retention_in_days=self._placement.log_days,
                kms_key_id=self._placement.log_key_arn,
            )
            for log in self._settings.kind.logs
        ]

    def _final_snapshot(self) -> dict[str, Any]:
        """The first region's database leaves last, and leaves a snapshot; a copy needs none."""
        wanted = self._settings.first and self._settings.data.final_snapshot
        return {
            "skip_final_snapshot": not wanted,
            "final_snapshot_identifier": f"{self._settings.name}-final" if wanted else None,
        }

    def _insights(self) -> dict[str, Any]:
        if not self._settings.data.performance_insights:
            return {"performance_insights_enabled": False}
        return {
            "performance_insights_enabled": True,
            "performance_insights_kms_key_id": self._key_arn,
            "performance_insights_retention_period": INSIGHTS_DAYS,
        }

    def _lifecycle(self, ignored: Sequence[str]) -> TerraformResourceLifecycle:
        """A change that would replace the database, such as of its key, is refused by the plan."""
        return TerraformResourceLifecycle(
            prevent_destroy=self._settings.protected or None, ignore_changes=list(ignored)
        )


def family(engine: str, version: str) -> str:
    """The parameter group family of an engine's version: aurora-postgresql16, mysql8.0.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html
    """
    major, minor = version.split(".")[:2]
    return f"{engine}{major}" if "postgres" in engine else f"{engine}{major}.{minor}"
