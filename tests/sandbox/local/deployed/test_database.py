"""A global database, as the real provider deployed it: its writer's region is lost, the standby's
copy promoted, the other brought back, and the writer switched over. After each step, every plan
that can be made shows no changes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from emitted import STACK_NAMES
from environments import REMOTE_STACKS, ROLES
from functions.failover_control.agreed import (
    DOWN_KEY,
    HEALTHY_ADDRESS,
    TAKEN_BY_AURORA,
    UNHEALTHY_ADDRESS,
)
from functions.failover_control.handler import handle
from functions.failover_control.keeper import DatabaseKeeper
from functions.standby_watch.handler import handle as watch
from tests.command_line import failover
from tests.functions.failover_control.world import Run
from tests.sandbox.local.deployed.lighter import lightened
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

MINUTE = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
QUICKLY = ("--every", "0.1", "--timeout", "20")


class Database:
    """The deployed database, through `failover data`."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed, self.environment = deployed, deployed.environment

    def run(self, *arguments: str, code: int = 0) -> str:
        """What `failover` prints."""
        chosen = ("-e", str(self.deployed.file))
        environ = dict(self.deployed.aws.variables)
        # No release runs, so Route 53 finds nothing healthy: here, nobody can ask it.
        del environ["FAILOVER_NAME_SERVERS"]
        done = failover(*arguments, *chosen, environ=environ)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def writers(self) -> list[str]:
        """The regions whose members of the global database are writers."""
        rds = self.deployed.aws.client("rds", self.environment.dr.region)
        (found,) = rds.describe_global_clusters()["GlobalClusters"]
        members = found["GlobalClusterMembers"]
        return [one["DBClusterArn"].split(":")[3] for one in members if one["IsWriter"]]

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A minute of the deployed standby watch, with its own role."""
        name = f"{self.environment.name}-standby-watch"
        self._as_function(name, self.environment.primary.region, monkeypatch)
        watch({}, None, lookup=lambda _: {HEALTHY_ADDRESS})

    def minute(self, monkeypatch: pytest.MonkeyPatch, primary: str) -> list[str]:
        """A minute of the deployed failover control, with its own role, in which Route 53 says this
        of the primary."""
        environment = self.environment
        self._as_function(environment.control_name, environment.dr.region, monkeypatch)
        dns = {
            environment.health_name("primary"): {primary},
            environment.health_name("dr"): {HEALTHY_ADDRESS},
        }
        return handle(MINUTE, Run(), lookup=lambda name: dns[name], sleep=lambda _: None)

    def _as_function(self, name: str, region: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Gives this process a function's variables and the credentials of its role."""
        aws = self.deployed.aws
        found = aws.client("lambda", region).get_function(FunctionName=name)["Configuration"]
        role = aws.assume(found["Role"].rpartition("/")[2])
        given = {**role.variables, **found["Environment"]["Variables"]}
        for key, value in {**given, "AWS_DEFAULT_REGION": region}.items():
            monkeypatch.setenv(key, value)
        monkeypatch.delenv("AWS_REGION", raising=False)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def database(with_releases: Deployed) -> Database:
    return Database(lightened(with_releases))


def clean(deployed: Deployed, *stacks: str) -> None:
    for stack in stacks:
        planned = deployed.run(
            stack, "plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false"
        )
        assert planned.returncode == 0, f"{stack}: {planned.stdout}{planned.stderr}"


def states(deployed: Deployed) -> Iterator[str]:
    for stack in REMOTE_STACKS:
        place = deployed.environment.backend(stack)
        s3 = deployed.aws.client("s3", place.region)
        yield s3.get_object(Bucket=place.bucket, Key=place.key)["Body"].read().decode()
    name = deployed.environment.name
    yield (deployed.workspace.folder / name / f"bootstrap.{name}.tfstate").read_text()


def test_the_password_is_in_both_regions_and_in_no_state(database: Database) -> None:
    deployed, environment = database.deployed, database.environment
    found: list[dict[str, Any]] = []
    for role in ROLES:
        secrets = deployed.aws.client("secretsmanager", environment.regional(role).region)
        text = secrets.get_secret_value(SecretId=environment.database_secret)["SecretString"]
        found.append(json.loads(text))
    assert found[0] == found[1]
    assert found[0]["username"] == "application"
    password = found[0]["password"]
    assert password.isalnum()
    assert len(password) == 32
    for role in ROLES:
        assert password not in (deployed.folder(role) / "cdk.tf.json").read_text()
    for state in states(deployed):
        assert "application" in state or "bucket" in state
        assert password not in state


