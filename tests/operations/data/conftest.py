"""A deployment's database in an embedded AWS, and nothing else of it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from rich.console import Console

from environments import ROLES, Environment, Role
from modules.data.database import family
from operations.data import commands, overview
from operations.data.regions import databases, writer_of
from operations.data.waiting import Patience
from sandbox.embedded_aws import EmbeddedAws, cloned
from tests.databases import AURORA, with_database
from tests.sandbox.embedded_aws.databases import MASTER, cluster, instance, member, replica
from tests.sandbox.embedded_aws.refusals.network import network

PRIMARY, STANDBY = "ap-south-1", "us-east-1"
QUICK = Patience(poll=0.01, timeout=3)


@dataclass
class Operator:
    """Runs the commands on a deployment, and remembers what they print."""

    environment: Environment
    aws: EmbeddedAws
    asked: list[str] = field(default_factory=list[str])
    console: Console = field(default_factory=lambda: Console(file=io.StringIO(), width=250))

    def connect(self, service: str, region: str) -> Any:
        return self.aws.client(service, region)

    @property
    def said(self) -> str:
        assert isinstance(self.console.file, io.StringIO)
        return re.sub(r"\s+", " ", self.console.file.getvalue())

    @property
    def writer(self) -> Role:
        return writer_of(self.environment, self.connect)

    def show(self) -> str:
        overview.show(self.environment, self.console, self.connect)
        return self.said

    def promote(self, role: Role = "dr", *, patience: Patience = QUICK, **more: Any) -> None:
        commands.promote(
            self.environment,
            role,
            console=self.console,
            patience=patience,
            connect=self.connect,
            **{"even_so": True, "confirm": self.asked.append, **more},
        )

    def switchover(self, role: Role = "primary") -> None:
        self._run(partial(commands.switchover, self.environment, role))

    def resync(self) -> None:
        self._run(partial(commands.resync, self.environment, confirm=self.asked.append))

    def _run(self, command: Any) -> None:
        command(console=self.console, patience=QUICK, connect=self.connect)

    def states(self) -> dict[Role, Any]:
        found = databases(self.environment, self.connect)
        return {role: found[role].state() for role in ROLES}


def lose_and_promote(operator: Operator) -> None:
    operator.aws.lose(PRIMARY)
    operator.promote()


def told(operator: Operator, region: str, monkeypatch: pytest.MonkeyPatch, **said: Any) -> None:
    """Has RDS in a region tell this of its instance."""
    connect = operator.connect

    class Rds:
        def __init__(self, rds: Any) -> None:
            self.rds = rds

        def __getattr__(self, name: str) -> Any:
            return getattr(self.rds, name)

        def describe_db_instances(self, **asked: Any) -> dict[str, Any]:
            found = self.rds.describe_db_instances(**asked)
            (instance,) = found["DBInstances"]
            return {"DBInstances": [{**instance, **said}]}

    def connected(service: str, where: str) -> Any:
        made = connect(service, where)
        return Rds(made) if (service, where) == ("rds", region) else made

    monkeypatch.setattr(operator, "connect", connected)


def deploy(environment: Environment, aws: EmbeddedAws) -> None:
    """Creates what Terraform would: both regions' databases, by the names that they have."""
    data, kind = environment.data, environment.data.kind
    assert kind is not None
    version = {"Engine": kind.engine, "EngineVersion": data.version}
    names = {role: environment.database(role) for role in ROLES}
    places = {role: environment.regional(role).region for role in ROLES}
    if data.engine not in AURORA:
        for role in ROLES:
            surroundings(environment, aws, role)
        source = instance(
            aws,
            places["primary"],
            DBInstanceIdentifier=names["primary"],
            BackupRetentionPeriod=1,
            StorageEncrypted=True,
            KmsKeyId=f"alias/{names['primary']}",
            DeletionProtection=True,
            **version,
        )
        key = f"alias/{names['dr']}"
        replica(aws, source, places["dr"], DBInstanceIdentifier=names["dr"], KmsKeyId=key)
        return
    joined = environment.global_database
    aws.client("rds", places["dr"]).create_global_cluster(GlobalClusterIdentifier=joined, **version)
    for role in ROLES:
        user = MASTER if role == "primary" else {}
        made = cluster(
            aws,
            places[role],
            DBClusterIdentifier=names[role],
            GlobalClusterIdentifier=joined,
            **version,
            **user,
        )
        if role == "primary" or environment.failover.strategy != "pilot_light":
            member(aws, made, DBInstanceIdentifier=f"{names[role]}-a")


def surroundings(environment: Environment, aws: EmbeddedAws, role: Role) -> None:
    """What an RDS instance of ours has around it: a key, subnets, parameters, a security group."""
    name, region = environment.database(role), environment.regional(role).region
    kind = environment.data.kind
    assert kind is not None
    around = network(aws, region)
    kms, rds = aws.client("kms", region), aws.client("rds", region)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    rds.create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription="-", SubnetIds=around.subnets
    )
    rds.create_db_parameter_group(
        DBParameterGroupName=f"{name}-20261129",
        DBParameterGroupFamily=family(kind.engine, environment.data.version or ""),
        Description="-",
    )
    tags = [{"Key": "Name", "Value": name}]
    aws.client("ec2", region).create_tags(Resources=[around.group], Tags=tags)


@pytest.fixture
def operator_of(new_aws: EmbeddedAws, tmp_path: Any) -> Iterator[Any]:
    """Deploys an engine with a strategy to an AWS of its own."""
    with cloned(new_aws, tmp_path / "aws") as one:

        def deployed(engine: str, strategy: str = "hot", **data: Any) -> Operator:
            environment = with_database(engine, strategy, **data)
            deploy(environment, one.aws)
            return Operator(environment, one.aws)

        yield deployed


@pytest.fixture(params=AURORA)
def aurora(request: pytest.FixtureRequest, operator_of: Any) -> Operator:
    return operator_of(request.param)
