"""Two real servers, lost, promoted, brought back and switched, while a client writes."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pg8000.exceptions import DatabaseError

from proof.drill.postgres.ledger import judge
from proof.drill.postgres.replication import ReplicatedDatabase
from proof.drill.postgres.software import Programs
from terminal.errors import OperationError
from tests.proof.drill.postgres.client import Client, connected, until, writable
from tests.proof.drill.postgres.conftest import DELAY, pair

pytestmark = pytest.mark.slow
# Of a busy machine, beyond the link's delay.
SLACK = 0.5


def assert_holds(client: Client) -> None:
    assert [one for one in judge(client.ledger()) if not one.holds] == []


def failed_over(database: ReplicatedDatabase, client: Client) -> None:
    """The primary is lost while the client writes, which goes on in the standby."""
    with client.writing(0.5):
        database.lose("primary")
        database.fail_over("dr", allow_data_loss=True)
        client.moved("dr", allowed=DELAY + SLACK)
        client.to = "dr"
        time.sleep(0.3)
    client.read("dr")


def test_a_lost_writer_is_replaced_and_rejoins(database: ReplicatedDatabase) -> None:
    client = Client(database)
    failed_over(database, client)
    (move,) = client.moves
    lost = {write.key for write in client.ledger().lost}
    assert lost, "the link's delay should lose some"
    assert client.ledger().loss(move) >= DELAY / 2
    assert database.writer == "dr"

    for _ in range(2):  # it stays fenced, however it ends
        database.restore("primary")
        assert (database.state.of("primary"), writable(database)) == ("fenced", ["dr"])
        database.lose("primary")
    database.restore("primary")
    with connected(database, "primary") as old:
        old.run("SET default_transaction_read_only = off")
        with pytest.raises(DatabaseError, match="25006"):
            old.run("INSERT INTO entries VALUES ('split brain')")
    assert lost <= client.keys("primary"), "it still has what was lost"

    assert database.rejoin("primary") == "rewound"
    until(lambda: database.replicates)
    assert not lost & client.keys("primary")
    assert (database.state.of("primary"), writable(database)) == ("standby", ["dr"])
    with client.writing(0.2):
        database.switch_over("primary")
        client.moved("primary", allowed=None)
        client.to = "primary"
        time.sleep(0.2)
    client.read("primary")
    assert writable(database) == ["primary"]
    assert_holds(client)


def test_a_writer_that_nobody_replaced_writes_on(database: ReplicatedDatabase) -> None:
    client = Client(database)
    with client.writing(0.2):
        database.lose("primary")
        assert (database.writer, database.lag) == (None, None)
        database.restore("primary")
        until(lambda: database.replicates)
        time.sleep(0.2)
    client.read("primary")
    ledger = client.ledger()
    assert ledger.lost == []
    assert ledger.seconds_read_only > 0
    assert ledger.writes[-1].role == "primary"
    assert_holds(client)


def test_a_switchover_loses_nothing(database: ReplicatedDatabase) -> None:
    with pytest.raises(OperationError, match="can lose writes, which was not allowed"):
        database.fail_over("dr", allow_data_loss=False)
    for refused in (database.switch_over, database.rejoin, database.restore):
        with pytest.raises(OperationError):
            refused("primary")
    client = Client(database)
    with client.writing(0.3):
        for to in ("dr", "primary"):
            until(lambda: database.replicates)
            database.switch_over(to)
            client.moved(to, allowed=None)
            client.to = to
            time.sleep(0.2)
    client.read("primary")
    assert {write.role for write in client.ledger().acknowledged} == {"primary", "dr"}
    assert 0 < client.ledger().seconds_read_only < 10
    assert_holds(client)


def test_a_partition_makes_the_standby_lag_until_it_heals(database: ReplicatedDatabase) -> None:
    client = Client(database)
    with client.writing(0.3):
        before = database.lag
        assert before is not None
        assert before.seconds < DELAY + SLACK
        database.partition()
        began = time.monotonic()
        time.sleep(0.6)
        behind, passed = database.lag, time.monotonic() - began
        assert behind is not None
        assert 0.4 < behind.seconds < passed + DELAY + SLACK
        assert behind.bytes > before.bytes
        for operation in (database.switch_over, database.rejoin):
            with pytest.raises(OperationError):
                operation("dr")
        database.heal()
        until(lambda: database.replicates)
    until(lambda: (lag := database.lag) is not None and lag.seconds == 0)
    assert client.read("primary") == client.keys("dr")
    assert_holds(client)


def failover_succeeds(database: ReplicatedDatabase) -> bool:
    try:
        database.fail_over("dr", allow_data_loss=True)
    except OperationError:
        return False
    return True


def test_a_failover_in_a_partition_fences_the_old_writer(database: ReplicatedDatabase) -> None:
    client = Client(database)
    with client.writing(0.2):
        database.partition()
        time.sleep(0.4)
        with ThreadPoolExecutor(4) as pool:
            succeeded = list(pool.map(lambda _: failover_succeeds(database), range(4)))
        assert succeeded.count(True) == 1, "only a standby can be promoted"
        client.moved("dr", allowed=0.4 + DELAY + SLACK)
        time.sleep(0.2)
    assert client.writes[-1].role is None, "the client still writes to the old writer"
    assert (database.state.of("primary"), writable(database)) == ("fenced", ["dr"])
    client.read("dr")
    (move,) = client.moves
    assert client.ledger().loss(move) > 0.3
    with pytest.raises(OperationError, match="do not reach each other"):
        database.rejoin("primary")
    database.heal()
    assert database.rejoin("primary") == "rewound"
    assert_holds(client)


def test_without_a_fence_the_ledger_finds_two_writers(database: ReplicatedDatabase) -> None:
    client = Client(database)
    with client.writing(0.1):
        database.partition()
        database.fail_over("dr", allow_data_loss=True, fences=False)
        assert writable(database) == ["primary", "dr"]
        time.sleep(0.2)
    client.read("dr")
    broken = [one.expected for one in judge(client.ledger()) if not one.holds]
    assert "two regions never take writes at once" in broken
    assert "no write is lost but by a failover" in broken
    database.heal()
    assert database.rejoin("primary") == "rewound"
    assert writable(database) == ["dr"]


def test_a_standby_that_was_lost_catches_up(database: ReplicatedDatabase) -> None:
    client = Client(database)
    with client.writing(0.2):
        database.lose("dr")
        assert database.lag is None
        with pytest.raises(OperationError, match="the standby's database cannot be promoted"):
            database.fail_over("dr", allow_data_loss=True)
        time.sleep(0.2)
        database.restore("dr")
        until(lambda: database.replicates)
    assert client.ledger().seconds_read_only == 0
    until(lambda: client.keys("dr") == client.keys("primary"))
    assert_holds(client)


def test_what_cannot_be_rewound_is_copied(database: ReplicatedDatabase) -> None:
    client = Client(database)
    failed_over(database, client)
    database.restore("primary")
    database.servers["primary"].stop()
    data = database.servers["primary"].folder / "data"
    (data / "global" / "pg_control").unlink()
    assert database.rejoin("primary") == "copied"
    until(lambda: database.replicates)
    assert client.keys("primary") == client.keys("dr")


def test_a_longer_distance_loses_more(
    programs: Programs, tmp_path: Path, report: Callable[[str], None]
) -> None:
    with pair(programs, tmp_path, delay=0.2) as database:
        client = Client(database)
        failed_over(database, client)
    loss = client.ledger().loss(client.moves[0])
    report(f"{loss:.3f} s of writes were lost where a byte takes 0.2 s to the standby")
    assert 0.15 < loss < 0.2 + SLACK