def test_an_operator_promotes_and_brings_the_writer_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed, environment = database.deployed, database.environment
    primary, standby = environment.primary.region, environment.dr.region
    shown = database.run("data", "show")
    assert "RPO: 300 s = 60 s lag" in shown
    assert database.writers == [primary]

    refused = database.run("data", "promote", "--accept-loss", *QUICKLY, code=1)
    assert "the failover switch is clear" in refused
    deployed.aws.lose(primary)
    database.run("switch", "set", "--yes", "--reason", "lost")
    promoted = database.run("data", "promote", "--accept-loss", *QUICKLY)
    assert f"standby, {standby} takes writes" in promoted
    assert database.writers == [standby]
    assert "takes writes already" in database.run("data", "promote", *QUICKLY)
    assert f"{primary} is lost" in database.run("data", "show")
    clean(deployed, "dr")
    refused = database.run("switch", "clear", "--yes", "--force", code=1)
    assert f"it does in {standby}" in refused
    assert f"{primary} is lost" in database.run("data", "switchover", *QUICKLY, code=1)

    deployed.aws.restore(primary)
    refused = database.run("switch", "clear", "--yes", "--force", code=1)
    assert f"the primary's database takes no writes; it does in {standby}" in refused
    database.watch(monkeypatch)
    rds = deployed.aws.client("rds", primary)
    snapshots = rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    by_name = {one["DBClusterSnapshotIdentifier"]: one["SnapshotType"] for one in snapshots}
    assert any(name.startswith(TAKEN_BY_AURORA) for name in by_name)
    ((kept, kind),) = ((name, kind) for name, kind in by_name.items() if "-lost-writes-" in name)
    assert kind == "manual"
    resynced = database.run("data", "resync", *QUICKLY)
    assert "`failover data switchover` loses nothing now" in resynced
    assert f"are kept in the snapshot {kept}" in resynced
    clean(deployed, *STACK_NAMES)

    assert "none was lost" in database.run("data", "switchover", *QUICKLY)
    assert database.writers == [primary]
    assert "clear: users return" in database.run("switch", "clear", "--yes", "--force")
    clean(deployed, *STACK_NAMES)


def test_the_control_promotes_by_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed, environment = database.deployed, database.environment
    assert environment.data.promotes
    monkeypatch.setattr("functions.failover_control.control.DISTRUST_DNS", timedelta(0))
    database.minute(monkeypatch, HEALTHY_ADDRESS)
    deployed.aws.lose(environment.primary.region)
    done = database.minute(monkeypatch, UNHEALTHY_ADDRESS)
    assert "switch set" in done
    assert database.writers == [environment.primary.region], "two minutes have not passed"
    # The test's, and no one else's, clock: the object's time is S3's.
    s3 = deployed.aws.client("s3", environment.dr.region)
    down = s3.head_object(Bucket=environment.switch_bucket, Key=DOWN_KEY)["LastModified"]
    later = partial(DatabaseKeeper, now=lambda: down + timedelta(minutes=2))
    monkeypatch.setattr("functions.failover_control.handler.DatabaseKeeper", later)
    done = database.minute(monkeypatch, UNHEALTHY_ADDRESS)
    assert "promotion of the standby's database started" in done
    assert database.writers == [environment.dr.region]
    assert database.minute(monkeypatch, UNHEALTHY_ADDRESS) == []
    clean(deployed, "dr")


def test_what_is_protected_stays(database: Database) -> None:
    """An administrator's slip is refused by AWS: the writer and the global database stay."""
    aws, environment = database.deployed.aws, database.environment
    rds = aws.client("rds", environment.primary.region)
    for ask in (
        lambda: rds.delete_db_cluster(
            DBClusterIdentifier=environment.database("primary"), SkipFinalSnapshot=True
        ),
        lambda: rds.delete_global_cluster(GlobalClusterIdentifier=environment.global_database),
    ):
        with pytest.raises(rds.exceptions.ClientError):
            ask()
    assert database.writers == [environment.primary.region]
