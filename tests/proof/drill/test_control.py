"""The emitted control in the drill: its clock, and whose RDS it sees."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.failover_control.agreed import DOWN_KEY, PAUSED_KEY
from modules.database_settings import database_settings
from proof.drill.clock import Clock
from proof.drill.control import FunctionRunner
from proof.drill.dated import Dated, time_of
from proof.drill.journal import Journal
from tests.synthesis import example

ENVIRONMENT = example("releases")


class Client:
    """Of any service; records what is deleted."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.deleted: list[str] = []

    def delete_object(self, **arguments: str) -> None:
        self.deleted.append(arguments["Key"])


class Aws:
    lost: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.made: list[Client] = []

    def assume(self, role: str) -> "Aws":
        assert role == ENVIRONMENT.control_name
        return self

    def client(self, service: str, _region: str) -> Client:
        self.made.append(Client(service))
        return self.made[-1]


def variables() -> dict[str, str]:
    """As the function is deployed with them."""
    settings = database_settings(ENVIRONMENT, "dr")
    assert settings is not None
    return {
        "SWITCH": json.dumps(
            [{"bucket": one.bucket, "region": one.region} for one in ENVIRONMENT.switch_places]
        ),
        "FAILBACK": "manual",
        "DEPLOYMENT": ENVIRONMENT.name,
        "DATABASE": json.dumps(settings.as_variables),
        "PROMOTE_AFTER_MINUTES": "2",
    }


@pytest.fixture
def clock() -> Clock:
    return Clock(25)


@pytest.fixture
def aws() -> Aws:
    return Aws()


@pytest.fixture
def runner(aws: Aws, clock: Clock) -> FunctionRunner:
    embedded: Any = aws
    return FunctionRunner(
        embedded, ENVIRONMENT, variables(), Journal(clock), lambda client: ("driven", client)
    )


def test_its_promotion_is_due_by_the_drills_clock(runner: FunctionRunner, clock: Clock) -> None:
    control = runner._control
    assert control.keeper is not None
    clock.advance(1000)
    assert control.keeper.now() == control.now() == time_of(clock)
    assert control.keeper.promote_after == timedelta(minutes=2)
    assert isinstance(control.keeper.s3, Dated), "who notes when the primary went down"


def test_it_and_the_operator_see_the_drills_databases(runner: FunctionRunner) -> None:
    keeper: Any = runner._control.keeper
    assert keeper.database.rds[0] == "driven"
    assert runner._operators_client("rds", "us-east-1", any="option")[0] == "driven"
    assert isinstance(runner._operators_client("s3", "us-east-1"), Dated)


def test_nothing_is_left_of_an_outage(runner: FunctionRunner, aws: Aws) -> None:
    runner.tidy()
    deleted = [set(one.deleted) for one in aws.made if one.deleted]
    assert len(deleted) == 2
    assert all({DOWN_KEY, PAUSED_KEY} <= keys for keys in deleted)


def test_where_users_only_read_the_database_is_left_out(aws: Aws, clock: Clock) -> None:
    """The embedded AWS's would be promoted, and no users could go back to the primary."""
    embedded: Any = aws
    runner = FunctionRunner(embedded, ENVIRONMENT, variables(), Journal(clock))
    assert runner._control.keeper is None
    assert runner._environment.data.kind is None
    assert "rds" not in {one.service for one in aws.made}
