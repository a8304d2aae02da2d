"""Who writes, and how far the copy is behind."""

from typing import Any

import pytest

from functions.failover_control.agreed import SET_KEY
from operations.data.regions import TWO_WRITERS
from tests.databases import with_database
from tests.operations.status.fakes import STANDBY, THEN, World, world_of

PRIMARY_REGION, STANDBY_REGION = "ap-south-1", "us-east-1"
SOURCE = f"arn:aws:rds:{PRIMARY_REGION}:1:db:awspractice-{PRIMARY_REGION}-database"


def source(**more: Any) -> dict[str, Any]:
    replicas = {"ReadReplicaDBInstanceIdentifiers": ["copy"]}
    return {"DBInstanceStatus": "available", **replicas, **more}


def copy() -> dict[str, Any]:
    follows = [{"StatusType": "read replication", "Status": "replicating"}]
    return {
        "DBInstanceStatus": "available",
        "ReadReplicaSourceDBInstanceIdentifier": SOURCE,
        "StatusInfos": follows,
    }


@pytest.fixture
def database() -> World:
    """RDS, whose copy follows."""
    world = world_of(with_database("rds-postgres-replica"))
    world.primary.database, world.standby.database = source(), copy()
    world.standby.lag = 0.4
    return world


def said(world: World, subject: str) -> str:
    fact = world.observer().look().facts[subject]
    return str(fact.value) if fact.error is None else fact.error


def test_the_writer_and_its_copy(database: World) -> None:
    status = database.observer().look()
    assert str(status.facts["primary.database"].value) == "takes writes; the copy follows"
    assert str(status.facts["standby.database"].value) == "only reads; the copy follows"
    assert status.attention == []


def test_the_lag_is_as_old_as_its_measurement(database: World) -> None:
    facts = database.observer().look().facts
    assert str(facts["standby.replication-lag"].value) == "0.4 s behind"
    assert facts["standby.replication-lag"].observed_at == THEN
    assert str(facts["primary.replication-lag"].value) == "none is reported"
    seen = facts["primary.replication-lag"].observed_at
    assert seen is not None
    assert seen > THEN, "nothing was measured: it was asked now"


def test_two_writers_are_told_first(database: World) -> None:
    database.standby.database = source(ReadReplicaDBInstanceIdentifiers=[])
    database.standby.ring("awspractice-replication-broken")
    status = database.observer().look()
    assert status.attention[0] == TWO_WRITERS
    assert said(database, "standby.database") == "takes writes; nothing follows the writer"
    assert status.facts["standby.database"].wrong


def test_users_who_cannot_write_are_told_of(database: World) -> None:
    database.dns[database.environment.dns.domain] = {STANDBY}
    assert (
        f"users go to {STANDBY_REGION}, and {PRIMARY_REGION} takes the writes:"
        " `failover over` moves the writer too (docs/operating.md)"
    ) in database.observer().look().attention


def test_users_whose_database_only_reads_are_told_of(database: World) -> None:
    """The primary's region, which has the writer, is lost."""
    database.dns[database.environment.dns.domain] = {STANDBY}
    database.primary.lost = True
    assert (
        f"users are in {STANDBY_REGION}, whose database only reads: `failover over` lets it take"
        " writes (docs/alarms.md#standby-read-only)"
    ) in database.observer().look().attention


def test_where_dns_is_silent_the_switch_says_where_users_go(database: World) -> None:
    database.dns.clear()
    writer = f"and {PRIMARY_REGION} takes the writes"
    assert not any(writer in one for one in database.observer().look().attention)
    for place in database.environment.switch_places:
        database.regions[place.region].objects[place.bucket, SET_KEY] = b"token"
    assert any(writer in one for one in database.observer().look().attention)


def test_users_are_back_and_the_writer_is_not(database: World) -> None:
    database.primary.database, database.standby.database = copy(), source()
    assert (
        f"users go to {PRIMARY_REGION}, and {STANDBY_REGION} takes the writes:"
        " `failover over` moves users too, `failover back` returns the writer (docs/operating.md)"
    ) in database.observer().look().attention


def test_a_database_that_moves(database: World) -> None:
    database.standby.database = {"DBInstanceStatus": "modifying"}
    assert said(database, "standby.database").startswith("is moving, no instance runs")


def test_a_writer_that_was_lost_does_not_count_as_one(database: World) -> None:
    """What an earlier look saw is shown, but nothing follows from it."""
    observer = database.observer()
    observer.look()
    database.primary.lost = True
    database.standby.database = source(ReadReplicaDBInstanceIdentifiers=[])
    status = observer.look()
    lost = status.facts["primary.database"]
    assert str(lost.value) == "takes writes; the copy follows"
    assert lost.error is not None
    assert TWO_WRITERS not in status.attention


def test_without_a_database_nobody_is_asked(world: World) -> None:
    subjects = world.observer().look().facts
    assert not any("database" in one or "lag" in one for one in subjects)
