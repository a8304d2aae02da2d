"""The example with a database, on two regions' PostgreSQL servers that are lost and promoted."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from environments import ROLES, Role, load_environment
from modules.timing import PROBE_TIMEOUT
from proof.drill.postgres.ledger import Ledger, Move, Rows, Write, judge
from proof.drill.postgres.replication import DATABASE, USER, ReplicatedDatabase
from proof.drill.postgres.server import new_password
from proof.drill.postgres.software import Programs
from proof.drill.web_server import LOOPBACK, free_port
from releases import pack, read_release
from tests.proof.drill.postgres.client import until
from tests.proof.drill.postgres.conftest import DELAY, pair, programs

__all__ = ["programs"]

EXAMPLE = Path(__file__).parent.parent / "examples" / "ledger"
REGIONS: dict[Role, str] = {"primary": "ap-south-1", "dr": "us-east-1"}
SECRET = "ledger/database"
PYTHON = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
# Stands for the AWS command line.
AWS = """\
#!/bin/sh
echo "$*" >>"{folder}/calls"
case "$*" in
*"--secret-id {secret} "*) cat "{folder}/secret.json" ;;
*) echo "An error occurred (ResourceNotFoundException)" >&2; exit 254 ;;
esac
"""
# Whatever is run, no AWS is reached.
NO_AWS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
Answer = tuple[int, dict[str, Any]]


@dataclass
class Application:
    """A started one, of a region."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, method: str, path: str, content: object = None) -> Answer:
        """On a connection of its own."""
        body = None if content is None else json.dumps(content)
        with closing(http.client.HTTPConnection(LOOPBACK, self.port, timeout=8)) as connection:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def health(self) -> tuple[int, str]:
        status, content = self.ask("GET", "/health")
        return status, content["status"]

    def is_live(self) -> bool:
        """What the load balancer asks."""
        status, content = self.ask("GET", "/live")
        return (status, content["status"]) == (200, "live")

    def add(self, id: str, text: str = "") -> Answer:
        return self.ask("POST", "/entries", {"id": id, "text": text})

    def keys(self) -> list[str]:
        """All that it has, page by page."""
        found, last = list[str](), 0
        while True:
            status, page = self.ask("GET", f"/entries?after={last}&limit=500")
            assert status == 200
            if not page["entries"]:
                return found
            found += [one["id"] for one in page["entries"]]
            last = page["entries"][-1]["number"]

    def end(self) -> str:
        """Ends it as systemd does; returns what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(10) == 0
        return self.log.read_text()


@dataclass
class Bench:
    """Applications, and the secret that they read."""

    folder: Path
    started: list[Application] = field(default_factory=list[Application])

    def tell(self, password: str) -> None:
        """Changes the secret."""
        content = json.dumps({"username": USER, "password": password})
        (self.folder / "secret.json").write_text(content)

    def calls(self) -> list[str]:
        """The command lines of `aws`."""
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def start(self, **variables: str) -> Application:
        port, log = free_port(), self.folder / f"{len(self.started)}.log"
        path = f"{self.folder / 'bin'}:/usr/bin:/bin"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [str(EXAMPLE / "run")],
                cwd=EXAMPLE,
                env={"PATH": path, "PORT": str(port), **NO_AWS, **variables},
                stdout=written,
                stderr=written,
            )
        one = Application(process, port, log)
        self.started.append(one)
        until(lambda: process.poll() is not None or "listens on port" in log.read_text())
        return one

    def of(self, database: ReplicatedDatabase, role: Role, **variables: str) -> Application:
        """A region's, with the region's database."""
        return self.start(
            DATABASE_ENGINE="aurora-postgresql",
            DATABASE_PORT=str(database.servers[role].port),
            DATABASE_NAME=DATABASE,
            DATABASE_SECRET=SECRET,
            FAILOVER_REGION=REGIONS[role],
            **{"DATABASE_HOST": LOOPBACK, "DATABASE_TLS": "off", **variables},
        )


@pytest.fixture(scope="module")
def database(
    programs: Programs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ReplicatedDatabase]:
    """Which each test leaves as it was: the primary writes, and the standby follows."""
    with pair(programs, tmp_path_factory.mktemp("pair")) as one:
        until(lambda: one.replicates)
        yield one


@contextmanager
def made_bench(folder: Path) -> Iterator[Bench]:
    one = Bench(folder / "bench")
    (one.folder / "bin").mkdir(parents=True)
    aws = AWS.format(folder=one.folder, secret=SECRET)
    for name, content in (("aws", aws), ("python3", PYTHON)):
        (one.folder / "bin" / name).write_text(content)
        (one.folder / "bin" / name).chmod(0o755)
    yield one
    for application in one.started:
        printed = application.end() if application.process.poll() is None else ""
        assert "Traceback" not in printed
        assert "error:" not in printed


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with made_bench(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Without a database."""
    with made_bench(tmp_path_factory.mktemp("plain")) as one:
        yield one.start()


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


