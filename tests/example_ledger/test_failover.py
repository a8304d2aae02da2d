"""The ledger while its database, its connections and its password change under it."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from environments import Role
from proof.drill.postgres.ledger import Ledger, Move, Rows, Write, judge
from proof.drill.postgres.replication import USER, ReplicatedDatabase
from proof.drill.postgres.server import new_password
from tests.example_ledger.bench import SECRET, Application, Bench
from tests.proof.drill.postgres.client import until
from tests.proof.drill.postgres.conftest import DELAY


@dataclass
class Users:
    """Write through HTTP; a write that got no answer is tried again with the same identifier."""

    to: Application
    role: Role
    writes: list[Write] = field(default_factory=list[Write])

    @contextmanager
    def writing(self) -> Iterator[None]:
        ends = threading.Event()

        def write() -> None:
            number = 0
            while not ends.is_set():
                number += self.attempt(f"entry-{number}")
                ends.wait(0.005)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            yield
        finally:
            ends.set()
            thread.join()

    def attempt(self, key: str) -> bool:
        began, to, role = time.monotonic(), self.to, self.role
        try:
            status, _ = to.add(key)
        except (OSError, http.client.HTTPException):
            status = 0
        done = status in (200, 201)
        ended = time.monotonic()
        self.writes.append(Write(key, began, ended, role if done else None, status == 201))
        return done

    def move(self, to: Application, role: Role) -> None:
        self.to, self.role = to, role


def test_a_changed_secret_is_read_again(bench: Bench, database: ReplicatedDatabase) -> None:
    bench.tell(database.password)
    primary = bench.of(database, "primary")
    assert primary.add("before")[0] == 201
    new = f"it's {new_password()}"
    database.change_password(new)
    assert primary.add("meanwhile")[0] == 201, "an open connection stays open"
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :user"
    database.servers["primary"].query(sql, user=USER)
    assert primary.health() == (503, "no database")
    bench.tell(new)
    until(lambda: primary.health() == (200, "writable"), 10)
    command = f"secretsmanager get-secret-value --secret-id {SECRET} --region ap-south-1"
    assert all(one.startswith(command) for one in bench.calls())
    assert 2 <= len(bench.calls()) <= 5, "not at every request"


def test_without_its_secret_it_says_so(bench: Bench, database: ReplicatedDatabase) -> None:
    one = bench.of(database, "primary")
    (bench.folder / "bin" / "aws").write_text("#!/bin/sh\necho AccessDenied >&2\nexit 254\n")
    for _ in range(2):
        assert one.health() == (503, "no database")
    assert one.end().count(f"no database: secret {SECRET}: AccessDenied") == 2, "each time"


def test_without_tls_it_sends_no_password(bench: Bench, database: ReplicatedDatabase) -> None:
    """The servers of these tests have none."""
    bench.tell(database.password)
    primary = bench.of(database, "primary", DATABASE_TLS="verify")
    assert primary.health() == (503, "no database")
    assert "Server refuses SSL" in primary.end()


@pytest.mark.parametrize("ends", ["kill", "stop"])
def test_connections_that_died_are_replaced_at_once(
    bench: Bench, database: ReplicatedDatabase, ends: str
) -> None:
    bench.tell(database.password)
    primary, server = bench.of(database, "primary"), database.servers["primary"]
    assert primary.add(f"before-{ends}")[0] == 201
    getattr(server, ends)()
    server.start()
    assert primary.add(f"after-{ends}")[0] == 201
    assert primary.health() == (200, "writable")


@pytest.mark.slow
def test_users_write_while_the_region_is_lost_promoted_and_brought_back(
    bench: Bench, database: ReplicatedDatabase, report: Callable[[str], None]
) -> None:
    bench.tell(database.password)
    primary = bench.of(database, "primary", FAILOVER_ROLE="primary")
    standby = bench.of(database, "dr", FAILOVER_ROLE="standby")
    assert (primary.health(), standby.health()) == ((200, "writable"), (200, "read-only"))
    users, began = Users(primary, "primary"), time.monotonic()
    moves, rows = list[Move](), list[Rows]()

    def read(application: Application) -> None:
        at = time.monotonic()
        rows.append(Rows(at, tuple(application.keys())))

    with users.writing():
        time.sleep(0.5)
        assert standby.add("to-the-standby")[0] == 503
        database.lose("primary")
        moves.append(Move(time.monotonic(), "dr", allowed=DELAY + 0.5))
        assert primary.health() == (503, "no database")
        assert standby.health() == (200, "read-only")
        database.fail_over("dr", allow_data_loss=True)
        until(lambda: standby.health() == (200, "writable"), 3)
        users.move(standby, "dr")
        time.sleep(0.3)
        read(standby)
        database.restore("primary")
        assert primary.health() == (503, "read-only")
        assert primary.add("to-the-old-writer")[1]["status"] == "read-only"
        assert database.rejoin("primary") == "rewound"
        until(lambda: database.replicates)
        database.switch_over("primary")
        switched = [one.ended for one in database.history.all if one.role == "dr"][-1]
        moves.append(Move(switched or 0, "primary", allowed=None))
        until(lambda: primary.health() == (200, "writable"), 3)
        until(lambda: standby.health() == (200, "read-only"), 3)
        users.move(primary, "primary")
        time.sleep(0.3)
    read(primary)
    end = time.monotonic()
    ledger = Ledger(began, end, users.writes, rows, moves, database.history.all)
    assert [one for one in judge(ledger) if not one.holds] == []
    assert {one.role for one in ledger.writes} == {"primary", "dr", None}
    assert not {"to-the-standby", "to-the-old-writer"} & set(rows[-1].keys)
    report(
        f"{len(ledger.acknowledged)} writes, {len(ledger.lost)} lost of the last"
        f" {ledger.loss(moves[0]):.3f} s, read-only for {ledger.seconds_read_only:.2f} s"
    )
