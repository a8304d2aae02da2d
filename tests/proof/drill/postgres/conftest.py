"""Two regions' PostgreSQL servers. Without a PostgreSQL, their tests are skipped, or fail in CI."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from proof.drill.postgres.replication import ReplicatedDatabase
from proof.drill.postgres.software import Programs, find_programs
from terminal.errors import OperationError
from tests.file_modes import open_to_everybody

# Real seconds, one way.
DELAY = 0.02


@pytest.fixture(scope="session")
def programs() -> Programs:
    try:
        return find_programs()
    except OperationError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@contextmanager
def pair(
    programs: Programs,
    folder: Path,
    delay: float = DELAY,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[ReplicatedDatabase]:
    """Two servers that replicate, in a new folder that their user may pass through."""
    open_to_everybody(folder)
    made = ReplicatedDatabase(folder / "database", programs, delay=delay, now=now)
    with closing(made) as one:
        one.create()
        yield one


@pytest.fixture
def database(programs: Programs, tmp_path: Path) -> Iterator[ReplicatedDatabase]:
    with pair(programs, tmp_path) as one:
        yield one
