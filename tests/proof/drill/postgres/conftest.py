"""Two regions' PostgreSQL servers. Without a PostgreSQL, their tests are skipped, or fail in CI."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proof.drill.postgres.replication import ReplicatedDatabase
from proof.drill.postgres.software import Programs, find_programs
from terminal.errors import OperationError
from tests.file_modes import open_to_everybody

# Real seconds, one way.
DELAY = 0.03


@pytest.fixture(scope="session")
def programs() -> Programs:
    try:
        return find_programs()
    except OperationError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A folder that the servers' user may pass through."""
    open_to_everybody(tmp_path)
    return tmp_path


@pytest.fixture
def made(programs: Programs, private: Path) -> Iterator[Callable[[float], ReplicatedDatabase]]:
    """Makes databases with a delay, and ends them."""
    every: list[ReplicatedDatabase] = []

    def make(delay: float) -> ReplicatedDatabase:
        one = ReplicatedDatabase(private / f"database-{len(every)}", programs, delay=delay)
        every.append(one)
        one.create()
        return one

    yield make
    for one in every:
        one.close()


@pytest.fixture
def database(made: Callable[[float], ReplicatedDatabase]) -> ReplicatedDatabase:
    return made(DELAY)
