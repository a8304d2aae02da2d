"""Two regions' PostgreSQL servers, and a bench of applications on them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from proof.drill.postgres.replication import ReplicatedDatabase
from proof.drill.postgres.software import Programs
from tests.example_ledger.bench import Bench, made_bench
from tests.proof.drill.postgres.client import until
from tests.proof.drill.postgres.conftest import pair, programs

__all__ = ["programs"]


@pytest.fixture(scope="module")
def database(
    programs: Programs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ReplicatedDatabase]:
    """Which each test leaves as it was: the primary writes, and the standby follows."""
    with pair(programs, tmp_path_factory.mktemp("pair")) as one:
        until(lambda: one.replicates)
        yield one


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with made_bench(tmp_path) as one:
        yield one
