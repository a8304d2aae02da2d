"""A client that writes all the time, and remembers what it was told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pg8000.native import Connection

from environments import ROLES, Role
from proof.drill.postgres.ledger import Ledger, Move, Rows, Write
from proof.drill.postgres.replication import DATABASE, USER, ReplicatedDatabase
from proof.drill.postgres.server import ERRORS
from proof.drill.web_server import LOOPBACK

# Seconds between two writes.
PAUSE = 0.005


@contextmanager
def connected(database: ReplicatedDatabase, role: Role) -> Iterator[Connection]:
    """As the application is, to its own region."""
    with socket.create_connection((LOOPBACK, database.servers[role].port), 2) as link:
        connection = Connection(
            USER, sock=link, database=DATABASE, password=database.password, ssl_context=False
        )
        try:
            yield connection
        finally:
            with suppress(*ERRORS):
                connection.close()


def until(condition: object, seconds: float = 15) -> None:
    """Waits for what should happen soon."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


class Client:
    """Writes to one region until told otherwise. Time is time.monotonic()'s."""

    def __init__(self, database: ReplicatedDatabase, to: Role = "primary") -> None:
        self.to: Role = to
        self.writes: list[Write] = []
        self.rows: list[Rows] = []
        self.moves: list[Move] = []
        self.began = time.monotonic()
        self._database = database
        self._ends = threading.Event()
        with connected(database, to) as connection:
            connection.run("CREATE TABLE IF NOT EXISTS entries (key text PRIMARY KEY)")
        until(lambda: database.replicates)

    @contextmanager
    def writing(self, seconds: float = 0.0) -> Iterator[None]:
        """Writes while the block runs, and for some seconds before it."""
        self._ends.clear()
        thread = threading.Thread(target=self._write)
        thread.start()
        time.sleep(seconds)
        try:
            yield
        finally:
            self._ends.set()
            thread.join()

    def keys(self, role: Role) -> set[str]:
        """What a region has."""
        with connected(self._database, role) as connection:
            return {str(key) for (key,) in connection.run("SELECT key FROM entries") or []}

    def read(self, role: Role) -> set[str]:
        """The same of the writer, as evidence."""
        at, keys = time.monotonic(), self.keys(role)
        self.rows.append(Rows(at, tuple(keys)))
        return keys

    def moved(self, to: Role, allowed: float | None) -> None:
        """The writer ended just now."""
        ended = [one.ended for one in self._database.history.all if one.role != to and one.ended]
        self.moves.append(Move(max(ended), to, allowed))

    def ledger(self) -> Ledger:
        history = self._database.history.all
        now = time.monotonic()
        return Ledger(self.began, now, self.writes, self.rows, self.moves, history)

    def _write(self) -> None:
        """On one connection as long as that works."""
        while not self._ends.is_set():
            to = self.to
            with suppress(*ERRORS), connected(self._database, to) as connection:
                while self._attempt(connection, to) and to == self.to:
                    if self._ends.wait(PAUSE):
                        return
            self._ends.wait(PAUSE)

    def _attempt(self, connection: Connection, to: Role) -> bool:
        key, began = f"k{len(self.writes)}", time.monotonic()
        role: Role | None = None
        with suppress(*ERRORS):
            connection.run("INSERT INTO entries VALUES (:key)", key=key)
            role = to
        self.writes.append(Write(key, began, time.monotonic(), role))
        return role is not None


def writable(database: ReplicatedDatabase) -> list[Role]:
    """The regions whose servers take a write, as they say themselves."""
    return [role for role in ROLES if database.servers[role].is_writer()]
