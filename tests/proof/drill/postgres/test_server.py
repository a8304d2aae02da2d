"""One real server: how it ends, and what it leaves."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from pg8000.exceptions import DatabaseError

from proof.drill.postgres.server import ERRORS, Server, new_password
from proof.drill.postgres.software import Programs
from proof.drill.process_groups import NOBODY, ProcessGroups
from terminal.errors import OperationError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("server")
    for one in (made, *made.parents[:2]):
        one.chmod(0o755)
    return made


@pytest.fixture(scope="module")
def server(programs: Programs, folder: Path) -> Iterator[Server]:
    groups = ProcessGroups()
    one = Server("primary", folder / "one", programs, groups, new_password())
    one.create()
    with closing(groups), closing(one):
        yield one


def segments() -> set[str]:
    """The segments of shared memory on this machine."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {line.split()[1] for line in lines}


def processes(server: Server) -> list[psutil.Process]:
    assert server.pid is not None
    first = psutil.Process(server.pid)
    return [first, *first.children(recursive=True)]


def test_it_never_runs_as_root(server: Server) -> None:
    server.start()
    mine = psutil.Process().uids().effective
    expected = {NOBODY if mine == 0 else mine}
    assert {one.uids().effective for one in processes(server)} == expected
    assert server.stop()
    assert not server.runs


def test_what_it_acknowledged_survives_its_being_killed(server: Server) -> None:
    server.start()
    running = processes(server)
    server.query("CREATE TABLE entries (key int)")
    server.query("INSERT INTO entries VALUES (1)")
    server.kill()
    left = [one for one in running if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert left == []
    assert not server.is_writer()
    server.start()
    assert server.query("SELECT key FROM entries") == [[1]]
    assert server.is_writer()
    server.stop()


def test_fenced_it_reads_and_never_writes(server: Server) -> None:
    server.start_fenced()
    assert not server.is_writer()
    assert server.query("SELECT pg_is_in_recovery()") == [[True]]
    with pytest.raises(DatabaseError, match="25006"):
        server.query("CREATE TABLE split_brain (key int)")
    server.stop()


def test_only_who_knows_the_password_comes_in(server: Server, programs: Programs) -> None:
    server.start()
    groups = ProcessGroups()
    stranger = Server("stranger", server.folder.parent / "two", programs, groups, "wrong")
    stranger.port = server.port
    with closing(groups), pytest.raises(ERRORS):
        stranger.query("SELECT 1")
    server.stop()


@pytest.mark.skipif(not Path("/proc/sysvipc/shm").exists(), reason="no Linux")
def test_closed_it_leaves_no_shared_memory(server: Server) -> None:
    server.start()
    control = (server.folder / "data" / "postmaster.pid").read_text().splitlines()
    own = control[6].split()[1]
    server.kill()
    assert own in segments()
    server.close()
    assert own not in segments()


def test_what_does_not_start_says_why(server: Server) -> None:
    control = server.folder / "data" / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    with pytest.raises(OperationError, match=r"primary's database does not start: (.|\n)*control"):
        server.start()
    control.with_suffix(".away").rename(control)


def test_a_program_that_fails_says_why(server: Server) -> None:
    with pytest.raises(OperationError, match=r"initdb fails in .*exists but is not empty"):
        server.create()
