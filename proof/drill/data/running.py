"""Makes the databases of a drill, and ends them with it."""

import json
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from environments import ROLES, Environment, Role
from functions.failover_control.database import region_of
from operations.aws import Connect
from proof.drill.data.databases import Databases
from proof.drill.data.given import VARIABLES, check_endpoints, give, secret_of
from proof.drill.journal import Journal
from proof.drill.postgres.replication import USER, ReplicatedDatabase
from proof.drill.postgres.software import find_programs
from proof.drill.reading import Emitted
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError

# Seconds, by the drill's clock, that each byte takes from one region to the other. Between distant
# regions it takes a tenth of it; an Aurora Global Database is usually less than a second behind.
DISTANCE = 1.0


def plays_data(environment: Environment) -> bool:
    """Whether the drill can play an environment's database: it has PostgreSQL alone, and no
    Terraform to make a new replica as RDS needs it after each failover."""
    return environment.data.engine == "aurora-postgresql" and environment.failover.latches


@contextmanager
def running(
    environment: Environment,
    emitted: Emitted,
    aws: EmbeddedAws,
    connect: Connect,
    *,
    journal: Journal,
    folder: Path,
) -> Generator[Databases]:
    """Runs them. folder: for their files, and created here.

    Raises OperationError where there is no PostgreSQL, or what the instances are told is wrong.
    """
    assert emitted.data is not None  # noqa: S101 - only where there is a database
    check_endpoints(environment, emitted, connect)
    secrets: dict[Role, str] = {role: secret_of(environment, role, connect) for role in ROLES}
    folder.mkdir(mode=0o755)
    pair = ReplicatedDatabase(
        folder / "servers",
        find_programs(),
        delay=DISTANCE,
        now=lambda: journal.clock.now,
        name=environment.data.database,
        password=_password(secrets["primary"]),
    )
    with closing(pair):
        pair.create()
        ports: dict[Role, int] = {role: pair.servers[role].port for role in ROLES}
        variables = give(environment, folder / "given", ports, secrets)
        _tidy(environment, connect)
        aws.give_instances(folder / "given" / VARIABLES)
        try:
            yield Databases(environment, pair, journal, variables, promise=emitted.data)
        finally:
            (folder / "given" / VARIABLES).write_text("{}")
            aws.give_instances(folder / "given" / VARIABLES)
            _tidy(environment, connect)


def _password(secret: str) -> str:
    read = json.loads(secret)
    if read["username"] != USER:
        raise OperationError(f"the secret is of {read['username']}, and the drill's user is {USER}")
    password: str = read["password"]
    return password


def _tidy(environment: Environment, connect: Connect) -> None:
    """Makes the primary's the writer in the embedded AWS, as it is after a deployment."""
    region, name = environment.primary.region, environment.global_database
    asked = {"GlobalClusterIdentifier": name}
    (found,) = connect("rds", region).describe_global_clusters(**asked)["GlobalClusters"]
    arns: dict[bool, str] = {
        one["IsWriter"]: one["DBClusterArn"] for one in found["GlobalClusterMembers"]
    }
    writer = region_of(arns[True])
    if writer != region:
        rds = connect("rds", writer)
        rds.switchover_global_cluster(**asked, TargetDbClusterIdentifier=arns[False])
