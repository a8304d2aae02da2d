"""What the ledger answers, and whether Route 53 may send users to it."""

import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from environments import ROLES
from modules.timing import PROBE_TIMEOUT
from proof.drill.postgres.replication import DATABASE, USER, ReplicatedDatabase
from proof.drill.web_server import LOOPBACK
from tests.example_ledger.bench import SECRET, Application, Bench, made_bench
from tests.proof.drill.postgres.client import until


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Without a database."""
    with made_bench(tmp_path_factory.mktemp("plain")) as one:
        yield one.start()


def test_before_the_first_entry_there_is_none(bench: Bench, database: ReplicatedDatabase) -> None:
    """Nor a table, and the standby cannot make one."""
    with database.servers["primary"].connection(DATABASE) as connection:
        connection.run("DROP TABLE IF EXISTS entries")
    until(lambda: (lag := database.lag) is not None and lag.bytes == 0)
    bench.tell(database.password)
    for role in ROLES:
        one = bench.of(database, role)
        assert one.ask("GET", "/entries") == (200, {"entries": []})
        assert one.ask("GET", "/entries/one")[0] == 404


def test_an_entry_is_written_once(bench: Bench, database: ReplicatedDatabase) -> None:
    bench.tell(database.password)
    primary = bench.of(database, "primary")
    before = primary.keys()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: primary.add("once", "é"), range(12)))
    assert sorted(status for status, _ in answers) == [200] * 11 + [201]
    assert {(one["id"], one["text"], one["region"]) for _, one in answers} == {
        ("once", "é", "ap-south-1")
    }
    assert len({one["number"] for _, one in answers}) == 1
    assert primary.ask("GET", "/entries/once") == (200, answers[0][1])
    assert primary.ask("GET", "/entries/never")[0] == 404
    assert primary.keys() == [*before, "once"]
    assert len(bench.calls()) == 1


def test_its_page_says_where_it_is_and_what_it_has(
    bench: Bench, database: ReplicatedDatabase
) -> None:
    bench.tell(database.password)
    primary = bench.of(database, "primary", FAILOVER_DEPLOYMENT="<ledger>")

    def page() -> str:
        with closing(http.client.HTTPConnection(LOOPBACK, primary.port, timeout=5)) as connection:
            connection.request("GET", "/")
            return connection.getresponse().read().decode()

    assert "<h1>&lt;ledger&gt; in ap-south-1</h1>" in page()
    _, entry = primary.add("newest")
    assert f"The last entry is number {entry['number']}." in page()
    database.lose("primary")
    assert "No database." in page()
    database.restore("primary")
    until(lambda: database.replicates)


@pytest.mark.parametrize(
    ("role", "expected"), [("", 503), ("primary", 503), ("standby", 200), ("other", 503)]
)
def test_only_a_standby_is_healthy_where_it_only_reads(
    bench: Bench, database: ReplicatedDatabase, role: str, expected: int
) -> None:
    """Route 53 moves nobody to a region that is unhealthy."""
    bench.tell(database.password)
    one = bench.of(database, "dr", FAILOVER_ROLE=role)
    assert one.health() == (expected, "read-only")
    assert one.is_live(), "its instance is not replaced"
    assert one.add("refused") == (503, one.ask("POST", "/entries", {"id": "refused"})[1])
    writer = bench.of(database, "primary", FAILOVER_ROLE=role)
    assert writer.health() == (200, "writable")


def test_a_standby_without_a_database_is_not_healthy(bench: Bench) -> None:
    one = bench.start(DATABASE_ENGINE="none", FAILOVER_ROLE="standby")
    assert one.health() == (503, "no database")


def test_while_the_writers_endpoint_leads_nowhere_the_readers_is_used(
    bench: Bench, database: ReplicatedDatabase
) -> None:
    """As in an Aurora secondary until it is promoted."""
    bench.tell(database.password)
    nobody, readers = "127.0.0.9", {"DATABASE_READER_HOST": LOOPBACK, "FAILOVER_ROLE": "standby"}
    one = bench.of(database, "dr", DATABASE_HOST=nobody, **readers)
    assert one.health() == (200, "read-only")
    assert one.add("refused")[1]["status"] == "read-only"
    assert one.ask("GET", "/entries")[0] == 200
    with socket.create_server((nobody, database.servers["dr"].port)) as silent:
        silent.listen(0)
        began = time.monotonic()
        assert one.health() == (200, "read-only")
        assert time.monotonic() - began < 2, "Route 53 waits no longer"


def test_a_standby_is_asked_on_one_connection(bench: Bench, database: ReplicatedDatabase) -> None:
    """Load balancers and Route 53 ask it many times a second."""
    bench.tell(database.password)
    one, server = bench.of(database, "dr", FAILOVER_ROLE="standby"), database.servers["dr"]

    def connections() -> set[int]:
        sql = "SELECT pid FROM pg_stat_activity WHERE usename = :user"
        return {pid for (pid,) in server.query(sql, user=USER)}

    one.health()
    before = connections()
    for _ in range(20):
        one.health()
    assert len(connections() & before) == 1


def test_a_database_that_hangs_does_not_hang_the_health_check(bench: Bench) -> None:
    bench.tell("secret")
    with socket.create_server((LOOPBACK, 0)) as silent:
        primary = bench.start(
            DATABASE_ENGINE="rds-postgres-replica",
            DATABASE_HOST=LOOPBACK,
            DATABASE_PORT=str(silent.getsockname()[1]),
            DATABASE_NAME=DATABASE,
            DATABASE_SECRET=SECRET,
            DATABASE_TLS="off",
        )
        primary.health()  # reads the secret
        began = time.monotonic()
        assert primary.health() == (503, "no database")
        assert time.monotonic() - began < 2, "Route 53 waits no longer"


def test_it_lives_while_every_connection_hangs(bench: Bench) -> None:
    """The database is not asked: the load balancer's probe would wait for that, too."""
    bench.tell("secret")
    with socket.create_server((LOOPBACK, 0), backlog=64) as silent:
        primary = bench.start(
            DATABASE_ENGINE="rds-postgres-replica",
            DATABASE_HOST=LOOPBACK,
            DATABASE_PORT=str(silent.getsockname()[1]),
            DATABASE_NAME=DATABASE,
            DATABASE_SECRET=SECRET,
            DATABASE_TLS="off",
        )
        primary.health()  # reads the secret
        with ThreadPoolExecutor(20) as users:
            waiting = [users.submit(primary.health) for _ in range(20)]
            began = time.monotonic()
            assert primary.is_live()
            assert time.monotonic() - began < PROBE_TIMEOUT
            assert not any(one.done() for one in waiting)
        assert {one.result() for one in waiting} == {(503, "no database")}


def test_without_a_database_users_are_sent_elsewhere(bench: Bench) -> None:
    one = bench.start(DATABASE_ENGINE="none", FAILOVER_REGION="us-east-1")
    status, content = one.ask("GET", "/health")
    assert (status, content["status"], content["region"]) == (503, "no database", "us-east-1")
    assert one.is_live()
    assert one.add("one")[0] == 503


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"id": "a b"}, "id must be"),
        ({"id": "x" * 65}, "id must be"),
        ({"id": 7}, "id must be"),
        ({"text": "x"}, "send JSON"),
        (["id"], "send JSON"),
        ({"id": "x", "text": 7}, "text must"),
        ({"id": "x", "text": "y" * 1001}, "text must"),
        ({"id": "x", "text": "\0"}, "text must"),
        ({"id": "x", "text": "y" * 20000}, "at most 10000 bytes"),
    ],
)
def test_a_bad_entry_is_refused(plain: Application, content: object, told: str) -> None:
    """Before the database is asked: there is none here."""
    status, answer = plain.ask("POST", "/entries", content)
    assert (status, answer["status"]) == (400, "bad request")
    assert told in answer["detail"]