def test_to_another_machine_nothing_goes_without_tls(bench: Bench) -> None:
    hosts = {"DATABASE_HOST": LOOPBACK, "DATABASE_READER_HOST": "db.example.com"}
    rest = {"DATABASE_NAME": DATABASE, "DATABASE_SECRET": SECRET, "DATABASE_TLS": "off"}
    one = bench.start(DATABASE_ENGINE="aurora-postgresql", **hosts, **rest)
    assert one.process.wait(10) == 1
    assert "DATABASE_TLS is off" in one.log.read_text()


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


def test_without_tls_it_sends_no_password(bench: Bench, database: ReplicatedDatabase) -> None:
    """The servers of these tests have none."""
    bench.tell(database.password)
    primary = bench.of(database, "primary", DATABASE_TLS="verify")
    assert primary.health() == (503, "no database")
    assert "Server refuses SSL" in primary.end()


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


def test_without_its_secret_it_says_so(bench: Bench, database: ReplicatedDatabase) -> None:
    one = bench.of(database, "primary")
    (bench.folder / "bin" / "aws").write_text("#!/bin/sh\necho AccessDenied >&2\nexit 254\n")
    assert one.health() == (503, "no database")
    assert f"no database: secret {SECRET}: AccessDenied" in one.end()


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


def test_its_environment_file_has_a_database_that_is_promoted() -> None:
    environment = load_environment(str(EXAMPLE / "environment.toml"))
    assert environment.data.promotes
    assert environment.data.kind is not None
    assert environment.data.kind.postgres
    assert environment.application.kind == "release"
    assert environment.application.health_check_path == "/health"
    assert environment.application.live_path == "/live"


def test_bad_settings_are_told_in_a_line(bench: Bench) -> None:
    one = bench.start(
        DATABASE_ENGINE="oracle",
        DATABASE_PORT="x",
        DATABASE_HOST="db.example.com",
        DATABASE_TLS="off",
    )
    assert one.process.wait(10) == 1
    (line,) = one.log.read_text().splitlines()
    for part in (
        "DATABASE_NAME is missing",
        "DATABASE_SECRET is missing",
        "DATABASE_ENGINE is 'oracle', and none of aurora-postgresql",
        "DATABASE_PORT is 'x'",
        "DATABASE_TLS is off, which is only for a database on this machine",
    ):
        assert part in line


def test_it_is_a_release(tmp_path: Path) -> None:
    archive = tmp_path / "ledger.tar.gz"
    pack(EXAMPLE, archive)
    assert read_release(archive, "x86_64").digest == read_release(archive, "arm64").digest


def test_it_is_written_for_amazon_linuxs_python() -> None:
    """Version 3.9: no match, no `X | Y` outside of annotations."""
    for file in EXAMPLE.glob("*.py"):
        ruff = ["ruff", "check", "--isolated", "--target-version", "py39", "--select", "E9", file]
        path = {"PATH": f"{EXAMPLE.parent.parent}/.venv/bin"}
        checked = subprocess.run(ruff, env=path, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout
