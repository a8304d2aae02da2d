"""The ledger's MySQL, with a driver that is made up: no MySQL is installed."""

import importlib
import ssl
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.example_ledger.bench import EXAMPLE

MODULES = ("database", "engines", "settings")


class DriverError(Exception):
    """As PyMySQL's: a number and a message."""


class InterfaceError(Exception):
    """As PyMySQL's, of a connection that was closed."""


class Driver(ModuleType):
    """Records what it is asked. failures: what the next statements or connections raise."""

    def __init__(self) -> None:
        super().__init__("pymysql")
        self.connected: list[dict[str, Any]] = []
        self.executed: list[str] = []
        self.closed = 0
        self.failures: list[Exception | None] = []
        self.refused: list[Exception] = []
        self.rows: list[tuple[Any, ...]] = [(1, "one", "", "us-east-1")]

    def connect(self, **arguments: Any) -> Any:
        self.connected.append(arguments)
        if self.refused:
            raise self.refused.pop(0)
        return SimpleNamespace(cursor=self.cursor, close=self.close)

    def cursor(self) -> Any:
        return SimpleNamespace(execute=self.execute, fetchall=lambda: self.rows, rowcount=1)

    def execute(self, sql: str, values: tuple[Any, ...]) -> None:
        assert sql.count("%s") == len(values)
        self.executed.append(sql)
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure

    def close(self) -> None:
        self.closed += 1


class MadeUpSecret:
    """Whose password changes once it is renewed."""

    def __init__(self, credentials: Any) -> None:
        self._make, self.password = credentials, "old"

    def get(self) -> Any:
        return self._make("application", self.password)

    def renew(self, refused: Any) -> Any:
        assert refused == self._make("application", "old")
        self.password = "new"
        return self.get()


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Its modules, which have plain names, and a driver."""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    driver = Driver()
    monkeypatch.setitem(sys.modules, "pymysql", driver)
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield SimpleNamespace(
        driver=driver, **{name: importlib.import_module(name) for name in MODULES}
    )
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def database(example: SimpleNamespace) -> Any:
    settings = example.settings.read_settings(
        {
            "DATABASE_ENGINE": "aurora-mysql",
            "DATABASE_HOST": "ledger.cluster-x.us-east-1.rds.amazonaws.com",
            "DATABASE_NAME": "ledger",
            "DATABASE_SECRET": "ledger/database",
            "FAILOVER_REGION": "us-east-1",
        }
    )
    secret = MadeUpSecret(example.settings.Credentials)
    return example.database.Database(settings, example.engines.engine_of(settings), secret)


def test_it_connects_with_tls_and_short_timeouts(example: SimpleNamespace, database: Any) -> None:
    entry, new = database.add("one", "")
    assert (entry, new) == ((1, "one", "", "us-east-1"), True)
    (asked,) = example.driver.connected
    assert asked["ssl"].verify_mode == ssl.CERT_REQUIRED
    assert asked["ssl"].check_hostname
    assert not asked["ssl_disabled"]
    assert asked["port"] == 3306
    assert asked["autocommit"] is True
    limits = [asked[f"{name}_timeout"] for name in ("connect", "read", "write")]
    assert max(limits) < 2, "Route 53 waits no longer"
    insert, select = example.driver.executed
    assert insert.endswith("ON DUPLICATE KEY UPDATE id = id")
    assert select.startswith("SELECT number, id, text, region FROM entries")


@pytest.mark.parametrize("code", [1290, 1792, 1836])
def test_a_read_only_server_is_left_for_a_new_connection(
    example: SimpleNamespace, database: Any, code: int
) -> None:
    example.driver.failures = [DriverError(code, "read only")]
    assert database.add("one", "")[1]
    assert (len(example.driver.connected), example.driver.closed) == (2, 1)


def test_where_that_is_read_only_too_the_user_is_told(
    example: SimpleNamespace, database: Any
) -> None:
    example.driver.failures = [DriverError(1836, "read only"), DriverError(1836, "read only")]
    with pytest.raises(example.database.ReadOnlyError):
        database.add("one", "")
    assert example.driver.closed == 2


@pytest.mark.parametrize(
    "error",
    [
        DriverError(2013, "Lost connection to MySQL server during query"),
        DriverError(2006, "MySQL server has gone away"),
        DriverError(1053, "Server shutdown in progress"),
        InterfaceError(0, ""),
        ConnectionResetError(104, "reset"),
    ],
)
def test_a_broken_connection_is_replaced_with_all_others(
    example: SimpleNamespace, database: Any, error: Exception
) -> None:
    assert database.find("one")
    example.driver.failures = [error]
    assert database.find("one")
    assert (len(example.driver.connected), example.driver.closed) == (2, 1)


def test_another_error_is_not_hidden(example: SimpleNamespace, database: Any) -> None:
    example.driver.failures = [DriverError(1064, "You have an error in your SQL syntax")]
    with pytest.raises(DriverError):
        database.add("one", "")
    assert len(example.driver.connected) == 1


def test_refused_credentials_are_renewed(example: SimpleNamespace, database: Any) -> None:
    example.driver.refused = [DriverError(1045, "Access denied")]
    assert database.find("one")
    assert [one["password"] for one in example.driver.connected] == ["old", "new"]


def test_a_server_that_is_not_there_is_not_asked_again(
    example: SimpleNamespace, database: Any
) -> None:
    example.driver.refused = [DriverError(2003, "Can't connect")]
    with pytest.raises(example.database.NoDatabaseError, match="Can't connect"):
        database.find("one")
    assert len(example.driver.connected) == 1


def test_where_the_writers_endpoint_leads_nowhere_the_readers_is_used(
    example: SimpleNamespace,
) -> None:
    hosts = {"DATABASE_HOST": "writer.example.com", "DATABASE_READER_HOST": "reader.example.com"}
    rest = {"DATABASE_NAME": "ledger", "DATABASE_SECRET": "ledger/database"}
    settings = example.settings.read_settings({"DATABASE_ENGINE": "aurora-mysql", **hosts, **rest})
    secret = MadeUpSecret(example.settings.Credentials)
    database = example.database.Database(settings, example.engines.engine_of(settings), secret)
    example.driver.refused = [DriverError(2003, "Can't connect")]
    assert database.find("one")
    assert [one["host"] for one in example.driver.connected] == list(hosts.values())
    assert sum(one["connect_timeout"] for one in example.driver.connected) < 2
    assert database.find("one")
    assert example.driver.connected[-1]["host"] == "writer.example.com", "it may be there by now"


def test_the_table_is_made_when_it_is_first_needed(example: SimpleNamespace, database: Any) -> None:
    example.driver.failures = [DriverError(1146, "no table"), DriverError(1050, "just made")]
    assert database.add("one", "")[1]
    kinds = [sql.split()[0] for sql in example.driver.executed]
    assert kinds == ["INSERT", "CREATE", "INSERT", "SELECT"]
    example.driver.failures = [DriverError(1146, "no table")]
    assert database.find("one") is None


@pytest.mark.parametrize("writable", [0, 1])
def test_health_asks_the_server_itself(
    example: SimpleNamespace, database: Any, writable: int
) -> None:
    example.driver.rows = [(writable,)]
    assert database.is_writable() == bool(writable)
    assert "innodb_read_only" in example.driver.executed[0]
    assert len(example.driver.connected) == (1 if writable else 2), "the name may lead elsewhere"
