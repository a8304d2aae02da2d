"""What differs between PostgreSQL and MySQL: the driver, its errors, and a few words of SQL."""

from __future__ import annotations

import socket
from typing import Any

from settings import Credentials, Settings

# Seconds to connect, and to answer. Route 53 gives a health check's answer 2 seconds.
TIMEOUT = 1.5
COLUMNS = "number, id, text, region"

# What an error means, so that it is clear what helps.
READ_ONLY = "read-only"  # the server takes no writes: another connection may reach one that does
REFUSED = "refused"  # the secret may have changed
GONE = "gone"  # the connection or the server is not there: another connection may help
NO_TABLE = "no table"
THERE = "there"  # somebody else has just made the table
OTHER = "other"

POSTGRESQL = {
    "25006": READ_ONLY,
    "28000": REFUSED,
    "28P01": REFUSED,
    "42P01": NO_TABLE,
    "42P07": THERE,
    "23505": THERE,
}
MYSQL = {
    1290: READ_ONLY,  # --read-only, --super-read-only, --innodb-read-only
    1792: READ_ONLY,
    1836: READ_ONLY,
    1045: REFUSED,
    1698: REFUSED,
    1146: NO_TABLE,
    1050: THERE,
    1040: GONE,  # too many connections
    1053: GONE,  # shutdown
}
# The client library's own, all about the connection.
MYSQL_CLIENT = range(2000, 3000)


class PostgreSQL:
    """By pg8000."""

    writable = (
        "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::boolean"
    )
    create = (
        "CREATE TABLE IF NOT EXISTS entries (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY"
        " KEY, id varchar(64) NOT NULL UNIQUE, text varchar(1000) NOT NULL,"
        " region varchar(32) NOT NULL)"
    )
    insert = "INSERT INTO entries (id, text, region) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"

    def connect(self, settings: Settings, host: str, credentials: Credentials) -> Any:
        """A connection that commits each statement."""
        import pg8000.dbapi  # noqa: PLC0415 # only the engine that is used has to be there

        link = socket.create_connection((host, settings.port), connect_seconds(settings))
        link.settimeout(TIMEOUT)
        try:
            connection = pg8000.dbapi.connect(
                credentials.username,
                host=host,  # the name in the server's certificate
                sock=link,
                database=settings.name,
                password=credentials.password,
                ssl_context=settings.tls() or False,
            )
        except Exception:
            link.close()
            raise
        connection.autocommit = True
        return connection

    @staticmethod
    def meaning(error: Exception) -> str:
        """By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
        told = error.args[0] if error.args else None
        if isinstance(error, OSError) or type(error).__name__ == "InterfaceError":
            return GONE
        code = str(told.get("C", "")) if isinstance(told, dict) else ""
        if code[:2] in ("08", "53", "57"):  # connection, resources, shutdown
            return GONE
        return POSTGRESQL.get(code, OTHER)


class MySQL:
    """By PyMySQL."""

    # Aurora's readers are read-only by the first, a replica of RDS by the second.
    writable = "SELECT NOT (@@innodb_read_only OR @@read_only)"
    create = (
        "CREATE TABLE IF NOT EXISTS entries (number bigint AUTO_INCREMENT PRIMARY KEY,"
        " id varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,"
        " text varchar(1000) NOT NULL, region varchar(32) NOT NULL)"
    )
    # An entry that is there already counts as no row.
    insert = (
        "INSERT INTO entries (id, text, region) VALUES (%s, %s, %s) ON DUPLICATE KEY UPDATE id = id"
    )

    def connect(self, settings: Settings, host: str, credentials: Credentials) -> Any:
        """A connection that commits each statement."""
        import pymysql  # noqa: PLC0415 # pyright: ignore[reportMissingModuleSource]

        context = settings.tls()
        return pymysql.connect(
            host=host,
            port=settings.port,
            user=credentials.username,
            password=credentials.password,
            database=settings.name,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=connect_seconds(settings),
            read_timeout=TIMEOUT,
            write_timeout=TIMEOUT,
            ssl=context,
            ssl_disabled=context is None,
        )

    @staticmethod
    def meaning(error: Exception) -> str:
        """By number: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html"""
        code = error.args[0] if error.args else None
        if isinstance(error, OSError) or type(error).__name__ == "InterfaceError":
            return GONE
        if not isinstance(code, int):
            return OTHER
        return GONE if code in MYSQL_CLIENT else MYSQL.get(code, OTHER)


def connect_seconds(settings: Settings) -> float:
    """How long connecting to one host may take, so that there is time for all of them."""
    return TIMEOUT / len(settings.hosts)


def engine_of(settings: Settings) -> PostgreSQL | MySQL:
    """The engine that the settings name."""
    return PostgreSQL() if "postgres" in str(settings.engine) else MySQL()
