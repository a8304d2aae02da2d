"""One region's PostgreSQL server, on loopback."""

import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from pg8000.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    DatabaseError,
    InterfaceError,
)
from pg8000.native import Connection  # pyright: ignore[reportMissingTypeStubs]

from proof.drill.postgres.data_folder import LAST, OWNER, DataFolder, reach
from proof.drill.postgres.software import Programs
from proof.drill.process_groups import Process, ProcessGroups
from proof.drill.web_server import LOOPBACK, free_port
from terminal.errors import OperationError

# What a connection can raise.
ERRORS = (DatabaseError, InterfaceError, OSError)
# Real seconds.
START_TIMEOUT = 30
STOP_TIMEOUT = 20
# After so long, a standby whose writer does not answer tries again.
RETRY_TIMEOUT = 3
PROMOTE_TIMEOUT = 30
ANSWER_TIMEOUT = PROMOTE_TIMEOUT + 1
LOOK = 0.02


@dataclass(frozen=True)
class Progress:
    """position: bytes of the log, written by a writer or replayed by a standby. commit: when the
    newest write in it was committed, by its writer's clock; None if there was none since the server
    started."""

    position: int
    commit: datetime | None


def new_password() -> str:
    """For a user of a drill's databases."""
    return secrets.token_urlsafe(16)


def quoted(text: str) -> str:
    """As a string of SQL, where no parameter is allowed."""
    return "'" + text.replace("'", "''") + "'"


