"""The entries, and connections that survive a failover.

After a failover, old connections are dead, or lead to a server that is read-only now. Either way
they are closed and what failed is tried once more on a new one, which looks the server's name up
again. An entry has an identifier of its client's, so that trying again never writes it twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from engines import (
    COLUMNS,
    GONE,
    NO_TABLE,
    READ_ONLY,
    REFUSED,
    THERE,
    TIMEOUT,
    MySQL,
    PostgreSQL,
)
from settings import Credentials, Secret, SecretError, Settings

T = TypeVar("T")
# Of an instance. A db.t3.micro allows about 80 in all.
MOST_CONNECTIONS = 8
# Seconds for which a new connection's word counts: that the server behind the name only reads.
SURE = 2


class ReadOnlyError(Exception):
    """The database of this region takes no writes."""


class NoDatabaseError(Exception):
    """There is none, or it does not answer."""


class BrokenError(NoDatabaseError):
    """The connection broke: a new one may work."""


class RefusedError(NoDatabaseError):
    """The database refuses the secret's credentials."""


class Entry(NamedTuple):
    """A row. number: gives the order, and may skip some. region: where it was written."""

    number: int
    id: str
    text: str
    region: str


class Database:
    """Every method may be called from any thread, and raises NoDatabaseError."""

    def __init__(self, settings: Settings, engine: PostgreSQL | MySQL, secret: Secret) -> None:
        self._settings, self._engine, self._secret = settings, engine, secret
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._idle = self._none()
        self._sure_until = 0.0

    def is_writable(self) -> bool:
        """Whether it takes writes. A server that only reads is left for a new connection, unless
        one has just told the same: a standby is asked all the time."""

        def ask(connection: Any) -> bool:
            if _rows(connection, self._engine.writable)[0][0]:
                return True
            if time.monotonic() < self._sure_until:
                return False
            self._sure_until = time.monotonic() + SURE
            raise ReadOnlyError

        try:
            return self._use(ask)
        except ReadOnlyError:
            return False

    def add(self, id: str, text: str) -> tuple[Entry, bool]:
        """Writes an entry unless it is there already. Returns what is there then, and whether it is
        new. Raises ReadOnlyError."""

        def write(connection: Any) -> tuple[Entry, bool]:
            new = self._insert(connection, (id, text, self._settings.region))
            return _entries(connection, "WHERE id = %s", id)[0], new

        return self._use(write)

    def find(self, id: str) -> Entry | None:
        """An entry by its identifier."""
        found = self._read("WHERE id = %s", id)
        return found[0] if found else None

    def after(self, number: int, limit: int) -> list[Entry]:
        """The next entries, in order."""
        return self._read("WHERE number > %s ORDER BY number LIMIT %s", number, limit)

    def last(self) -> Entry | None:
        """The newest entry."""
        found = self._read("ORDER BY number DESC LIMIT 1")
        return found[0] if found else None

    def _read(self, where: str, *values: Any) -> list[Entry]:
        """Nothing as long as nobody has written."""

        def read(connection: Any) -> list[Entry]:
            try:
                return _entries(connection, where, *values)
            except Exception as error:
                if self._engine.meaning(error) != NO_TABLE:
                    raise
                return []

        return self._use(read)

    def _insert(self, connection: Any, values: tuple[str, str, str]) -> bool:
        """Makes the table if it is not there yet."""
        try:
            return _changed(connection, self._engine.insert, *values)
        except Exception as error:
            if self._engine.meaning(error) != NO_TABLE:
                raise
        try:
            _changed(connection, self._engine.create)
        except Exception as error:
            if self._engine.meaning(error) != THERE:
                raise
        return _changed(connection, self._engine.insert, *values)

    def _use(self, action: Callable[[Any], T]) -> T:
        """Does something on a connection, and once more on a new one if that may help in time."""
        began = time.monotonic()
        if not self._free.acquire(timeout=TIMEOUT):
            raise NoDatabaseError("all connections are in use")
        try:
            try:
                return self._attempt(action)
            except (ReadOnlyError, BrokenError):
                if time.monotonic() - began > TIMEOUT / 2:
                    raise
            return self._attempt(action)
        finally:
            self._free.release()

    def _attempt(self, action: Callable[[Any], T]) -> T:
        host, connection = self._take()
        try:
            result = action(connection)
        except Exception as error:
            self._drop(connection)
            meaning = self._engine.meaning(error)
            if meaning == READ_ONLY:
                raise ReadOnlyError from None
            if meaning == GONE:
                raise BrokenError(str(error)) from None
            raise
        self._idle[host].append(connection)
        return result

    def _take(self) -> tuple[str, Any]:
        """A connection to the writer's host or, where that is not there, to the reader's."""
        *writers, reader = self._settings.hosts
        for host in writers:
            with suppress(NoDatabaseError):
                return host, self._connected(host)
        return reader, self._connected(reader)

    def _connected(self, host: str) -> Any:
        """An idle connection, or a new one; new credentials if the known ones are refused."""
        with suppress(IndexError):
            return self._idle[host].pop()
        try:
            credentials = self._secret.get()
            try:
                return self._connect(host, credentials)
            except RefusedError:
                return self._connect(host, self._secret.renew(credentials))
        except SecretError as error:
            raise NoDatabaseError(str(error)) from None

    def _connect(self, host: str, credentials: Credentials) -> Any:
        try:
            return self._engine.connect(self._settings, host, credentials)
        except Exception as error:
            refused = self._engine.meaning(error) == REFUSED
            raise (RefusedError if refused else NoDatabaseError)(str(error)) from None

    def _drop(self, connection: Any) -> None:
        """With the idle ones, which will be no better."""
        idle, self._idle = self._idle, self._none()
        for one in chain([connection], *idle.values()):
            with suppress(Exception):
                one.close()

    def _none(self) -> dict[str, list[Any]]:
        """No idle connection to any host."""
        return {host: [] for host in self._settings.hosts}


def _rows(connection: Any, sql: str, *values: Any) -> list[Any]:
    cursor = connection.cursor()
    cursor.execute(sql, values)
    return list(cursor.fetchall())


def _entries(connection: Any, where: str, *values: Any) -> list[Entry]:
    sql = f"SELECT {COLUMNS} FROM entries {where}"  # noqa: S608 # no part comes from outside
    return [Entry(*row) for row in _rows(connection, sql, *values)]


def _changed(connection: Any, sql: str, *values: Any) -> bool:
    """Whether a row was."""
    cursor = connection.cursor()
    cursor.execute(sql, values)
    return cursor.rowcount == 1
