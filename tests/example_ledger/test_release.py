"""The ledger as a release: its files, its settings and its environment file."""

import subprocess
from pathlib import Path

from environments import load_environment
from proof.drill.postgres.replication import DATABASE
from proof.drill.web_server import LOOPBACK
from releases import pack, read_release
from tests.example_ledger.bench import EXAMPLE, SECRET, Bench


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


def test_to_another_machine_nothing_goes_without_tls(bench: Bench) -> None:
    hosts = {"DATABASE_HOST": LOOPBACK, "DATABASE_READER_HOST": "db.example.com"}
    rest = {"DATABASE_NAME": DATABASE, "DATABASE_SECRET": SECRET, "DATABASE_TLS": "off"}
    one = bench.start(DATABASE_ENGINE="aurora-postgresql", **hosts, **rest)
    assert one.process.wait(10) == 1
    assert "DATABASE_TLS is off" in one.log.read_text()


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