class Server:
    """A server that may not exist yet: `create` or `copy` makes it. It keeps its port for good.

    name: the region's, by which the writer knows its standby. folder: private, and created here.
    password: of OWNER, the same for all servers that replicate.
    """

    def __init__(
        self, name: str, folder: Path, programs: Programs, groups: ProcessGroups, password: str
    ) -> None:
        self.name = name
        self.port = free_port()
        self.folder = folder
        self._files = DataFolder(folder, programs, password)
        self._groups = groups
        self._process: Process | None = None
        self._log = folder / "server.log"

    @property
    def runs(self) -> bool:
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """Of the process that started all of its others; None while it does not run."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def create(self) -> None:
        """Makes an empty one."""
        self._files.create()

    def copy(self, source: int) -> None:
        """Makes it anew from the server at a port, which may be a link's. It must not run."""
        self._files.copy(source)

    def rewind(self, source: int) -> None:
        """Undoes what the server at a port never had, so that this one can follow it. It must not
        run. Raises OperationError where only a copy helps."""
        self._files.rewind(source)

    def start(self) -> None:
        """Starts it as a writer. Raises OperationError, as the other starts do, with what it
        printed if it does not start."""
        self._files.mark_standby(standby=False)
        self._start()

    def follow(self, source: int) -> None:
        """Starts it as a standby of the server at a port, which need not answer yet."""
        self._files.mark_standby(standby=True)
        self._start(
            "-c", f"primary_conninfo={reach(source, RETRY_TIMEOUT)} application_name={self.name}"
        )

    def start_fenced(self) -> None:
        """Starts it read-only, following nobody. No session can change that."""
        self._files.mark_standby(standby=True)
        self._start()

    def stop(self) -> bool:
        """Stops it. Returns whether it ended cleanly, in which case a writer has sent its standby
        all that it had, if that was there to take it."""
        process, clean = self._process, False
        if process is not None:
            self._groups.signal(process, signal.SIGINT)
            try:
                clean = process.wait(STOP_TIMEOUT) == 0
            except subprocess.TimeoutExpired:
                self.kill()
        self._ended()
        return clean

    def kill(self) -> None:
        """Kills all its processes at once, as the loss of a region does."""
        process = self._process
        if process is not None and self.runs:
            # Stopped, it cannot start another or tell anybody that one has ended.
            self._groups.signal(process, signal.SIGSTOP)
            children = psutil.Process(process.pid).children(recursive=True)
            for one in children:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            self._groups.signal(process, signal.SIGKILL)
            process.wait()
            _await_ends(children)
        self._ended()

    def close(self) -> None:
        """Kills it, and leaves nothing of it in memory."""
        self.kill()
        self._files.free_memory()

    def promote(self) -> None:
        """Makes a standby the writer. Raises OperationError if it does not become one."""
        try:
            (done,) = self.query("SELECT pg_promote(true, :limit)", limit=PROMOTE_TIMEOUT)[0]
        except ERRORS as error:
            raise OperationError(f"{self.name}'s database cannot be promoted: {error}") from None
        if not done:
            raise OperationError(f"{self.name}'s database did not become the writer")

    def checkpoint(self) -> None:
        """Writes everything down, so that `pg_rewind` sees a promotion just before:
        https://www.postgresql.org/docs/15/app-pgrewind.html"""
        self.query("CHECKPOINT")

    @contextmanager
    def connection(self, database: str = "postgres") -> Generator[Any]:
        """A pg8000.native.Connection as OWNER. Raises one of ERRORS."""
        # Its own would stay open where the server refuses the connection.
        link = socket.create_connection((LOOPBACK, self.port), ANSWER_TIMEOUT)
        try:
            made: Any = Connection(
                OWNER,
                sock=link,
                database=database,
                password=self._files.password,
                ssl_context=False,
            )
        except ERRORS:
            link.close()
            raise
        try:
            yield made
        finally:
            with suppress(*ERRORS):
                made.close()

    def query(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """The rows of one statement. Raises one of ERRORS."""
        with self.connection() as connection:
            return connection.run(sql, **parameters) or []

    def is_writer(self) -> bool:
        """Whether it takes writes; False where it does not answer."""
        try:
            return not self.query("SELECT pg_is_in_recovery()")[0][0]
        except ERRORS:
            return False

    def progress(self) -> Progress:
        """What it has so far. Raises one of ERRORS."""
        position, commit = self.query(
            "SELECT r.position - '0/0', CASE WHEN r.standby THEN pg_last_xact_replay_timestamp()"
            " ELSE (SELECT timestamp FROM pg_last_committed_xact()) END"
            " FROM (SELECT standby, CASE WHEN standby THEN pg_last_wal_replay_lsn()"
            " ELSE pg_current_wal_lsn() END AS position"
            " FROM (SELECT pg_is_in_recovery() AS standby) q) r"
        )[0]
        return Progress(int(position), commit)

    def streams_to(self, name: str) -> bool:
        """Whether the server of that name gets each write as it is made. Raises one of ERRORS."""
        followers = self.query("SELECT application_name, state FROM pg_stat_replication")
        return [name, "streaming"] in followers

    def timeline(self) -> int | None:
        """How many promotions its log has seen, plus one; None for a standby that gets none. Until
        a standby is on its writer's, it streams only what was written before the promotion."""
        (found,) = self.query(
            "SELECT CASE WHEN pg_is_in_recovery() THEN (SELECT received_tli FROM"
            " pg_stat_wal_receiver) ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))"
            "::bit(32)::int END"
        )[0]
        return found

    def end_of_log(self) -> int:
        """Where the log of a server that was stopped cleanly ends, give or take a record."""
        return self._files.end_of_log()

    def _start(self, *settings: str) -> None:
        """The port is an argument, since `pg_rewind` takes over the other server's files."""
        where = ("-D", str(self._files.path), "-c", f"port={self.port}")
        command = [self._files.programs["postgres"], *where, *settings]
        folder, environment = self._files.folder, self._files.environment
        self._process = self._groups.start(command, folder, environment, self._log)
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end and self.runs:
            with suppress(*ERRORS), self.connection():
                return
            time.sleep(LOOK)
        self.kill()
        said = self._log.read_text(errors="replace")[-LAST:].strip()
        raise OperationError(f"{self.name}'s database does not start: {said}")

    def _ended(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._groups.end(process)


def _await_ends(processes: list[psutil.Process]) -> None:
    """Until each is gone, or a zombie that nobody waits for."""
    end = time.monotonic() + STOP_TIMEOUT
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            while one.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
                time.sleep(LOOK)
